import KernelsV4
import KernelsV4Pairs

/// Matrix products by tiles of registers, for processors with AVX-512: columns of B are packed panel by panel, and every
/// panel is passed over by the rows of A while it is in cache. A is copied only to round it.
package enum TileProduct {
  static let tileRows = 14
  static let columns = 32
  /// Units of the depth that a panel holds: 256 KiB.
  static let depthLimit = 2048
  /// Rows of a panel that packing may write behind its end.
  static let slack = 16

  /// C (m, n) = or += op(A) op(B). False, and nothing done, if there is no memory to pack into.
  package static func multiply(
    _ precision: Precision, _ opA: Operand, _ opB: Operand, m: Int, n: Int, k: Int, _ a: UnsafePointer<Float>, lda: Int,
    _ b: UnsafePointer<Float>, ldb: Int, adding: Bool, _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) -> Bool {
    guard let scratch = TileScratch.current else { return false }
    if k == 0, !adding { for row in 0..<m { (c + row * ldc).update(repeating: 0, count: n) } }
    let limit = depthLimit * precision.numbersInUnit
    let packPanel = precision == .float32 ? KernelsV4.packPanel : KernelsV4Pairs.packPanel
    for step in stride(from: 0, to: k, by: limit) {
      let depth = min(limit, k - step)
      let left = opA == .transposed ? a + step * lda : a + step
      rounded(precision, opA, rows: m, depth, left, lda, scratch) { units, first, rows in
        for column in stride(from: 0, to: n, by: columns) {
          let count = min(columns, n - column)
          let right = opB == .transposed ? b + column * ldb + step : b + step * ldb + column
          packPanel(opB == .transposed, depth, count, right, ldb, scratch.panel)
          pass(units, rows: rows, scratch.panel, columns: count, adding: adding || step > 0, c + first * ldc + column, ldc, scratch.tile)
        }
      }
    }
    return true
  }

  /// y (rows, outputs) = x (rows, inputs) W^T for a packed weight.
  package static func multiply(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ matrix: PanelMatrix, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, rows: Int
  ) {
    TileScratch.with { scratch in
      if matrix.precision == .int8 { return multiplyBytes(x, xStride, matrix, y, yStride, rows: rows, scratch) }
      rounded(matrix.precision, .asIs, rows: rows, matrix.inputs, x, xStride, scratch) { units, first, rows in
        for column in stride(from: 0, to: matrix.outputs, by: columns) {
          pass(
            units, rows: rows, matrix.panels + column * matrix.units, columns: min(columns, matrix.outputs - column), adding: false,
            y + first * yStride + column, yStride, scratch.tile)
        }
      }
    }
  }

  /// Units of op(A): those of a row follow each other, or transposed those of a step of the depth.
  private struct Units {
    let precision: Precision
    let pointer: UnsafePointer<Float>
    let stride: Int
    let isTransposed: Bool
    let depth: Int

    func row(_ row: Int) -> UnsafePointer<Float> { isTransposed ? pointer + row : pointer + row * stride }
  }

  /// Calls `body` with the units of A, as many rows at a time as there is memory to round: all of them in float32, which lie
  /// where they are.
  private static func rounded(
    _ precision: Precision, _ opA: Operand, rows m: Int, _ depth: Int, _ a: UnsafePointer<Float>, _ lda: Int, _ scratch: TileScratch,
    _ body: (_ units: Units, _ first: Int, _ rows: Int) -> Void
  ) {
    let isTransposed = opA == .transposed
    guard precision == .bfloat16 else {
      return body(Units(precision: precision, pointer: a, stride: lda, isTransposed: isTransposed, depth: depth), 0, m)
    }
    // Rows a power of two apart would share a few sets of the cache: a line between them.
    let gap = 16
    let units = (depth + 1) / 2
    let chunk = isTransposed ? TileScratch.roundedCount / units - gap : TileScratch.roundedCount / (units + gap)
    for first in stride(from: 0, to: m, by: chunk) {
      let rows = min(chunk, m - first)
      let stride = (isTransposed ? rows : units) + gap
      if isTransposed {
        weavePairs(depth, rows, rows, a + first, lda, scratch.rounded, stride)
      } else {
        packPairs(rows, depth, a + first * lda, lda, scratch.rounded, stride)
      }
      body(Units(precision: precision, pointer: scratch.rounded, stride: stride, isTransposed: isTransposed, depth: units), first, rows)
    }
  }

  /// Rows of A over one panel.
  private static func pass(
    _ left: Units, rows m: Int, _ panel: UnsafePointer<Float>, columns count: Int, adding: Bool, _ c: UnsafeMutablePointer<Float>,
    _ ldc: Int, _ tile: UnsafeMutablePointer<Float>
  ) {
    let multiplyTile = left.precision == .float32 ? KernelsV4.multiplyTile : KernelsV4Pairs.multiplyTile
    let tiles = (m + tileRows - 1) / tileRows
    for index in 0..<tiles {
      // Rows are shared out evenly: no tile is left with few of them.
      let row = m * index / tiles
      let rows = m * (index + 1) / tiles - row
      let target = c + row * ldc
      if count == columns {
        multiplyTile(rows, left.isTransposed, adding, left.depth, left.row(row), left.stride, panel, target, ldc)
        continue
      }
      multiplyTile(rows, left.isTransposed, false, left.depth, left.row(row), left.stride, panel, tile, columns)
      for line in 0..<rows {
        for place in 0..<count {
          let value = tile[line * columns + place]
          target[line * ldc + place] = adding ? target[line * ldc + place] + value : value
        }
      }
    }
  }
}
