import Glibc

/// Plain statements of what the fast kernels compute, in double precision: what they are tested against.
package enum ReferenceKernels {
  /// (x - mean) / sqrt(biased variance + epsilon) * gamma + beta, for one row.
  package static func layerNorm(_ x: [Float], gamma: [Float], beta: [Float], epsilon: Float) -> [Double] {
    let mean = x.reduce(0.0) { $0 + Double($1) } / Double(x.count)
    let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count)
    return x.indices.map { (Double(x[$0]) - mean) / (variance + Double(epsilon)).squareRoot() * Double(gamma[$0]) + Double(beta[$0]) }
  }

  /// x * Phi(x).
  package static func gelu(_ x: Double) -> Double { 0.5 * x * erfc(-x / 2.0.squareRoot()) }

  /// softmax(scale * x), for one row.
  package static func softmax(_ x: [Float], scale: Float) -> [Double] {
    let peak = x.map { Double($0) * Double(scale) }.max() ?? 0
    let powers = x.map { exp(Double($0) * Double(scale) - peak) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }

  /// x + bias, for one row.
  package static func addBias(_ x: [Float], bias: [Float]) -> [Double] {
    x.indices.map { Double(x[$0]) + Double(bias[$0]) }
  }

  /// x + gamma * (branch + bias), for one row; without gamma: x + branch + bias.
  package static func addResidual(_ x: [Float], branch: [Float], bias: [Float], gamma: [Float]?) -> [Double] {
    x.indices.map { Double(x[$0]) + Double(gamma?[$0] ?? 1) * (Double(branch[$0]) + Double(bias[$0])) }
  }

  /// Mean of rows of equal width.
  package static func meanOfRows(_ rows: [[Float]]) -> [Double] {
    (rows.first ?? []).indices.map { column in rows.reduce(0.0) { $0 + Double($1[column]) } / Double(rows.count) }
  }

  /// C (m, n) = alpha * op(A) op(B) + beta * C, row-major; op(A) is (m, k), op(B) is (k, n). With beta = 0, C is not read.
  package static func gemm(
    _ opA: Operand, _ opB: Operand, m: Int, n: Int, k: Int, alpha: Double, _ a: [Float], lda: Int, _ b: [Float], ldb: Int, beta: Double,
    _ c: [Float], ldc: Int
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
        result[row * ldc + column] = alpha * sum + (beta == 0 ? 0 : beta * result[row * ldc + column])
      }
    }
    return result
  }
}
