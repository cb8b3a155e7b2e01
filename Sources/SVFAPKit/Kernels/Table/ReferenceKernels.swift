import Glibc

/// Plain statements of what the fast kernels compute, in double precision: what they are tested against.
package enum ReferenceKernels {
  /// (x - mean) / sqrt(biased variance + epsilon) * gamma + beta, for one row.
  package static func layerNorm(_ x: [Float], gamma: [Float], beta: [Float], epsilon: Float) -> [Double] {
    let mean = x.reduce(0.0) { $0 + Double($1) } / Double(x.count)
    let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count)
    return x.indices.map { (Double(x[$0]) - mean) / (variance + Double(epsilon)).squareRoot() * Double(gamma[$0]) + Double(beta[$0]) }
  }

  /// The way back through `layerNorm` for one row, given the gradient of its result: those of x, gamma and beta.
  package static func layerNormBackward(
    _ x: [Float], gradient: [Float], gamma: [Float], epsilon: Float
  ) -> (x: [Double], gamma: [Double], beta: [Double]) {
    let count = Double(x.count)
    let mean = x.reduce(0.0) { $0 + Double($1) } / count
    let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
    let scale = 1 / (variance + Double(epsilon)).squareRoot()
    let normal = x.map { (Double($0) - mean) * scale }
    let weighted = zip(gradient, gamma).map { Double($0) * Double($1) }
    let meanSum = weighted.reduce(0, +) / count
    let meanProduct = zip(weighted, normal).reduce(0) { $0 + $1.0 * $1.1 } / count
    return (
      zip(weighted, normal).map { scale * ($0 - meanSum - $1 * meanProduct) }, zip(gradient, normal).map { Double($0) * $1 },
      gradient.map { Double($0) }
    )
  }

  /// x * Phi(x).
  package static func gelu(_ x: Double) -> Double { 0.5 * x * erfc(-x / 2.0.squareRoot()) }

  /// Its derivative: Phi(x) + x * density(x).
  package static func geluSlope(_ x: Double) -> Double {
    0.5 * erfc(-x / 2.0.squareRoot()) + x * exp(-0.5 * x * x) / (2 * .pi).squareRoot()
  }

  /// softmax(scale * x), for one row.
  package static func softmax(_ x: [Float], scale: Float) -> [Double] {
    let peak = x.map { Double($0) * Double(scale) }.max() ?? 0
    let powers = x.map { exp(Double($0) * Double(scale) - peak) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// The way back through `softmax` for one row, given its result and the gradient of that.
  package static func softmaxBackward(_ p: [Float], gradient: [Float], scale: Float) -> [Double] {
    let sum = zip(p, gradient).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    return zip(p, gradient).map { Double(scale) * Double($0) * (Double($1) - sum) }
  }

  /// x + bias, for one row.
  package static func addBias(_ x: [Float], bias: [Float]) -> [Double] {
    x.indices.map { Double(x[$0]) + Double(bias[$0]) }
  }

  /// x + scale * gamma * (branch + bias), for one row; without gamma: x + scale * (branch + bias).
  package static func addResidual(_ x: [Float], branch: [Float], bias: [Float], gamma: [Float]?, scale: Float) -> [Double] {
    x.indices.map { Double(x[$0]) + Double(scale) * Double(gamma?[$0] ?? 1) * (Double(branch[$0]) + Double(bias[$0])) }
  }

  /// factor * gamma * x, for one row; without gamma: factor * x.
  package static func scale(_ x: [Float], gamma: [Float]?, factor: Float) -> [Double] {
    x.indices.map { Double(factor) * Double(gamma?[$0] ?? 1) * Double(x[$0]) }
  }

  /// Sums of the columns of rows of equal width.
  package static func columnSums(_ rows: [[Float]]) -> [Double] {
    (rows.first ?? []).indices.map { column in rows.reduce(0.0) { $0 + Double($1[column]) } }
  }

  /// Mean of rows of equal width.
  package static func meanOfRows(_ rows: [[Float]]) -> [Double] { columnSums(rows).map { $0 / Double(rows.count) } }

  /// What one step of AdamW makes of a parameter p and its moments m and v.
  package static func adamW(
    _ p: Double, gradient: Double, _ m: Double, _ v: Double, rate: Double, decay: Double, beta1: Double, beta2: Double, epsilon: Double,
    step: Int
  ) -> (p: Double, m: Double, v: Double) {
    let m = beta1 * m + (1 - beta1) * gradient
    let v = beta2 * v + (1 - beta2) * gradient * gradient
    let rootCorrection = (1 - pow(beta2, Double(step))).squareRoot()
    let change = m / (1 - pow(beta1, Double(step))) / (v.squareRoot() / rootCorrection + epsilon)
    return (p * (1 - rate * decay) - rate * change, m, v)
  }

  /// C (m, n) = op(A) op(B), or C += op(A) op(B), row-major; op(A) is (m, k), op(B) is (k, n). C is read only to add to it.
  package static func gemm(
    _ opA: Operand, _ opB: Operand, m: Int, n: Int, k: Int, _ a: [Float], lda: Int, _ b: [Float], ldb: Int, adding: Bool, _ c: [Float],
    ldc: Int
  ) -> [Double] {
    var result = c.map { Double($0) }
    for row in 0..<m {
      for column in 0..<n {
        var sum = 0.0
        for inner in 0..<k {
          let left = opA == .asIs ? a[row * lda + inner] : a[inner * lda + row]
          let right = opB == .asIs ? b[inner * ldb + column] : b[column * ldb + inner]
          sum += Double(left) * Double(right)
        }
        result[row * ldc + column] = sum + (adding ? result[row * ldc + column] : 0)
      }
    }
    return result
  }
}
