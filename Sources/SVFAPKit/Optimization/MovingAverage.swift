import Base
import Kernels
import Networks

/// An exponential moving average of all parameters (EMA; published c.11).
package final class MovingAverage {
  package let decay: Double
  /// In the layout of the parameters.
  package let values: FloatBuffer
  private let parameters: ModelParameters
  private static let chunkSize = 1 << 16

  /// Begins with the parameters as they are.
  package init(_ parameters: ModelParameters, decay: Double) throws(SVFAPError) {
    self.decay = decay
    self.parameters = parameters
    values = try FloatBuffer(count: parameters.storage.count)
    values.pointer.update(from: parameters.storage.pointer, count: values.count)
  }

  /// Takes in the parameters after a step.
  package func update(_ pool: ThreadPool) {
    let chunks = (values.count + Self.chunkSize - 1) / Self.chunkSize
    pool.parallel(chunks) { index, _ in
      let start = index * Self.chunkSize
      KernelTable.best.moveAverage(
        values.pointer + start, parameters.storage.pointer + start, min(Self.chunkSize, values.count - start), Float(decay))
    }
  }
}
