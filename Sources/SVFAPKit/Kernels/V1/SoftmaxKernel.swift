import CKernelShims

/// In place: each row becomes softmax(scale * row). x is (rows, width), rows `stride` apart.
public func softmax(_ x: UnsafeMutablePointer<Float>, _ stride: Int, _ rows: Int, _ width: Int, _ scale: Float) {
  let whole = width & ~15
  let tail = width - whole
  let scales = SIMD16<Float>(repeating: scale)
  for row in 0..<rows {
    let line = x + row * stride
    var peaks = SIMD16<Float>(repeating: -.infinity)
    for column in Swift.stride(from: 0, to: whole, by: 16) { peaks = kernel_max(load(line + column), peaks) }
    if tail > 0 { peaks = kernel_max(loadTail(line + whole, tail, -.infinity), peaks) }
    // scale is positive: the largest product is the product of the largest.
    let shift = SIMD16<Float>(repeating: -kernel_largest(peaks) * scale)
    var sums = SIMD16<Float>(repeating: 0)
    for column in Swift.stride(from: 0, to: whole, by: 16) {
      let value = kernel_exp(kernel_fma(load(line + column), scales, shift))
      store(value, line + column)
      sums += value
    }
    var sum = kernel_sum(sums)
    if tail > 0 {
      storeTail(kernel_exp(kernel_fma(loadTail(line + whole, tail, 0), scales, shift)), line + whole, tail)
      for column in whole..<width { sum += line[column] }
    }
    let inverse = 1 / sum
    for column in Swift.stride(from: 0, to: whole, by: 16) { store(load(line + column) * inverse, line + column) }
    for column in whole..<width { line[column] *= inverse }
  }
}

/// The way back through `softmax(scale * x)`: `gradient` with respect to the probabilities p becomes the one with respect
/// to x, in place: scale * p * (gradient - sum of p * gradient over the row). Both are (rows, width), rows `stride` apart.
public func softmaxBackward(
  _ p: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>, _ stride: Int, _ rows: Int, _ width: Int, _ scale: Float
) {
  let whole = width & ~15
  for row in 0..<rows {
    let probabilities = p + row * stride
    let line = gradient + row * stride
    var sums = SIMD16<Float>(repeating: 0)
    for column in Swift.stride(from: 0, to: whole, by: 16) { sums = kernel_fma(load(probabilities + column), load(line + column), sums) }
    var sum = kernel_sum(sums)
    for column in whole..<width { sum += probabilities[column] * line[column] }
    for column in Swift.stride(from: 0, to: whole, by: 16) {
      store((load(line + column) - sum) * (load(probabilities + column) * scale), line + column)
    }
    for column in whole..<width { line[column] = (line[column] - sum) * (probabilities[column] * scale) }
  }
}
