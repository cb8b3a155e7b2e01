import Base
import Kernels
import TestSupport
import Testing

extension Float {
  /// The nearest number of bfloat16, ties to even.
  var inBFloat16: Float { Float(bitPattern: (bitPattern &+ 0x7FFF &+ (bitPattern >> 16 & 1)) & 0xFFFF_0000) }
}

@Suite("Weights packed once")
struct PanelMatrixTests {
  /// y (rows, outputs) of x (rows, inputs) by a packed weight.
  private func product(_ precision: Precision, _ x: [Float], _ weight: [Float], rows: Int, outputs: Int, inputs: Int) throws -> [Float] {
    let memory = try FloatBuffer(count: PanelMatrix.count(outputs: outputs, inputs: inputs, precision: precision) + 4)
    for index in 0..<memory.count { memory[index] = .nan }
    try PanelMatrix.pack(weight, outputs: outputs, inputs: inputs, precision: precision, into: memory.pointer)
    for index in memory.count - 4..<memory.count { #expect(memory[index].isNaN, "written behind its end") }
    let matrix = PanelMatrix(memory.pointer, outputs: outputs, inputs: inputs, precision: precision)
    var y = [Float](repeating: .nan, count: rows * outputs)
    TileProduct.multiply(x, inputs, matrix, &y, outputs, rows: rows)
    if precision == .float32 {
      var back = [Float](repeating: 0, count: outputs * inputs)
      matrix.unpack(into: &back)
      #expect(back == weight)
    }
    return y
  }

  private static let shapes = [(1, 1, 1), (3, 32, 16), (5, 33, 17), (20, 70, 129), (300, 40, 1030)]

  @Test("the same bits as a product of the weight as it lies", arguments: [Precision.float32, .bfloat16].filter(\.isSupported))
  func unpacked(precision: Precision) throws {
    for (rows, outputs, inputs) in Self.shapes {
      let (x, weight) = (numbers("x", rows * inputs), numbers("w", outputs * inputs))
      var expected = [Float](repeating: 0, count: rows * outputs)
      gemm(precision, .asIs, .transposed, m: rows, n: outputs, k: inputs, x, lda: inputs, weight, ldb: inputs, &expected, ldc: outputs)
      #expect(
        try product(precision, x, weight, rows: rows, outputs: outputs, inputs: inputs) == expected, "\(rows) x \(outputs) x \(inputs)")
    }
  }

  @Test("bytes: products of what rows and outputs are rounded to, in 255 steps each", .enabled(if: Precision.int8.isSupported))
  func bytes() throws {
    func steps(_ row: ArraySlice<Float>) -> (bytes: [Double], scale: Double) {
      let scale = (row.map(abs).max() ?? 0) / 127
      return (row.map { Double(($0 * (scale > 0 ? 1 / scale : 0)).rounded(.toNearestOrEven)) }, Double(scale))
    }
    for (rows, outputs, inputs) in Self.shapes {
      let (x, weight) = (numbers("x", rows * inputs), numbers("w", outputs * inputs))
      let found = try product(.int8, x, weight, rows: rows, outputs: outputs, inputs: inputs)
      let left = (0..<rows).map { steps(x[$0 * inputs..<($0 + 1) * inputs]) }
      let right = (0..<outputs).map { steps(weight[$0 * inputs..<($0 + 1) * inputs]) }
      var worst = 0.0
      for row in 0..<rows {
        for output in 0..<outputs {
          let sum = zip(left[row].bytes, right[output].bytes).reduce(0) { $0 + $1.0 * $1.1 }
          let expected = sum * left[row].scale * right[output].scale
          worst = max(worst, abs(Double(found[row * outputs + output]) - expected) / max(abs(expected), 0.1))
        }
      }
      #expect(worst < 1e-5, "\(rows) x \(outputs) x \(inputs): \(worst)")
    }
  }

  @Test(
    "bytes: a row of zeros gives zeros, one that is not finite gives nothing finite, and neither touches its neighbours",
    .enabled(if: Precision.int8.isSupported))
  func special() throws {
    var x = numbers("x", 4 * 20)
    for index in 20..<40 { x[index] = 0 }
    x[45] = .nan
    x[67] = .infinity
    let y = try product(.int8, x, numbers("w", 3 * 20), rows: 4, outputs: 3, inputs: 20)
    #expect(y[0..<3].allSatisfy(\.isFinite) && y[3..<6].allSatisfy { $0 == 0 } && y[6...].allSatisfy(\.isNaN))
  }
}
