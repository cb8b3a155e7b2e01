import Base
import Kernels
import Networks

/// An exponential moving average of all parameters (EMA; published c.11).
package final class MovingAverage {
  package let decay: Double
  /// The average of every parameter.
  package let values: ModelParameters
  private let parameters: ModelParameters
  private static let chunkSize = 1 << 16

  /// Begins with the parameters as they are.
  package init(_ parameters: ModelParameters, decay: Double) throws(SVFAPError) {
    self.decay = decay
    self.parameters = parameters
    values = try ModelParameters(parameters.declarations)
    values.storage.pointer.update(from: parameters.storage.pointer, count: values.storage.count)
  }

  /// Takes in the parameters after a step.
  package func update(_ pool: ThreadPool) {
    let count = values.storage.count
    let chunks = (count + Self.chunkSize - 1) / Self.chunkSize
    pool.parallel(chunks) { index, _ in
      let start = index * Self.chunkSize
      KernelTable.best.moveAverage(
        values.storage.pointer + start, parameters.storage.pointer + start, min(Self.chunkSize, count - start), Float(decay))
    }
  }
}
