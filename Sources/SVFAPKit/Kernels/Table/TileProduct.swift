import Base
import KernelsV4

/// Matrix products by tiles of registers, for processors with AVX-512: columns of B are packed panel by panel, and every
/// panel is passed over by all rows of A while it is in cache. Nothing else is copied.
package enum TileProduct {
  /// Whether this processor can.
  package static let isSupported = InstructionSet.v4.isSupported

  private static let tileRows = 14
  private static let columns = 32
  /// Steps of the depth that a panel holds: 256 KiB.
  private static let depthLimit = 2048

  /// What a thread packs into: a panel, and behind it a tile for columns that do not fill one.
  private final class Scratch {
    let panel: UnsafeMutablePointer<Float>?
    var tile: UnsafeMutablePointer<Float>? { panel.map { $0 + depthLimit * columns } }
    private let buffer: FloatBuffer?

    init() {
      buffer = try? FloatBuffer(count: (depthLimit + tileRows) * columns)
      panel = buffer?.pointer
    }
  }

  private static let scratch = ThreadValue { Scratch() }

  /// C (m, n) = or += op(A) op(B). False, and nothing done, if there is no memory for a panel.
  package static func multiply(
    _ opA: Operand, _ opB: Operand, m: Int, n: Int, k: Int, _ a: UnsafePointer<Float>, lda: Int, _ b: UnsafePointer<Float>, ldb: Int,
    adding: Bool, _ c: UnsafeMutablePointer<Float>, ldc: Int
  ) -> Bool {
    let scratch = scratch.current
    guard let panel = scratch.panel, let tile = scratch.tile else { return false }
    let isTransposed = opA == .transposed
    let tiles = (m + tileRows - 1) / tileRows
    for step in stride(from: 0, to: k, by: depthLimit) {
      let depth = min(depthLimit, k - step)
      let more = adding || step > 0
      let left = isTransposed ? a + step * lda : a + step
      for column in stride(from: 0, to: n, by: columns) {
        let count = min(columns, n - column)
        packPanel(opB == .transposed, depth, count, opB == .transposed ? b + column * ldb + step : b + step * ldb + column, ldb, panel)
        for index in 0..<tiles {
          // Rows are shared out evenly: no tile is left with few of them.
          let row = m * index / tiles
          let rows = m * (index + 1) / tiles - row
          let from = isTransposed ? left + row : left + row * lda
          let target = c + row * ldc + column
          if count == columns {
            multiplyTile(rows, isTransposed, more, depth, from, lda, panel, target, ldc)
          } else {
            multiplyTile(rows, isTransposed, false, depth, from, lda, panel, tile, columns)
            for line in 0..<rows {
              for place in 0..<count {
                let value = tile[line * columns + place]
                target[line * ldc + place] = more ? target[line * ldc + place] + value : value
              }
            }
          }
        }
      }
    }
    if k == 0, !adding { for row in 0..<m { (c + row * ldc).update(repeating: 0, count: n) } }
    return true
  }
}
