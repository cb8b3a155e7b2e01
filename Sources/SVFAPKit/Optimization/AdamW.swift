import Base
import Kernels
import Networks

/// AdamW with decoupled weight decay, as PyTorch computes it (published b.4).
///
/// Parameters, gradients and both moments lie in memory in the same order. Work is cut into chunks of fixed size: the
/// result does not depend on the number of threads.
package final class AdamW {
  package struct Options: Sendable, Equatable {
    package var beta1 = 0.9
    package var beta2 = 0.999
    package var epsilon = 1e-8

    package init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
    }
  }

  private struct Chunk {
    let offset: Int
    let count: Int
    let settings: ParameterSettings
  }
  private static let chunkSize = 1 << 16

  package let options: Options
  /// First and second moment of every parameter, in the layout of the parameters.
  package let first: FloatBuffer
  package let second: FloatBuffer
  /// Steps taken so far.
  package var stepCount = 0

  private let parameters: ModelParameters
  private let gradients: FloatBuffer
  private let chunks: [Chunk]
  private var partialSums: [Double]

  /// - Parameter gradients: in the layout of the parameters.
  package init(
    _ parameters: ModelParameters, gradients: FloatBuffer, settings: [ParameterSettings], options: Options
  ) throws(SVFAPError) {
    self.parameters = parameters
    self.gradients = gradients
    self.options = options
    first = try FloatBuffer(count: parameters.storage.count)
    second = try FloatBuffer(count: parameters.storage.count)
    var chunks: [Chunk] = []
    for (index, settings) in settings.enumerated() where settings.isTrained {
      let count = parameters.count(at: index)
      for start in stride(from: 0, to: count, by: Self.chunkSize) {
        chunks.append(Chunk(offset: parameters.offsets[index] + start, count: min(Self.chunkSize, count - start), settings: settings))
      }
    }
    self.chunks = chunks
    partialSums = [Double](repeating: 0, count: chunks.count)
  }

  /// L2 norm of the gradients of all trained parameters, summed in a fixed order; not finite if a gradient is not.
  package func gradientNorm(_ pool: ThreadPool) -> Double {
    partialSums.withUnsafeMutableBufferPointer { sums in
      nonisolated(unsafe) let sums = sums
      pool.parallel(chunks.count) { index, _ in
        sums[index] = Double(KernelTable.best.sumOfSquares(gradients.pointer + chunks[index].offset, chunks[index].count))
      }
      return sums.reduce(0, +).squareRoot()
    }
  }

  /// One step on all trained parameters.
  ///
  /// - Parameters:
  ///   - rate: learning rate, before each parameter's factor.
  ///   - weightDecay: for the parameters that decay.
  ///   - gradientScale: what gradients are multiplied with: clipping, an average over accumulated batches.
  package func step(rate: Double, weightDecay: Double, gradientScale: Double, _ pool: ThreadPool) {
    stepCount += 1
    let correction1 = 1 - power(options.beta1, stepCount)
    let correction2 = 1 - power(options.beta2, stepCount)
    let inverseRoot = Float(1 / correction2.squareRoot())
    pool.parallel(chunks.count) { index, _ in
      let chunk = chunks[index]
      let rate = rate * chunk.settings.rateScale
      KernelTable.best.adamW(
        parameters.storage.pointer + chunk.offset, gradients.pointer + chunk.offset, first.pointer + chunk.offset,
        second.pointer + chunk.offset, chunk.count, Float(gradientScale), Float(1 - rate * (chunk.settings.decays ? weightDecay : 0)),
        Float(rate / correction1), Float(options.beta1), Float(options.beta2), Float(options.epsilon), inverseRoot)
    }
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var factor = base
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}
