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

/// The end of a residual branch, in place: x += gamma * (branch + bias); without `gamma` (layer scale): x += branch + bias.
/// x and branch are (rows, width), rows `xStride` and `branchStride` apart.
public func addResidual(
  _ x: UnsafeMutablePointer<Float>, _ xStride: Int, _ branch: UnsafePointer<Float>, _ branchStride: Int, _ rows: Int, _ width: Int,
  _ bias: UnsafePointer<Float>, _ gamma: UnsafePointer<Float>?
) {
  let whole = width & ~15
  for row in 0..<rows {
    let line = x + row * xStride
    let add = branch + row * branchStride
    if let gamma {
      for column in stride(from: 0, to: whole, by: 16) {
        let value = load(add + column) + load(bias + column)
        store(kernel_fma(load(gamma + column), value, load(line + column)), line + column)
      }
      for column in whole..<width { line[column] += gamma[column] * (add[column] + bias[column]) }
    } else {
      for column in stride(from: 0, to: whole, by: 16) {
        store(load(line + column) + (load(add + column) + load(bias + column)), line + column)
      }
      for column in whole..<width { line[column] += add[column] + bias[column] }
    }
  }
}

/// y = mean of the rows of x (rows, width), summed in order.
public func meanOfRows(_ x: UnsafePointer<Float>, _ stride: Int, _ rows: Int, _ width: Int, _ y: UnsafeMutablePointer<Float>) {
  for column in 0..<width { y[column] = 0 }
  let whole = width & ~15
  for row in 0..<rows {
    let line = x + row * stride
    for column in Swift.stride(from: 0, to: whole, by: 16) { store(load(y + column) + load(line + column), y + column) }
    for column in whole..<width { y[column] += line[column] }
  }
  let inverse = 1 / Float(rows)
  for column in 0..<width { y[column] *= inverse }
}
