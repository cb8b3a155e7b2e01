import CKernelShims

/// Layer normalisation of each row: (x - mean) / sqrt(biased variance + epsilon) * gamma + beta.
///
/// - Parameters:
///   - x: (rows, width), rows `xStride` numbers apart.
///   - y: the same shape, rows `yStride` apart; may be `x`.
public func layerNorm(
  _ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, _ rows: Int, _ width: Int,
  _ gamma: UnsafePointer<Float>, _ beta: UnsafePointer<Float>, _ epsilon: Float
) {
  let whole = width & ~15
  for row in 0..<rows {
    let input = x + row * xStride
    let output = y + row * yStride
    var sums = SIMD16<Float>(repeating: 0)
    for column in stride(from: 0, to: whole, by: 16) { sums += load(input + column) }
    var sum = kernel_sum(sums)
    for column in whole..<width { sum += input[column] }
    let mean = sum / Float(width)
    let means = SIMD16<Float>(repeating: mean)
    var squares = SIMD16<Float>(repeating: 0)
    for column in stride(from: 0, to: whole, by: 16) {
      let centred = load(input + column) - means
      squares = kernel_fma(centred, centred, squares)
    }
    var square = kernel_sum(squares)
    for column in whole..<width { square += (input[column] - mean) * (input[column] - mean) }
    let scale = 1 / (square / Float(width) + epsilon).squareRoot()
    let scales = SIMD16<Float>(repeating: scale)
    for column in stride(from: 0, to: whole, by: 16) {
      let normal = (load(input + column) - means) * scales
      store(kernel_fma(normal, load(gamma + column), load(beta + column)), output + column)
    }
    for column in whole..<width { output[column] = (input[column] - mean) * scale * gamma[column] + beta[column] }
  }
}
