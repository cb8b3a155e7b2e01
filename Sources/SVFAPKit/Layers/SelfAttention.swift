import Base
import Kernels

/// The self-attention branch of a block: x += scale * gamma * proj(attention(qkv(norm(x)))).
///
/// One weight (3C, C) gives queries, keys and values; keys have no bias (published a.4).
package struct SelfAttention: Sendable {
  let heads: Int
  let width: Int
  let norm: LayerNorm
  let qkv: Linear  // C -> 3C, no bias of its own
  let end: ResidualProjection
  nonisolated(unsafe) let qBias: UnsafePointer<Float>  // (C)
  nonisolated(unsafe) let vBias: UnsafePointer<Float>  // (C)

  package init(
    norm: LayerNorm, qkv: Linear, qBias: UnsafePointer<Float>, vBias: UnsafePointer<Float>, end: ResidualProjection, heads: Int
  ) {
    self.norm = norm
    self.qkv = qkv
    self.qBias = qBias
    self.vBias = vBias
    self.end = end
    self.heads = heads
    width = qkv.inputs
  }

  /// What the forward keeps for the way back.
  struct Tape {
    let input: FloatBuffer  // (clips, tokens, C)
    let qkv: FloatBuffer  // (clips, tokens, 3C)
    let attended: FloatBuffer  // (clips, tokens, C)

    init(clips: Int, tokens: Int, width: Int) throws(SVFAPError) {
      input = try FloatBuffer(count: clips * tokens * width)
      qkv = try FloatBuffer(count: clips * tokens * 3 * width)
      attended = try FloatBuffer(count: clips * tokens * width)
    }
  }

  /// Changes x (clips, tokens, C) in place.
  func forward(
    _ x: UnsafeMutablePointer<Float>, clips: Int, tokens: Int, scales: BranchScales?, tape: Tape?, _ workspace: Workspace
  ) throws(SVFAPError) {
    let count = clips * tokens * width
    tape?.input.pointer.update(from: x, count: count)
    let projected = try workspace.buffer("qkv", 3 * count, keptIn: tape?.qkv)  // (clips, tokens, 3C)
    let attended = try workspace.buffer("attended", count, keptIn: tape?.attended)  // (clips, tokens, C)
    let rowScratch = Workspace.rowBlock * width
    let normed = try workspace.scratch("normed", rowScratch)  // (rowBlock, C)
    workspace.rows(clips: clips, rows: tokens) { clip, start, count, worker in
      let mine = normed + worker * rowScratch
      let row = clip * tokens + start
      let out = projected + row * 3 * width
      norm.forward(x + row * width, width, mine, width, rows: count)
      qkv.multiply(mine, width, out, 3 * width, rows: count, workspace.precision)
      KernelTable.best.addBias(out, 3 * width, count, width, qBias)
      KernelTable.best.addBias(out + 2 * width, 3 * width, count, width, vBias)
    }
    try workspace.attend(
      clips: clips, heads: heads, headWidth: width / heads, tokens: tokens, keyCount: tokens, { operands(projected, $0, tokens) },
      out: attended)
    try end.add(attended, to: x, clips: clips, rows: tokens, scales: scales, workspace)
  }

  /// Changes dx (clips, tokens, C), the gradient after the branch, into the one before it.
  func backward(
    _ dx: UnsafeMutablePointer<Float>, clips: Int, tokens: Int, scales: BranchScales?, tape: Tape, _ gradients: GradientMap,
    _ workspace: Workspace
  ) throws(SVFAPError) {
    let count = clips * tokens * width
    let branch = try workspace.buffer("back.branch", count)  // (clips, tokens, C)
    let attendedGradient = try workspace.buffer("back.attended", count)  // (clips, tokens, C)
    let projectedGradient = try workspace.buffer("back.wide", 3 * count)  // (clips, tokens, 3C)
    let normed = try workspace.buffer("back.normed", count)  // (clips, tokens, C)
    try end.backward(dx, branchGradient: branch, dh: attendedGradient, clips: clips, rows: tokens, scales: scales, workspace)
    try workspace.attendBackward(
      clips: clips, heads: heads, headWidth: width / heads, tokens: tokens, keyCount: tokens, { operands(tape.qkv.pointer, $0, tokens) },
      outGradient: attendedGradient, into: { operands(projectedGradient, $0, tokens) })
    try norm.backward(
      through: qkv, projectedGradient, x: tape.input.pointer, normed: normed, addingTo: dx, clips: clips, rows: tokens, gradients,
      workspace)
    func part(_ index: Int, bias: UnsafePointer<Float>?) -> WeightGradient {
      WeightGradient(
        linear: qkv.part(index * width, width, bias: bias), dy: projectedGradient + index * width, dyStride: 3 * width, x: normed,
        xStride: width, rows: clips * tokens)
    }
    try workspace.accumulate(
      [
        part(0, bias: qBias), part(1, bias: nil), part(2, bias: vBias),
        end.weightGradient(branch, tape.attended.pointer, rows: clips * tokens),
      ], gradients)
  }

  /// Queries, keys and values of a clip, as columns of (clips, tokens, 3C).
  private func operands(_ projected: UnsafeMutablePointer<Float>, _ clip: Int, _ tokens: Int) -> Attention.Operands {
    let first = projected + clip * tokens * 3 * width
    return Attention.Operands(
      queries: .init(first, 3 * width), keys: .init(first + width, 3 * width), values: .init(first + 2 * width, 3 * width))
  }
}
