import CKernelShims

/// In place: every row of x (rows, width) gets `bias` added.
public func addBias(_ x: UnsafeMutablePointer<Float>, _ stride: Int, _ rows: Int, _ width: Int, _ bias: UnsafePointer<Float>) {
  let whole = width & ~15
  for row in 0..<rows {
    let line = x + row * stride
    for column in Swift.stride(from: 0, to: whole, by: 16) { store(load(line + column) + load(bias + column), line + column) }
    for column in whole..<width { line[column] += bias[column] }
  }
}

/// The end of a residual branch, in place: x += scale * gamma * (branch + bias); without `gamma` (layer scale):
/// x += scale * (branch + bias). x and branch are (rows, width), rows `xStride` and `branchStride` apart.
///
/// - Parameter scale: 1, or what stochastic depth multiplies a kept branch with.
public func addResidual(
  _ x: UnsafeMutablePointer<Float>, _ xStride: Int, _ branch: UnsafePointer<Float>, _ branchStride: Int, _ rows: Int, _ width: Int,
  _ bias: UnsafePointer<Float>, _ gamma: UnsafePointer<Float>?, _ scale: Float
) {
  let whole = width & ~15
  for row in 0..<rows {
    let line = x + row * xStride
    let add = branch + row * branchStride
    for column in stride(from: 0, to: whole, by: 16) {
      let value = (load(add + column) + load(bias + column)) * scale
      let factor = gamma.map { load($0 + column) } ?? SIMD16<Float>(repeating: 1)
      store(kernel_fma(factor, value, load(line + column)), line + column)
    }
    for column in whole..<width { line[column] += (gamma?[column] ?? 1) * (scale * (add[column] + bias[column])) }
  }
}

/// y = factor * x, for x and y of (rows, width), rows `xStride` and `yStride` apart; with `gamma` (width):
/// y = factor * gamma * x. y may be x.
public func scale(
  _ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, _ rows: Int, _ width: Int,
  _ gamma: UnsafePointer<Float>?, _ factor: Float
) {
  let whole = width & ~15
  for row in 0..<rows {
    let line = x + row * xStride
    let out = y + row * yStride
    for column in stride(from: 0, to: whole, by: 16) {
      let weight = gamma.map { load($0 + column) } ?? SIMD16<Float>(repeating: 1)
      store(load(line + column) * (weight * factor), out + column)
    }
    for column in whole..<width { out[column] = line[column] * ((gamma?[column] ?? 1) * factor) }
  }
}

/// y += sum of the rows of x (rows, width), added in order; rows `stride` apart.
public func addColumnSums(_ x: UnsafePointer<Float>, _ stride: Int, _ rows: Int, _ width: Int, _ y: UnsafeMutablePointer<Float>) {
  let whole = width & ~15
  for row in 0..<rows {
    let line = x + row * stride
    for column in Swift.stride(from: 0, to: whole, by: 16) { store(load(y + column) + load(line + column), y + column) }
    for column in whole..<width { y[column] += line[column] }
  }
}

/// y = mean of the rows of x (rows, width), summed in order.
public func meanOfRows(_ x: UnsafePointer<Float>, _ stride: Int, _ rows: Int, _ width: Int, _ y: UnsafeMutablePointer<Float>) {
  for column in 0..<width { y[column] = 0 }
  addColumnSums(x, stride, rows, width, y)
  let inverse = 1 / Float(rows)
  for column in 0..<width { y[column] *= inverse }
}
