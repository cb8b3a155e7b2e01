import Base
import Kernels
import TestSupport
import Testing

@Suite("Matrix products")
struct GEMMTests {
  private func check(
    _ opA: Operand, _ opB: Operand, m: Int, n: Int, k: Int, alpha: Float = 1, beta: Float = 0, gap: Int = 0
  ) -> Double {
    let (aRows, aWidth) = opA == .asIs ? (m, k) : (k, m)
    let (bRows, bWidth) = opB == .asIs ? (k, n) : (n, k)
    let a = Grid(rows: aRows, width: aWidth, gap: gap) { row in numbers("a\(row)", aWidth) }
    let b = Grid(rows: bRows, width: bWidth, gap: 2 * gap) { row in numbers("b\(row)", bWidth) }
    // With beta 0 what stands in C must not be read.
    let start = Grid(rows: m, width: n, gap: 3 * gap) { row in beta == 0 ? [Float](repeating: .nan, count: n) : numbers("c\(row)", n) }
    var c = start
    gemm(opA, opB, m: m, n: n, k: k, alpha: alpha, a.values, lda: a.stride, b.values, ldb: b.stride, beta: beta, &c.values, ldc: c.stride)
    let expected = ReferenceKernels.gemm(
      opA, opB, m: m, n: n, k: k, alpha: Double(alpha), a.values, lda: a.stride, b.values, ldb: b.stride, beta: Double(beta), start.values,
      ldc: start.stride)
    guard c.gapsAreUntouched else { return .infinity }
    var worst = 0.0
    for row in 0..<m {
      worst = max(worst, difference(c[row], Array(expected[row * c.stride..<row * c.stride + n]), floor: 0.1))
    }
    return worst
  }

  @Test("plain and transposed operands", arguments: [Operand.asIs, .transposed], [Operand.asIs, .transposed])
  func operands(opA: Operand, opB: Operand) {
    for (m, n, k) in [(1, 1, 1), (2, 3, 4), (5, 1, 7), (1, 9, 16), (16, 16, 16), (17, 33, 65), (40, 64, 100)] {
      #expect(check(opA, opB, m: m, n: n, k: k) < 2e-6, "\(m) x \(n) x \(k)")
      #expect(check(opA, opB, m: m, n: n, k: k, gap: 5) < 2e-6, "\(m) x \(n) x \(k) with gaps")
    }
  }

  @Test("scaled, and added to what is there", arguments: [Float(1), -0.5, 0], [Float(0), 1, 0.25])
  func factors(alpha: Float, beta: Float) {
    for opB in [Operand.asIs, .transposed] { #expect(check(.asIs, opB, m: 7, n: 21, k: 13, alpha: alpha, beta: beta, gap: 2) < 2e-6) }
  }

  @Test("the shapes of attention: tall, flat and thin")
  func attention() {
    #expect(check(.asIs, .transposed, m: 200, n: 80, k: 8) < 2e-6)
    #expect(check(.asIs, .asIs, m: 200, n: 8, k: 80) < 2e-6)
    #expect(check(.asIs, .transposed, m: 3, n: 300, k: 64) < 2e-6)
  }

  @Test("NaN in an operand reaches its row of the result")
  func notANumber() {
    var a: [Float] = [1, 2, 3, 4]
    a[2] = .nan
    var c = [Float](repeating: 0, count: 4)
    gemm(.asIs, .asIs, m: 2, n: 2, k: 2, a, lda: 2, [1, 0, 0, 1], ldb: 2, &c, ldc: 2)
    #expect(c[0] == 1 && c[1] == 2 && c[2].isNaN && c[3].isNaN)
  }

  @Test("a product is the same bits on any thread, and with any others at the same time")
  func threads() throws {
    let a = numbers("a", 200 * 96)
    let b = numbers("b", 120 * 96)
    func product(_ c: UnsafeMutablePointer<Float>) {
      gemm(.asIs, .transposed, m: 200, n: 120, k: 96, a, lda: 96, b, ldb: 96, c, ldc: 120)
    }
    let alone = try FloatBuffer(count: 200 * 120)
    product(alone.pointer)
    let together = try FloatBuffer(count: 40 * 200 * 120)
    try ThreadPool(threads: 8).parallel(40) { index, _ in product(together.pointer + index * alone.count) }
    for copy in 0..<40 {
      #expect((0..<alone.count).allSatisfy { together[copy * alone.count + $0].bitPattern == alone[$0].bitPattern })
    }
    #expect(!OpenBLAS.coreName.isEmpty)
  }
}
