import SVFAPPlugin

/// raw = features W^T + b with weight (outputs, inputs) and bias (outputs).
///
/// Plain loops: a head has a handful of outputs. Every clip is computed by itself, in a fixed order, so that its result
/// does not depend on its companions.
public struct LinearLayer: Sendable {
  let inputs: Int
  let outputs: Int

  public init(inputs: Int, outputs: Int) {
    self.inputs = inputs
    self.outputs = outputs
  }

  /// The raw outputs of one clip.
  func forward(
    _ input: UnsafeBufferPointer<Float>, weight: UnsafeBufferPointer<Float>, bias: UnsafeBufferPointer<Float>,
    raw: UnsafeMutableBufferPointer<Float>
  ) {
    for output in 0..<outputs { raw[output] = bias[output] + dot(input, weight, from: output * inputs) }
  }

  /// Adds to the gradients of weight and bias; overwrites the one of the input.
  func backward(
    _ input: Clips, weight: UnsafeBufferPointer<Float>, gradient: MutableClips, weightGradient: UnsafeMutableBufferPointer<Float>,
    biasGradient: UnsafeMutableBufferPointer<Float>, inputGradient: MutableClips
  ) {
    for clip in 0..<input.count {
      let (features, featureGradient) = (input[clip], inputGradient[clip])
      featureGradient.update(repeating: 0)
      for output in 0..<outputs {
        let slope = gradient[clip][output]
        biasGradient[output] += slope
        let row = output * inputs
        for index in 0..<inputs {
          weightGradient[row + index] += slope * features[index]
          featureGradient[index] += slope * weight[row + index]
        }
      }
    }
  }

  /// Sum of products of a row of features and a row of weights, in eight interleaved partial sums.
  private func dot(_ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>, from start: Int) -> Float {
    let (aBytes, bBytes) = (UnsafeRawBufferPointer(a), UnsafeRawBufferPointer(b))
    var sums = SIMD8<Float>(repeating: 0)
    let whole = inputs & ~7
    for index in stride(from: 0, to: whole, by: 8) {
      sums +=
        aBytes.loadUnaligned(fromByteOffset: 4 * index, as: SIMD8<Float>.self)
        * bBytes.loadUnaligned(fromByteOffset: 4 * (start + index), as: SIMD8<Float>.self)
    }
    var sum = sums.sum()
    for index in whole..<inputs { sum += a[index] * b[start + index] }
    return sum
  }
}
