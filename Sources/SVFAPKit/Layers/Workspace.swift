import Base
import Kernels

/// Scratch memory and threads of one caller: layers compute in it, so that weights can be shared by many callers.
///
/// Buffers grow when first needed and are then used again; nothing is allocated on the way once a shape was seen.
package final class Workspace {
  /// Rows of tokens that are worked through at a time. Fixed: results must not depend on the number of threads.
  package static let rowBlock = 200

  /// Blocks that `rows` rows make.
  package static func blocks(_ rows: Int) -> Int { (rows + rowBlock - 1) / rowBlock }

  package let pool: ThreadPool
  /// What the operands of matrix products are rounded to.
  package let precision: Precision
  private var buffers: [String: FloatBuffer] = [:]

  package init(pool: ThreadPool, precision: Precision = .float32) {
    self.pool = pool
    self.precision = precision
  }

  /// A buffer of at least `count` numbers that keeps its content until it is asked for again under the same name.
  package func buffer(_ name: String, _ count: Int) throws(SVFAPError) -> UnsafeMutablePointer<Float> {
    if let buffer = buffers[name], buffer.count >= count { return buffer.pointer }
    buffers[name] = nil
    let buffer = try FloatBuffer(count: count)
    buffers[name] = buffer
    return buffer.pointer
  }

  /// `kept`, where a way back needs what is written, or else a buffer of this workspace.
  package func buffer(_ name: String, _ count: Int, keptIn kept: FloatBuffer?) throws(SVFAPError) -> UnsafeMutablePointer<Float> {
    if let kept { return kept.pointer }
    return try buffer(name, count)
  }

  /// Scratch memory for every thread: thread `worker` owns the `count` numbers from `worker * count` on.
  package func scratch(_ name: String, _ count: Int) throws(SVFAPError) -> UnsafeMutablePointer<Float> {
    try buffer(name, count * pool.threads)
  }

  /// Calls `body(clip, first row, rows, worker)` for each block of rows of each of `clips` clips of `rows` rows.
  ///
  /// Blocks never reach over a clip: a clip's result cannot depend on its companions.
  package func rows(clips: Int, rows: Int, _ body: (_ clip: Int, _ start: Int, _ count: Int, _ worker: Int) -> Void) {
    let blocks = Self.blocks(rows)
    pool.parallel(clips * blocks) { task, worker in
      let start = task % blocks * Self.rowBlock
      body(task / blocks, start, min(Self.rowBlock, rows - start), worker)
    }
  }
}
