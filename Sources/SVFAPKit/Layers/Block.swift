import Base
import Kernels

/// Pre-norm Transformer block; with cross-attention in front it is the paper's spatial bottleneck block (CSBlock):
///
///     x += gamma_0 * cross_attn(cross_norm1(x), cross_norm2(context))      only with cross-attention
///     x += gamma_1 * attn(norm1(x))
///     x += gamma_2 * mlp(norm2(x))
///
/// gamma (layer scale) is absent in the published sizes. The context is never changed.
package struct Block: Sendable {
  /// The cross-attention that a spatial bottleneck block begins with.
  package struct Cross: Sendable {
    let attention: CrossAttention
    let queryNorm: LayerNorm
    let contextNorm: LayerNorm
    nonisolated(unsafe) let gamma: UnsafePointer<Float>?  // (C)

    package init(attention: CrossAttention, queryNorm: LayerNorm, contextNorm: LayerNorm, gamma: UnsafePointer<Float>?) {
      self.attention = attention
      self.queryNorm = queryNorm
      self.contextNorm = contextNorm
      self.gamma = gamma
    }
  }

  let cross: Cross?
  let norm1: LayerNorm
  let attention: SelfAttention
  nonisolated(unsafe) let gamma1: UnsafePointer<Float>?  // (C)
  let norm2: LayerNorm
  let mlp: MLP
  nonisolated(unsafe) let gamma2: UnsafePointer<Float>?  // (C)
  let width: Int

  package init(
    cross: Cross?, norm1: LayerNorm, attention: SelfAttention, gamma1: UnsafePointer<Float>?, norm2: LayerNorm, mlp: MLP,
    gamma2: UnsafePointer<Float>?
  ) {
    self.cross = cross
    self.norm1 = norm1
    self.attention = attention
    self.gamma1 = gamma1
    self.norm2 = norm2
    self.mlp = mlp
    self.gamma2 = gamma2
    width = attention.width
  }

  /// Changes x (clips, tokens, C) in place.
  ///
  /// - Parameter context: (clips, contextTokens, C); used by blocks with cross-attention only.
  package func forward(
    _ x: UnsafeMutablePointer<Float>, clips: Int, tokens: Int, context: UnsafePointer<Float>?, contextTokens: Int, _ workspace: Workspace
  ) throws(SVFAPError) {
    let attended = try workspace.buffer("attended", clips * tokens * width)  // (clips, tokens, C)
    if let cross, let context {
      try attend(cross, x, clips: clips, tokens: tokens, context: context, contextTokens: contextTokens, into: attended, workspace)
    }
    try attendSelf(x, clips: clips, tokens: tokens, into: attended, workspace)
    try finish(x, attended: attended, clips: clips, tokens: tokens, workspace)
  }

  private func attend(
    _ cross: Cross, _ x: UnsafeMutablePointer<Float>, clips: Int, tokens: Int, context: UnsafePointer<Float>, contextTokens: Int,
    into attended: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let queries = try workspace.buffer("queries", clips * tokens * width)  // (clips, tokens, C)
    let keyValues = try workspace.buffer("keyValues", clips * contextTokens * 2 * width)  // (clips, contextTokens, 2C)
    let normScratch = Workspace.rowBlock * width
    let normed = try workspace.scratch("normed", normScratch)  // (rowBlock, C)
    workspace.rows(clips: clips, rows: tokens) { clip, start, count, worker in
      let mine = normed + worker * normScratch
      let offset = (clip * tokens + start) * width
      cross.queryNorm.forward(x + offset, width, mine, width, rows: count)
      cross.attention.projectQueries(mine, width, queries + offset, rows: count)
    }
    workspace.rows(clips: clips, rows: contextTokens) { clip, start, count, worker in
      let mine = normed + worker * normScratch
      let row = clip * contextTokens + start
      cross.contextNorm.forward(context + row * width, width, mine, width, rows: count)
      cross.attention.projectContext(mine, width, keyValues + row * 2 * width, rows: count)
    }
    let scoreScratch = Attention.scratchCount(keys: contextTokens)
    let scores = try workspace.scratch("scores", scoreScratch)
    let heads = cross.attention.heads
    let strips = Attention.strips(tokens)
    workspace.pool.parallel(clips * heads * strips) { task, worker in
      let clip = task / (heads * strips)
      cross.attention.attend(
        queries: queries + clip * tokens * width, tokens: tokens, keyValues: keyValues + clip * contextTokens * 2 * width,
        contextTokens: contextTokens, head: task / strips % heads, strip: task % strips, out: attended + clip * tokens * width,
        scratch: scores + worker * scoreScratch)
    }
    workspace.rows(clips: clips, rows: tokens) { clip, start, count, worker in
      let offset = (clip * tokens + start) * width
      addProjection(
        cross.attention.projection, attended + offset, x + offset, rows: count, gamma: cross.gamma, scratch: normed + worker * normScratch)
    }
  }

  private func attendSelf(
    _ x: UnsafeMutablePointer<Float>, clips: Int, tokens: Int, into attended: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let qkv = try workspace.buffer("qkv", clips * tokens * 3 * width)  // (clips, tokens, 3C)
    let normScratch = Workspace.rowBlock * width
    let normed = try workspace.scratch("normed", normScratch)  // (rowBlock, C)
    workspace.rows(clips: clips, rows: tokens) { clip, start, count, worker in
      let mine = normed + worker * normScratch
      let row = clip * tokens + start
      norm1.forward(x + row * width, width, mine, width, rows: count)
      attention.project(mine, width, qkv + row * 3 * width, rows: count)
    }
    let scoreScratch = Attention.scratchCount(keys: tokens)
    let scores = try workspace.scratch("scores", scoreScratch)
    let heads = attention.heads
    let strips = Attention.strips(tokens)
    workspace.pool.parallel(clips * heads * strips) { task, worker in
      let clip = task / (heads * strips)
      attention.attend(
        qkv + clip * tokens * 3 * width, tokens: tokens, head: task / strips % heads, strip: task % strips,
        out: attended + clip * tokens * width, scratch: scores + worker * scoreScratch)
    }
  }

  /// The rest of the block, row by row: x += proj(attended), then the MLP branch while the rows are in cache.
  private func finish(
    _ x: UnsafeMutablePointer<Float>, attended: UnsafeMutablePointer<Float>, clips: Int, tokens: Int, _ workspace: Workspace
  ) throws(SVFAPError) {
    let normScratch = Workspace.rowBlock * width
    let normed = try workspace.scratch("normed", normScratch)  // (rowBlock, C)
    let branches = try workspace.scratch("branch", normScratch)  // (rowBlock, C)
    let hiddenScratch = mlp.scratchCount(rows: Workspace.rowBlock)
    let hidden = try workspace.scratch("hidden", hiddenScratch)  // (rowBlock, hidden)
    workspace.rows(clips: clips, rows: tokens) { clip, start, count, worker in
      let rows = x + (clip * tokens + start) * width
      let mine = normed + worker * normScratch
      let branch = branches + worker * normScratch
      addProjection(attention.projection, attended + (clip * tokens + start) * width, rows, rows: count, gamma: gamma1, scratch: branch)
      norm2.forward(rows, width, mine, width, rows: count)
      mlp.multiply(mine, width, branch, width, rows: count, scratch: hidden + worker * hiddenScratch)
      if let bias = mlp.second.bias { KernelTable.best.addResidual(rows, width, branch, width, count, width, bias, gamma2) }
    }
  }

  private func addProjection(
    _ projection: Linear, _ attended: UnsafePointer<Float>, _ x: UnsafeMutablePointer<Float>, rows: Int, gamma: UnsafePointer<Float>?,
    scratch branch: UnsafeMutablePointer<Float>
  ) {
    projection.multiply(attended, width, branch, width, rows: rows)
    if let bias = projection.bias { KernelTable.best.addResidual(x, width, branch, width, rows, width, bias, gamma) }
  }
}
