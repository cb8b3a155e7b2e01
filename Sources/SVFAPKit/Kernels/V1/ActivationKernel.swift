import CKernelShims

/// y = gelu(x + bias), the exact (erf) GELU, for rows of `width` numbers, `xStride` and `yStride` apart. y may be x.
public func biasGELU(
  _ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, _ rows: Int, _ width: Int,
  _ bias: UnsafePointer<Float>
) {
  let whole = width & ~15
  for row in 0..<rows {
    let input = x + row * xStride
    let output = y + row * yStride
    for column in stride(from: 0, to: whole, by: 16) {
      store(kernel_gelu(load(input + column) + load(bias + column)), output + column)
    }
    if whole < width {
      let tail = loadTail(input + whole, width - whole, 0) + loadTail(bias + whole, width - whole, 0)
      storeTail(kernel_gelu(tail), output + whole, width - whole)
    }
  }
}

/// The way back through `biasGELU`: `gradient` with respect to y becomes the one with respect to x, in place, and
/// y = gelu(x + bias) is computed once more. Rows of x are `xStride` apart, those of `gradient` and y `stride`.
public func biasGELUBackward(
  _ x: UnsafePointer<Float>, _ xStride: Int, _ gradient: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ stride: Int,
  _ rows: Int, _ width: Int, _ bias: UnsafePointer<Float>
) {
  let whole = width & ~15
  for row in 0..<rows {
    let input = x + row * xStride
    let slope = gradient + row * stride
    let output = y + row * stride
    for column in Swift.stride(from: 0, to: whole, by: 16) {
      let value = load(input + column) + load(bias + column)
      let phi = kernel_phi(value)
      store(value * phi, output + column)
      store(load(slope + column) * kernel_gelu_slope(value, phi), slope + column)
    }
    if whole < width {
      let count = width - whole
      let value = loadTail(input + whole, count, 0) + loadTail(bias + whole, count, 0)
      let phi = kernel_phi(value)
      storeTail(value * phi, output + whole, count)
      storeTail(loadTail(slope + whole, count, 0) * kernel_gelu_slope(value, phi), slope + whole, count)
    }
  }
}
