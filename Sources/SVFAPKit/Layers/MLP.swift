import Base
import Kernels

/// The MLP branch of a block: x += scale * gamma * fc2(gelu(fc1(norm(x)))).
package struct MLP: Sendable {
  let width: Int
  let norm: LayerNorm
  let first: Linear  // C -> hidden, with bias
  let end: ResidualProjection  // hidden -> C
  nonisolated(unsafe) private let firstBias: UnsafePointer<Float>  // (hidden)

  package init(norm: LayerNorm, first: Linear, firstBias: UnsafePointer<Float>, end: ResidualProjection) {
    self.norm = norm
    self.first = first
    self.firstBias = firstBias
    self.end = end
    width = norm.width
  }

  /// What the forward keeps for the way back; the output of GELU is computed once more.
  struct Tape {
    let input: FloatBuffer  // (clips, tokens, C)
    let hidden: FloatBuffer  // (clips, tokens, hidden): fc1's output without its bias

    init(clips: Int, tokens: Int, width: Int, hidden hiddenWidth: Int) throws(SVFAPError) {
      input = try FloatBuffer(count: clips * tokens * width)
      hidden = try FloatBuffer(count: clips * tokens * hiddenWidth)
    }
  }

  /// Changes x (clips, tokens, C) in place, a block of rows at a time while it is in cache.
  func forward(
    _ x: UnsafeMutablePointer<Float>, clips: Int, tokens: Int, scales: BranchScales?, tape: Tape?, _ workspace: Workspace
  ) throws(SVFAPError) {
    tape?.input.pointer.update(from: x, count: clips * tokens * width)
    let hiddenWidth = first.outputs
    let rowScratch = Workspace.rowBlock * width
    let hiddenScratch = Workspace.rowBlock * hiddenWidth
    let normed = try workspace.scratch("normed", rowScratch)  // (rowBlock, C)
    let hidden = try workspace.scratch("hidden", hiddenScratch)  // (rowBlock, hidden)
    workspace.rows(clips: clips, rows: tokens) { clip, start, count, worker in
      let row = clip * tokens + start
      let rows = x + row * width
      let mine = normed + worker * rowScratch
      let active = hidden + worker * hiddenScratch
      let raw = tape.map { $0.hidden.pointer + row * hiddenWidth } ?? active
      norm.forward(rows, width, mine, width, rows: count)
      first.multiply(mine, width, raw, hiddenWidth, rows: count, workspace.precision)
      KernelTable.best.biasGELU(raw, hiddenWidth, active, hiddenWidth, count, hiddenWidth, firstBias)
      end.add(active, hiddenWidth, to: rows, rows: count, scale: scales?[clip] ?? 1, workspace.precision, scratch: mine)
    }
  }

  /// Changes dx (clips, tokens, C), the gradient after the branch, into the one before it.
  func backward(
    _ dx: UnsafeMutablePointer<Float>, clips: Int, tokens: Int, scales: BranchScales?, tape: Tape, _ gradients: GradientMap,
    _ workspace: Workspace
  ) throws(SVFAPError) {
    let hiddenWidth = first.outputs
    let rows = clips * tokens
    let branch = try workspace.buffer("back.branch", rows * width)  // (clips, tokens, C)
    let normed = try workspace.buffer("back.normed", rows * width)  // (clips, tokens, C)
    let slopes = try workspace.buffer("back.wide", rows * hiddenWidth)  // (clips, tokens, hidden)
    let active = try workspace.buffer("back.active", rows * hiddenWidth)  // (clips, tokens, hidden)
    let rowScratch = Workspace.rowBlock * width
    let scratch = try workspace.scratch("normed", rowScratch)  // (rowBlock, C)
    try norm.collectGradients(clips: clips, rows: tokens, gradients, workspace) { clip, start, count, worker, piece in
      let row = clip * tokens + start
      let mine = scratch + worker * rowScratch
      let slope = slopes + row * hiddenWidth
      let input = tape.input.pointer + row * width
      end.backward(
        dx + row * width, branchGradient: branch + row * width, dh: slope, rows: count, scale: scales?[clip] ?? 1, workspace.precision,
        scratch: mine)
      KernelTable.best.biasGELUBackward(
        tape.hidden.pointer + row * hiddenWidth, hiddenWidth, slope, active + row * hiddenWidth, hiddenWidth, count, hiddenWidth, firstBias)
      norm.forward(input, width, normed + row * width, width, rows: count)
      first.inputGradient(slope, hiddenWidth, mine, width, rows: count, workspace.precision)
      norm.backward(input, mine, addingTo: dx + row * width, rows: count, piece)
    }
    try workspace.accumulate(
      [
        WeightGradient(linear: first, dy: slopes, dyStride: hiddenWidth, x: normed, xStride: width, rows: rows),
        end.weightGradient(branch, active, rows: rows),
      ], gradients)
  }
}
