/// raw = features W^T + b with weight (outputs, inputs) and bias (outputs).
///
/// Plain loops: a head has a handful of outputs. Every clip is computed by itself, in a fixed order, so that its result
/// does not depend on its companions.
struct LinearLayer {
  let inputs: Int
  let outputs: Int

  func forward(_ input: Rows, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>, raw: Rows) {
    for clip in 0..<input.count {
      for output in 0..<outputs { raw[clip][output] = bias[output] + dot(input[clip], weight + output * inputs) }
    }
  }

  /// Adds to the gradients of weight and bias; overwrites the one of the input.
  func backward(
    _ input: Rows, weight: UnsafePointer<Float>, gradient: Rows, weightGradient: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>, inputGradient: Rows
  ) {
    for clip in 0..<input.count {
      inputGradient[clip].update(repeating: 0, count: inputs)
      for output in 0..<outputs {
        let slope = gradient[clip][output]
        biasGradient[output] += slope
        let row = output * inputs
        for index in 0..<inputs {
          weightGradient[row + index] += slope * input[clip][index]
          inputGradient[clip][index] += slope * weight[row + index]
        }
      }
    }
  }

  /// Sum of products in eight interleaved partial sums.
  private func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Float {
    var sums = SIMD8<Float>(repeating: 0)
    let whole = inputs & ~7
    for index in stride(from: 0, to: whole, by: 8) {
      sums +=
        UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Float>.self) * UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Float>.self)
    }
    var sum = sums.sum()
    for index in whole..<inputs { sum += a[index] * b[index] }
    return sum
  }
}
