import Base
import CKernelShims
import KernelsV4
import KernelsV4Pairs

/// What the operands of a product are rounded to. Sums and results are float32.
package enum Precision: String, CaseIterable, Sendable {
  case float32
  /// 8 bits of mantissa: twice the products an instruction.
  case bfloat16

  /// Whether this processor multiplies it by tiles; without, products are computed in float32.
  package var isSupported: Bool {
    switch self {
    case .float32: InstructionSet.v4.isSupported
    case .bfloat16: InstructionSet.v4.isSupported && kernel_supports_bf16() != 0
    }
  }

  /// Numbers in a unit of 32 bits.
  fileprivate var numbersInUnit: Int { self == .float32 ? 1 : 2 }
}

/// Matrix products by tiles of registers, for processors with AVX-512: columns of B are packed panel by panel, and every
/// panel is passed over by all rows of A while it is in cache. A is packed only to round it.
package enum TileProduct {
  private static let tileRows = 14
  private static let columns = 32
  /// Units of the depth that a panel holds: 256 KiB.
  private static let depthLimit = 2048
  /// Rows of a panel that packing may write behind its end.
  private static let slack = 16

  /// What a thread packs into.
  private final class Scratch {
    /// A panel of B, and behind it a tile for columns that do not fill one.
    let panel: UnsafeMutablePointer<Float>?
    var tile: UnsafeMutablePointer<Float>? { panel.map { $0 + (depthLimit + slack) * columns } }
    private let buffer: FloatBuffer?
    private var rounded: FloatBuffer?

    init() {
      buffer = try? FloatBuffer(count: (depthLimit + slack + tileRows) * columns)
      panel = buffer?.pointer
    }

    /// Memory for units of A. Grows when first needed and is then used again.
    func rounded(_ count: Int) -> UnsafeMutablePointer<Float>? {
      if let rounded, rounded.count >= count { return rounded.pointer }
      rounded = nil
      rounded = try? FloatBuffer(count: count)
      return rounded?.pointer
    }
  }

  private static let scratch = ThreadValue { Scratch() }

  /// Units of op(A) (m, depth): a row's, or transposed a step's, follow each other.
  private struct Left {
    let units: UnsafePointer<Float>
    let stride: Int
    let isTransposed: Bool

    func row(_ row: Int) -> UnsafePointer<Float> { isTransposed ? units + row : units + row * stride }
  }

  /// C (m, n) = or += op(A) op(B). False, and nothing done, if there is no memory to pack into.
  package static func multiply(
    _ precision: Precision, _ opA: Operand, _ opB: Operand, m: Int, n: Int, k: Int, _ a: UnsafePointer<Float>, lda: Int,
    _ b: UnsafePointer<Float>, ldb: Int, adding: Bool, _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) -> Bool {
    let scratch = scratch.current
    guard let panel = scratch.panel, let tile = scratch.tile else { return false }
    if k == 0, !adding { for row in 0..<m { (c + row * ldc).update(repeating: 0, count: n) } }
    let limit = depthLimit * precision.numbersInUnit
    for step in stride(from: 0, to: k, by: limit) {
      let depth = min(limit, k - step)
      guard let left = left(precision, opA, m, depth, opA == .transposed ? a + step * lda : a + step, lda, scratch) else { return false }
      for column in stride(from: 0, to: n, by: columns) {
        let count = min(columns, n - column)
        let right = opB == .transposed ? b + column * ldb + step : b + step * ldb + column
        switch precision {
        case .float32: KernelsV4.packPanel(opB == .transposed, depth, count, right, ldb, panel)
        case .bfloat16: KernelsV4Pairs.packPanel(opB == .transposed, depth, count, right, ldb, panel)
        }
        pass(
          precision, left, rows: m, units: (depth + precision.numbersInUnit - 1) / precision.numbersInUnit, panel, columns: count,
          adding: adding || step > 0, c + column, ldc, tile)
      }
    }
    return true
  }

  /// All rows of A over one panel.
  private static func pass(
    _ precision: Precision, _ left: Left, rows m: Int, units: Int, _ panel: UnsafePointer<Float>, columns count: Int, adding: Bool,
    _ c: UnsafeMutablePointer<Float>, _ ldc: Int, _ tile: UnsafeMutablePointer<Float>
  ) {
    let multiplyTile = precision == .float32 ? KernelsV4.multiplyTile : KernelsV4Pairs.multiplyTile
    let tiles = (m + tileRows - 1) / tileRows
    for index in 0..<tiles {
      // Rows are shared out evenly: no tile is left with few of them.
      let row = m * index / tiles
      let rows = m * (index + 1) / tiles - row
      let target = c + row * ldc
      if count == columns {
        multiplyTile(rows, left.isTransposed, adding, units, left.row(row), left.stride, panel, target, ldc)
        continue
      }
      multiplyTile(rows, left.isTransposed, false, units, left.row(row), left.stride, panel, tile, columns)
      for line in 0..<rows {
        for place in 0..<count {
          let value = tile[line * columns + place]
          target[line * ldc + place] = adding ? target[line * ldc + place] + value : value
        }
      }
    }
  }

  /// A as units: where it lies, or rounded.
  private static func left(
    _ precision: Precision, _ opA: Operand, _ m: Int, _ depth: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ scratch: Scratch
  ) -> Left? {
    guard precision == .bfloat16 else { return Left(units: a, stride: lda, isTransposed: opA == .transposed) }
    // Rows a power of two apart would share a few sets of the cache: a line between them.
    let units = (depth + 1) / 2
    let stride = (opA == .transposed ? m : units) + 16
    guard let pairs = scratch.rounded(stride * (opA == .transposed ? units : m)) else { return nil }
    if opA == .transposed {
      weavePairs(depth, m, m, a, lda, pairs, stride)
    } else {
      packPairs(m, depth, a, lda, pairs, stride)
    }
    return Left(units: pairs, stride: stride, isTransposed: opA == .transposed)
  }
}
