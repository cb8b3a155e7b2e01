import Base
import Kernels
import TestSupport

/// Rows of numbers with gaps between them. The gaps hold NaN, so that whoever reads them shows, and are looked at
/// again at the end, so that whoever writes them shows.
struct Grid {
  let rows: Int
  let width: Int
  let stride: Int
  var values: [Float]

  /// - Parameter numbers: the `width` values of a row.
  init(rows: Int, width: Int, gap: Int, _ numbers: (Int) -> [Float]) {
    self.rows = rows
    self.width = width
    stride = width + gap
    values = (0..<rows).flatMap { numbers($0) + [Float](repeating: .nan, count: gap) }
  }

  /// The same value everywhere.
  init(rows: Int, width: Int, gap: Int, _ value: Float) {
    self.init(rows: rows, width: width, gap: gap) { _ in [Float](repeating: value, count: width) }
  }

  subscript(row: Int) -> [Float] { Array(values[row * stride..<row * stride + width]) }

  var gapsAreUntouched: Bool {
    (0..<rows).allSatisfy { row in values[row * stride + width..<(row + 1) * stride].allSatisfy { $0.isNaN } }
  }
}

/// Numbers between -`scale` and `scale`.
func numbers(_ name: String, _ count: Int, scale: Float = 1) -> [Float] { stream(name, seed: 1, count: count).map { $0 * scale } }

/// Every width whose tail could be wrong, and those of the published sizes.
let widths = Array(1...70) + [127, 128, 255, 384, 512, 513, 2048, 2049]

/// Largest difference from the expected row, relative to the largest expected number, or to `floor` if that is larger.
func difference(_ found: [Float], _ expected: [Double], floor: Double = 1e-30) -> Double {
  guard found.count == expected.count else { return .infinity }
  let largest = expected.reduce(floor) { max($0, abs($1)) }
  return zip(found, expected).reduce(0) { $1.0.isFinite ? max($0, abs(Double($1.0) - $1.1) / largest) : .infinity }
}

/// Instruction sets that this processor has.
let supportedSets = InstructionSet.allCases.filter(\.isSupported)

/// Calls `body` with the memory of some numbers, for kernels that write where they read.
func inPlace(_ values: inout [Float], _ body: (UnsafeMutablePointer<Float>) -> Void) {
  values.withUnsafeMutableBufferPointer { buffer in
    if let base = buffer.baseAddress { body(base) }
  }
}
