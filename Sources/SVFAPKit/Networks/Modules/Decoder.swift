import Base
import Kernels
import Layers

/// The decoder of pre-training: plain blocks on visible tokens followed by mask tokens, and a linear head on the latter.
struct Decoder: Sendable {
  let width: Int
  private let blocks: [Block]
  private let norm: LayerNorm
  private let head: Linear
  private let position: SinusoidTable
  private let tokens: Int

  init(_ factory: LayerFactory, _ sizes: ModelConfiguration.Decoder) throws(SVFAPError) {
    width = sizes.embedDim
    tokens = factory.configuration.tokens
    var blocks: [Block] = []
    for index in 0..<sizes.depth {
      blocks.append(try factory.block("decoder.blocks.\(index)", width: sizes.embedDim, heads: sizes.numHeads, hasCross: false))
    }
    self.blocks = blocks
    norm = try factory.norm("decoder.norm", sizes.embedDim)
    head = try factory.linear("decoder.head", sizes.embedDim, factory.configuration.patchWidth)
    position = try SinusoidTable(positions: tokens, width: sizes.embedDim)
  }

  /// predicted (clips, masked, patchWidth) from encoded (clips, visible, C).
  func forward(
    _ encoded: UnsafePointer<Float>, _ mask: TubeMask, projection: Linear, maskToken: UnsafePointer<Float>,
    into predicted: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let clips = mask.visible.count
    let visible = mask.visible[0].count
    let masked = tokens - visible
    let x = try workspace.buffer("decoder", clips * tokens * width)  // (clips, visible then masked, width)
    workspace.rows(clips: clips, rows: visible) { clip, start, count, _ in
      projection.forward(
        encoded + (clip * visible + start) * projection.inputs, projection.inputs, x + (clip * tokens + start) * width, width, rows: count)
    }
    for clip in 0..<clips {
      let line = x + clip * tokens * width
      for (row, token) in mask.visible[clip].enumerated() { add(position.pointer + token * width, to: line + row * width) }
      for (row, token) in mask.masked[clip].enumerated() {
        (line + (visible + row) * width).update(from: maskToken, count: width)
        add(position.pointer + token * width, to: line + (visible + row) * width)
      }
    }
    for block in blocks { try block.forward(x, clips: clips, tokens: tokens, context: nil, contextTokens: 0, workspace) }
    let normScratch = Workspace.rowBlock * width
    let normed = try workspace.scratch("normed", normScratch)  // (rowBlock, width)
    workspace.rows(clips: clips, rows: masked) { clip, start, count, worker in
      let mine = normed + worker * normScratch
      norm.forward(x + (clip * tokens + visible + start) * width, width, mine, width, rows: count)
      head.forward(mine, width, predicted + (clip * masked + start) * head.outputs, head.outputs, rows: count)
    }
  }

  private func add(_ values: UnsafePointer<Float>, to row: UnsafeMutablePointer<Float>) {
    for channel in 0..<width { row[channel] += values[channel] }
  }
}
