import Base
import Kernels

/// Pools the places of every time slice into a few bottleneck tokens (published a.7): weights are a softmax over the
/// places of fc2(gelu(fc1(norm(x)))), and they pool x itself, not its normalised form.
package struct SpatialBottleneck: Sendable {
  let norm: LayerNorm
  let first: Linear  // C -> hidden, with bias
  let second: Linear  // hidden -> G, with bias
  nonisolated(unsafe) private let firstBias: UnsafePointer<Float>  // (hidden)
  private let width: Int

  package init(norm: LayerNorm, first: Linear, firstBias: UnsafePointer<Float>, second: Linear) {
    self.norm = norm
    self.first = first
    self.firstBias = firstBias
    self.second = second
    width = norm.width
  }

  /// Bottleneck tokens a slice.
  package var tokens: Int { second.outputs }

  /// y (clips, slices, G, C) from x (clips, slices, places, C).
  package func forward(
    _ x: UnsafePointer<Float>, clips: Int, slices: Int, places: Int, _ y: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let normed = try workspace.scratch("pool.normed", places * width)  // (places, C)
    let hidden = try workspace.scratch("pool.hidden", places * first.outputs)  // (places, hidden)
    let weights = try workspace.scratch("pool.weights", 2 * places * tokens)  // (places, G) and (G, places)
    workspace.pool.parallel(clips * slices) { slice, worker in
      let tokensIn = x + slice * places * width
      let pooling = weigh(
        tokensIn, places: places, normed: normed + worker * places * width, hidden: hidden + worker * places * first.outputs,
        active: hidden + worker * places * first.outputs, weights: weights + worker * 2 * places * tokens, workspace.precision)
      gemm(
        workspace.precision, .asIs, .asIs, m: tokens, n: width, k: places, pooling, lda: places, tokensIn, ldb: width,
        y + slice * tokens * width, ldc: width)
    }
  }

  /// dx (clips, slices, places, C) += gradient with respect to x, given dy (clips, slices, G, C).
  package func backward(
    _ x: UnsafePointer<Float>, clips: Int, slices: Int, places: Int, _ dy: UnsafePointer<Float>, addingTo dx: UnsafeMutablePointer<Float>,
    _ gradients: GradientMap, _ workspace: Workspace
  ) throws(SVFAPError) {
    let rows = clips * slices * places
    let hiddenWidth = first.outputs
    let normed = try workspace.buffer("back.normed", rows * width)  // (rows, C)
    let hidden = try workspace.scratch("pool.hidden", places * hiddenWidth)  // (places, hidden)
    let active = try workspace.buffer("back.active", rows * hiddenWidth)  // (rows, hidden)
    let slopes = try workspace.buffer("back.wide", rows * hiddenWidth)  // (rows, hidden)
    let rawGradient = try workspace.buffer("pool.raw", rows * tokens)  // (rows, G)
    let weights = try workspace.scratch("pool.weights", 3 * places * tokens)  // (places, G) and twice (G, places)
    let normGradient = try workspace.buffer("back.branch", rows * width)  // (rows, C)
    workspace.pool.parallel(clips * slices) { slice, worker in
      let row = slice * places
      let tokensIn = x + row * width
      let slopeOut = dy + slice * tokens * width
      let scratch = weights + worker * 3 * places * tokens
      let raw = hidden + worker * places * hiddenWidth
      let pooling = weigh(
        tokensIn, places: places, normed: normed + row * width, hidden: raw, active: active + row * hiddenWidth, weights: scratch,
        workspace.precision)
      // y = A x: dx += A^T dy; dA = dy x^T; then through the softmax and the MLP.
      gemm(
        workspace.precision, .transposed, .asIs, m: places, n: width, k: tokens, pooling, lda: places, slopeOut, ldb: width, adding: true,
        dx + row * width,
        ldc: width)
      let poolingGradient = scratch + 2 * places * tokens  // (G, places)
      gemm(
        workspace.precision, .asIs, .transposed, m: tokens, n: places, k: width, slopeOut, lda: width, tokensIn, ldb: width,
        poolingGradient, ldc: places)
      KernelTable.best.softmaxBackward(pooling, poolingGradient, places, tokens, places, 1)
      let mine = rawGradient + row * tokens
      for place in 0..<places {
        for token in 0..<tokens { mine[place * tokens + token] = poolingGradient[token * places + place] }
      }
      let slope = slopes + row * hiddenWidth
      second.inputGradient(mine, tokens, slope, hiddenWidth, rows: places, workspace.precision)
      KernelTable.best.biasGELUBackward(raw, hiddenWidth, slope, active + row * hiddenWidth, hiddenWidth, places, hiddenWidth, firstBias)
      first.inputGradient(slope, hiddenWidth, normGradient + row * width, width, rows: places, workspace.precision)
    }
    try norm.collectGradients(clips: clips, rows: slices * places, gradients, workspace) { clip, start, count, _, piece in
      let offset = (clip * slices * places + start) * width
      norm.backward(x + offset, normGradient + offset, addingTo: dx + offset, rows: count, piece)
    }
    try workspace.accumulate(
      [
        WeightGradient(linear: first, dy: slopes, dyStride: hiddenWidth, x: normed, xStride: width, rows: rows),
        WeightGradient(linear: second, dy: rawGradient, dyStride: tokens, x: active, xStride: hiddenWidth, rows: rows),
      ], gradients)
  }

  /// The weights A (G, places) of one slice, in the second half of `weights`; `hidden` keeps fc1's output without its
  /// bias, `active` GELU's. They may be the same memory.
  private func weigh(
    _ x: UnsafePointer<Float>, places: Int, normed: UnsafeMutablePointer<Float>, hidden: UnsafeMutablePointer<Float>,
    active: UnsafeMutablePointer<Float>, weights raw: UnsafeMutablePointer<Float>, _ precision: Precision
  ) -> UnsafeMutablePointer<Float> {
    norm.forward(x, width, normed, width, rows: places)
    first.multiply(normed, width, hidden, first.outputs, rows: places, precision)
    KernelTable.best.biasGELU(hidden, first.outputs, active, first.outputs, places, first.outputs, firstBias)
    second.forward(active, first.outputs, raw, tokens, rows: places, precision)
    let turned = raw + places * tokens
    for place in 0..<places {
      for token in 0..<tokens { turned[token * places + place] = raw[place * tokens + token] }
    }
    KernelTable.best.softmax(turned, places, tokens, places, 1)
    return turned
  }
}
