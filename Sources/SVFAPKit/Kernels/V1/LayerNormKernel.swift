import CKernelShims

/// Mean and 1 / sqrt(biased variance + epsilon) of one row.
@inline(__always)
private func statistics(_ row: UnsafePointer<Float>, _ width: Int, _ epsilon: Float) -> (mean: Float, scale: Float) {
  let whole = width & ~15
  var sums = SIMD16<Float>(repeating: 0)
  for column in stride(from: 0, to: whole, by: 16) { sums += load(row + column) }
  var sum = kernel_sum(sums)
  for column in whole..<width { sum += row[column] }
  let mean = sum / Float(width)
  var squares = SIMD16<Float>(repeating: 0)
  for column in stride(from: 0, to: whole, by: 16) {
    let centred = load(row + column) - mean
    squares = kernel_fma(centred, centred, squares)
  }
  var square = kernel_sum(squares)
  for column in whole..<width { square += (row[column] - mean) * (row[column] - mean) }
  return (mean, 1 / (square / Float(width) + epsilon).squareRoot())
}

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
    let (mean, scale) = statistics(input, width, epsilon)
    let means = SIMD16<Float>(repeating: mean)
    let scales = SIMD16<Float>(repeating: scale)
    for column in stride(from: 0, to: whole, by: 16) {
      let normal = (load(input + column) - means) * scales
      store(kernel_fma(normal, load(gamma + column), load(beta + column)), output + column)
    }
    for column in whole..<width { output[column] = (input[column] - mean) * scale * gamma[column] + beta[column] }
  }
}

/// The way back through `layerNorm`: dx += gradient with respect to x; the gradients of gamma and beta are added to
/// `gammaGradient` and `betaGradient`. Mean and deviation are computed once more from x.
///
/// - Parameters:
///   - x: (rows, width), rows `xStride` apart.
///   - dy: gradient with respect to the output, rows `dyStride` apart; used up.
///   - dx: rows `dxStride` apart.
public func layerNormBackward(
  _ x: UnsafePointer<Float>, _ xStride: Int, _ dy: UnsafeMutablePointer<Float>, _ dyStride: Int, _ dx: UnsafeMutablePointer<Float>,
  _ dxStride: Int, _ rows: Int, _ width: Int, _ gamma: UnsafePointer<Float>, _ epsilon: Float,
  _ gammaGradient: UnsafeMutablePointer<Float>, _ betaGradient: UnsafeMutablePointer<Float>
) {
  let whole = width & ~15
  for row in 0..<rows {
    let input = x + row * xStride
    let slope = dy + row * dyStride
    let result = dx + row * dxStride
    let (mean, scale) = statistics(input, width, epsilon)
    // With n = (x - mean) * scale and g = dy * gamma: dx = scale * (g - mean of g - n * mean of g * n).
    var sums = SIMD16<Float>(repeating: 0)
    var products = SIMD16<Float>(repeating: 0)
    for column in stride(from: 0, to: whole, by: 16) {
      let normal = (load(input + column) - mean) * scale
      let raw = load(slope + column)
      store(kernel_fma(raw, normal, load(gammaGradient + column)), gammaGradient + column)
      store(raw + load(betaGradient + column), betaGradient + column)
      let weighted = raw * load(gamma + column)
      store(weighted, slope + column)
      sums += weighted
      products = kernel_fma(weighted, normal, products)
    }
    var sum = kernel_sum(sums)
    var product = kernel_sum(products)
    for column in whole..<width {
      let normal = (input[column] - mean) * scale
      gammaGradient[column] += slope[column] * normal
      betaGradient[column] += slope[column]
      slope[column] *= gamma[column]
      sum += slope[column]
      product += slope[column] * normal
    }
    let meanSum = sum / Float(width)
    let meanProduct = product / Float(width)
    for column in stride(from: 0, to: whole, by: 16) {
      let normal = (load(input + column) - mean) * scale
      let value = (load(slope + column) - meanSum - normal * meanProduct) * scale
      store(load(result + column) + value, result + column)
    }
    for column in whole..<width {
      let normal = (input[column] - mean) * scale
      result[column] += (slope[column] - meanSum - normal * meanProduct) * scale
    }
  }
}
