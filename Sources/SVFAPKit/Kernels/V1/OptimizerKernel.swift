import CKernelShims

/// One step of AdamW on `count` numbers (published b.4):
///
///     p = p (1 - rate * decay);  m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2
///     p = p - step * m / (sqrt(v) * inverseRootCorrection + epsilon)
///
/// with g = scale * gradient, step = rate / (1 - beta1^t) and inverseRootCorrection = 1 / sqrt(1 - beta2^t).
public func adamW(
  _ p: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, _ m: UnsafeMutablePointer<Float>, _ v: UnsafeMutablePointer<Float>,
  _ count: Int, _ scale: Float, _ keep: Float, _ step: Float, _ beta1: Float, _ beta2: Float, _ epsilon: Float,
  _ inverseRootCorrection: Float
) {
  let whole = count & ~15
  for index in stride(from: 0, to: whole, by: 16) {
    let g = load(gradient + index) * scale
    let first = kernel_fma(g, SIMD16(repeating: 1 - beta1), load(m + index) * beta1)
    let second = kernel_fma(g * g, SIMD16(repeating: 1 - beta2), load(v + index) * beta2)
    store(first, m + index)
    store(second, v + index)
    let change = first / kernel_fma(kernel_sqrt(second), SIMD16(repeating: inverseRootCorrection), SIMD16(repeating: epsilon))
    store(kernel_fma(change, SIMD16(repeating: -step), load(p + index) * keep), p + index)
  }
  for index in whole..<count {
    let g = gradient[index] * scale
    m[index] = beta1 * m[index] + (1 - beta1) * g
    v[index] = beta2 * v[index] + (1 - beta2) * g * g
    p[index] = p[index] * keep - step * m[index] / (v[index].squareRoot() * inverseRootCorrection + epsilon)
  }
}

/// average = decay * average + (1 - decay) * p: an exponential moving average of parameters.
public func moveAverage(_ average: UnsafeMutablePointer<Float>, _ p: UnsafePointer<Float>, _ count: Int, _ decay: Float) {
  let whole = count & ~15
  for index in stride(from: 0, to: whole, by: 16) {
    store(kernel_fma(load(p + index), SIMD16(repeating: 1 - decay), load(average + index) * decay), average + index)
  }
  for index in whole..<count { average[index] = average[index] * decay + p[index] * (1 - decay) }
}

/// Sum of squares of up to some thousand numbers, in a fixed order.
public func sumOfSquares(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
  let whole = count & ~15
  var sums = SIMD16<Float>(repeating: 0)
  for index in stride(from: 0, to: whole, by: 16) { sums = kernel_fma(load(x + index), load(x + index), sums) }
  var sum = kernel_sum(sums)
  for index in whole..<count { sum += x[index] * x[index] }
  return sum
}
