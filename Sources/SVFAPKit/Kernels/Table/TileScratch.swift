import Base
import Synchronization

/// What a thread packs operands of products into: a panel of B, rounded rows of A, and a tile for columns that do not fill
/// a panel.
struct TileScratch: @unchecked Sendable {
  // Used by one thread at a time: its own, or the holder of the lock around the shared one.
  /// Units of A that are rounded at a time: 1 MiB.
  static let roundedCount = 1 << 18

  let panel: UnsafeMutablePointer<Float>
  let tile: UnsafeMutablePointer<Float>
  let rounded: UnsafeMutablePointer<Float>
  private let buffer: FloatBuffer

  private init() throws(SVFAPError) {
    let panelCount = (TileProduct.depthLimit + TileProduct.slack) * TileProduct.columns
    let tileCount = TileProduct.tileRows * TileProduct.columns
    buffer = try FloatBuffer(count: panelCount + tileCount + Self.roundedCount)
    panel = buffer.pointer
    tile = panel + panelCount
    rounded = tile + tileCount
  }

  private final class Holder {
    let scratch = try? TileScratch()
  }

  private static let own = ThreadValue { Holder() }
  private static let shared = Mutex<TileScratch?>(nil)

  /// The calling thread's, nil if there is no memory for it.
  static var current: TileScratch? { own.current.scratch }

  /// Makes sure that `with` finds one whatever happens: whoever packs weights calls it first.
  ///
  /// - Throws: `noMemory`.
  static func reserve() throws(SVFAPError) {
    try shared.withLock { (scratch) throws(SVFAPError) in if scratch == nil { scratch = try TileScratch() } }
  }

  /// Calls `body` with the calling thread's, or with the one that was reserved, which threads then wait for.
  static func with(_ body: (TileScratch) -> Void) {
    if let current { return body(current) }
    shared.withLock { scratch in if let scratch { body(scratch) } }
  }
}
