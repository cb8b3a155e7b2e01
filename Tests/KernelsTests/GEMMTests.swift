import Base
import Kernels
import TestSupport
import Testing

/// What computes a product: our tiles where this processor has them, in a precision; OpenBLAS; or whichever `gemm` chooses.
enum Engine: CaseIterable {
  case tiles
  case pairs
  case openBLAS
  case chosen

  func multiply(
    _ opA: Operand, _ opB: Operand, m: Int, n: Int, k: Int, _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int,
    adding: Bool, _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) {
    switch self {
    case .tiles where Precision.float32.isSupported:
      #expect(TileProduct.multiply(.float32, opA, opB, m: m, n: n, k: k, a, lda: lda, b, ldb: ldb, adding: adding, c, ldc: ldc))
    case .pairs where Precision.bfloat16.isSupported:
      #expect(TileProduct.multiply(.bfloat16, opA, opB, m: m, n: n, k: k, a, lda: lda, b, ldb: ldb, adding: adding, c, ldc: ldc))
    case .chosen: gemm(.float32, opA, opB, m: m, n: n, k: k, a, lda: lda, b, ldb: ldb, adding: adding, c, ldc: ldc)
    case .openBLAS, .tiles, .pairs: OpenBLAS.multiply(opA, opB, m: m, n: n, k: k, a, lda: lda, b, ldb: ldb, adding: adding, c, ldc: ldc)
    }
  }
}

@Suite("Matrix products")
struct GEMMTests {
  /// The largest difference from the plain product, relative to what stands there; infinite if a gap was written to.
  ///
  /// Products of pairs are exact but for the order of their sums, once their operands are numbers of bfloat16.
  private func check(_ engine: Engine, _ opA: Operand, _ opB: Operand, m: Int, n: Int, k: Int, adding: Bool = false, gap: Int = 0) -> Double
  {
    let (aRows, aWidth) = opA == .asIs ? (m, k) : (k, m)
    let (bRows, bWidth) = opB == .asIs ? (k, n) : (n, k)
    func drawn(_ name: String, _ width: Int) -> [Float] { engine == .pairs ? numbers(name, width).map(\.inBFloat16) : numbers(name, width) }
    let a = Grid(rows: aRows, width: aWidth, gap: gap) { row in drawn("a\(row)", aWidth) }
    let b = Grid(rows: bRows, width: bWidth, gap: 2 * gap) { row in drawn("b\(row)", bWidth) }
    // What stands in C is read only when it is added to.
    let start = Grid(rows: m, width: n, gap: 3 * gap) { row in !adding ? [Float](repeating: .nan, count: n) : numbers("c\(row)", n) }
    var c = start
    engine.multiply(opA, opB, m: m, n: n, k: k, a.values, lda: a.stride, b.values, ldb: b.stride, adding: adding, &c.values, ldc: c.stride)
    let expected = ReferenceKernels.gemm(
      opA, opB, m: m, n: n, k: k, a.values, lda: a.stride, b.values, ldb: b.stride, adding: adding, start.values,
      ldc: start.stride)
    guard c.gapsAreUntouched else { return .infinity }
    var worst = 0.0
    for row in 0..<m {
      worst = max(worst, difference(c[row], Array(expected[row * c.stride..<row * c.stride + n]), floor: 0.1))
    }
    return worst
  }

  @Test("plain and transposed operands, set and added", arguments: Engine.allCases, [Operand.asIs, .transposed])
  func operands(engine: Engine, opA: Operand) {
    for opB in [Operand.asIs, .transposed] {
      for (m, n, k) in [(1, 1, 1), (2, 3, 4), (5, 1, 7), (1, 9, 16), (16, 16, 16), (17, 33, 65), (40, 64, 100), (29, 48, 31)] {
        for adding in [false, true] {
          #expect(check(engine, opA, opB, m: m, n: n, k: k, adding: adding) < 2e-6, "\(m) x \(n) x \(k)")
          #expect(check(engine, opA, opB, m: m, n: n, k: k, adding: adding, gap: 5) < 2e-6, "\(m) x \(n) x \(k) with gaps")
        }
      }
    }
  }

  @Test(
    "every height of a tile, every width of its last columns, and every end of its depth", arguments: [Engine.tiles, .pairs],
    [Operand.asIs, .transposed])
  func tiles(engine: Engine, opA: Operand) {
    for m in 1...30 { #expect(check(engine, opA, .transposed, m: m, n: 32, k: 9) < 2e-6, "\(m) rows") }
    for n in 1...33 { #expect(check(engine, opA, .transposed, m: 3, n: n, k: 37, gap: 1) < 2e-6, "\(n) columns") }
    for k in 1...40 { for opB in [Operand.asIs, .transposed] { #expect(check(engine, opA, opB, m: 5, n: 34, k: k) < 2e-6, "\(k) deep") } }
  }

  @Test("products deeper than a panel", arguments: [Operand.asIs, .transposed], [false, true])
  func deep(opA: Operand, adding: Bool) {
    for k in [2048, 2049, 5000] { #expect(check(.tiles, opA, .asIs, m: 15, n: 40, k: k, adding: adding) < 2e-5, "\(k)") }
    for k in [4096, 4097, 9001] { #expect(check(.pairs, opA, .asIs, m: 150, n: 40, k: k, adding: adding) < 2e-5, "pairs, \(k)") }
  }

  @Test("a depth of nothing sets nothing, or leaves what is there")
  func empty() {
    var c: [Float] = [7, 8]
    gemm(.float32, .asIs, .asIs, m: 1, n: 2, k: 0, [], lda: 1, [], ldb: 2, adding: true, &c, ldc: 2)
    #expect(c == [7, 8])
    gemm(.float32, .asIs, .asIs, m: 1, n: 2, k: 0, [], lda: 1, [], ldb: 2, &c, ldc: 2)
    #expect(c == [0, 0])
  }

  @Test("the shapes of attention: tall, flat and thin", arguments: Engine.allCases)
  func attention(engine: Engine) {
    #expect(check(engine, .asIs, .transposed, m: 200, n: 80, k: 8) < 2e-6)
    #expect(check(engine, .asIs, .asIs, m: 200, n: 8, k: 80) < 2e-6)
    #expect(check(engine, .asIs, .transposed, m: 3, n: 300, k: 64) < 2e-6)
  }

  @Test("NaN in an operand reaches its row of the result")
  func notANumber() {
    var a: [Float] = [1, 2, 3, 4]
    a[2] = .nan
    var c = [Float](repeating: 0, count: 4)
    gemm(.float32, .asIs, .asIs, m: 2, n: 2, k: 2, a, lda: 2, [1, 0, 0, 1], ldb: 2, &c, ldc: 2)
    #expect(c[0] == 1 && c[1] == 2 && c[2].isNaN && c[3].isNaN)
  }

  @Test("a product is the same bits on any thread, and with any others at the same time")
  func threads() throws {
    let a = numbers("a", 200 * 96)
    let b = numbers("b", 120 * 96)
    func product(_ c: UnsafeMutablePointer<Float>) {
      gemm(.float32, .asIs, .transposed, m: 200, n: 120, k: 96, a, lda: 96, b, ldb: 96, c, ldc: 120)
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
