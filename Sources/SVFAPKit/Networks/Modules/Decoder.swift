import Base
import Kernels
import Layers

/// The decoder of pre-training: plain blocks on visible tokens followed by mask tokens, and a linear head on the latter.
struct Decoder: Sendable {
  let width: Int
  private let toDecoder: Linear  // C -> width
  nonisolated(unsafe) private let maskToken: UnsafePointer<Float>  // (width)
  private let blocks: [Block]
  private let norm: LayerNorm
  private let head: Linear
  private let position: SinusoidTable
  private let tokens: Int

  init(_ factory: LayerFactory, _ sizes: ModelConfiguration.Decoder) throws(SVFAPError) {
    width = sizes.embedDim
    tokens = factory.configuration.tokens
    toDecoder = try factory.linear("encoder_to_decoder", factory.configuration.embedDim, sizes.embedDim, bias: nil)
    maskToken = try factory.parameters.pointer("mask_token")
    var blocks: [Block] = []
    for index in 0..<sizes.depth {
      blocks.append(try factory.block("decoder.blocks.\(index)", width: sizes.embedDim, heads: sizes.numHeads, hasCross: false))
    }
    self.blocks = blocks
    norm = try factory.norm("decoder.norm", sizes.embedDim)
    head = try factory.linear("decoder.head", sizes.embedDim, factory.configuration.patchWidth)
    position = try SinusoidTable(positions: tokens, width: sizes.embedDim)
  }

  /// What the forward keeps for the way back.
  final class Tape {
    fileprivate let blocks: [Block.Tape]
    fileprivate let output: FloatBuffer  // (clips, visible then masked, width): after the blocks

    init(_ decoder: Decoder, clips: Int) throws(SVFAPError) {
      var tapes: [Block.Tape] = []
      for block in decoder.blocks { tapes.append(try Block.Tape(block, clips: clips, tokens: decoder.tokens, contextTokens: 0)) }
      blocks = tapes
      output = try FloatBuffer(count: clips * decoder.tokens * decoder.width)
    }
  }

  /// predicted (clips, masked, patchWidth) from encoded (clips, visible, C).
  func forward(
    _ encoded: UnsafePointer<Float>, _ mask: TubeMask, into predicted: UnsafeMutablePointer<Float>, tape: Tape? = nil,
    _ workspace: Workspace
  ) throws(SVFAPError) {
    let clips = mask.visible.count
    let visible = mask.visible[0].count
    let masked = tokens - visible
    let x = try workspace.buffer("decoder", clips * tokens * width, keptIn: tape?.output)  // (clips, visible then masked, width)
    workspace.rows(clips: clips, rows: visible) { clip, start, count, _ in
      toDecoder.forward(
        encoded + (clip * visible + start) * toDecoder.inputs, toDecoder.inputs, x + (clip * tokens + start) * width, width, rows: count,
        workspace.precision)
    }
    for clip in 0..<clips {
      let line = x + clip * tokens * width
      for (row, token) in mask.visible[clip].enumerated() { add(position.pointer + token * width, to: line + row * width) }
      for (row, token) in mask.masked[clip].enumerated() {
        (line + (visible + row) * width).update(from: maskToken, count: width)
        add(position.pointer + token * width, to: line + (visible + row) * width)
      }
    }
    for (index, block) in blocks.enumerated() {
      try block.forward(x, clips: clips, tokens: tokens, context: nil, tape: tape?.blocks[index], workspace)
    }
    let normScratch = Workspace.rowBlock * width
    let normed = try workspace.scratch("normed", normScratch)  // (rowBlock, width)
    workspace.rows(clips: clips, rows: masked) { clip, start, count, worker in
      let mine = normed + worker * normScratch
      norm.forward(x + (clip * tokens + visible + start) * width, width, mine, width, rows: count)
      head.forward(mine, width, predicted + (clip * masked + start) * head.outputs, head.outputs, rows: count, workspace.precision)
    }
  }

  /// The gradient of encoded (clips, visible, C), given that of predicted (clips, masked, patchWidth).
  func backward(
    predictedGradient: UnsafePointer<Float>, encoded: UnsafePointer<Float>, _ mask: TubeMask, tape: Tape,
    into encodedGradient: UnsafeMutablePointer<Float>, _ gradients: GradientMap, _ workspace: Workspace
  ) throws(SVFAPError) {
    let clips = mask.visible.count
    let visible = mask.visible[0].count
    let masked = tokens - visible
    let x = tape.output.pointer
    let dx = try workspace.buffer("back.decoder", clips * tokens * width)  // (clips, visible then masked, width)
    let normed = try workspace.buffer("back.normed", clips * masked * width)  // (clips, masked, width)
    let normScratch = Workspace.rowBlock * width
    let slopes = try workspace.scratch("normed", normScratch)  // (rowBlock, width)
    dx.update(repeating: 0, count: clips * tokens * width)
    try norm.collectGradients(clips: clips, rows: masked, gradients, workspace) { clip, start, count, worker, piece in
      let row = clip * masked + start
      let place = (clip * tokens + visible + start) * width
      let slope = slopes + worker * normScratch
      norm.forward(x + place, width, normed + row * width, width, rows: count)
      head.inputGradient(predictedGradient + row * head.outputs, head.outputs, slope, width, rows: count, workspace.precision)
      norm.backward(x + place, slope, addingTo: dx + place, rows: count, piece)
    }
    try workspace.accumulate(
      [WeightGradient(linear: head, dy: predictedGradient, dyStride: head.outputs, x: normed, xStride: width, rows: clips * masked)],
      gradients)
    for (index, block) in blocks.enumerated().reversed() {
      try block.backward(
        dx, clips: clips, tokens: tokens, context: nil, contextGradient: nil, tape: tape.blocks[index], gradients, workspace)
    }
    let maskGradient = gradients.of(maskToken)
    let visibleGradient = try workspace.buffer("back.branch", clips * visible * width)  // (clips, visible, width)
    for clip in 0..<clips {
      let line = dx + clip * tokens * width
      KernelTable.best.addColumnSums(line + visible * width, width, masked, width, maskGradient)
      (visibleGradient + clip * visible * width).update(from: line, count: visible * width)
    }
    toDecoder.inputGradient(visibleGradient, width, encodedGradient, toDecoder.inputs, rows: clips * visible, workspace.precision)
    try workspace.accumulate(
      [
        WeightGradient(
          linear: toDecoder, dy: visibleGradient, dyStride: width, x: encoded, xStride: toDecoder.inputs, rows: clips * visible)
      ], gradients)
  }

  private func add(_ values: UnsafePointer<Float>, to row: UnsafeMutablePointer<Float>) {
    for channel in 0..<width { row[channel] += values[channel] }
  }
}
