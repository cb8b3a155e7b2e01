import Base
import Kernels

/// The cross-attention branch of a spatial bottleneck block:
/// x += scale * gamma * proj(attention(q(norm(x)), kv(contextNorm(context)))). The context is not changed.
///
/// Keys have no bias (published a.4).
package struct CrossAttention: Sendable {
  let heads: Int
  let width: Int
  let norm: LayerNorm
  let contextNorm: LayerNorm
  let query: Linear  // C -> C
  let keyValue: Linear  // C -> 2C, no bias of its own
  let end: ResidualProjection
  nonisolated(unsafe) let vBias: UnsafePointer<Float>  // (C)

  /// - Parameter query: with the bias of the queries.
  package init(
    norm: LayerNorm, contextNorm: LayerNorm, query: Linear, keyValue: Linear, vBias: UnsafePointer<Float>, end: ResidualProjection,
    heads: Int
  ) {
    self.norm = norm
    self.contextNorm = contextNorm
    self.query = query
    self.keyValue = keyValue
    self.vBias = vBias
    self.end = end
    self.heads = heads
    width = query.inputs
  }

  /// Tokens that a branch attends to.
  package struct Context {
    let tokens: UnsafePointer<Float>  // (clips, count, C)
    let count: Int

    package init(_ tokens: UnsafePointer<Float>, count: Int) {
      self.tokens = tokens
      self.count = count
    }
  }

  /// What the forward keeps for the way back. The context stays with the caller.
  struct Tape {
    let input: FloatBuffer  // (clips, tokens, C)
    let queries: FloatBuffer  // (clips, tokens, C)
    let keyValues: FloatBuffer  // (clips, contextTokens, 2C)
    let attended: FloatBuffer  // (clips, tokens, C)

    init(clips: Int, tokens: Int, contextTokens: Int, width: Int) throws(SVFAPError) {
      input = try FloatBuffer(count: clips * tokens * width)
      queries = try FloatBuffer(count: clips * tokens * width)
      keyValues = try FloatBuffer(count: clips * contextTokens * 2 * width)
      attended = try FloatBuffer(count: clips * tokens * width)
    }
  }

  /// Changes x (clips, tokens, C) in place.
  func forward(
    _ x: UnsafeMutablePointer<Float>, clips: Int, tokens: Int, context: Context, scales: BranchScales?, tape: Tape?, _ workspace: Workspace
  ) throws(SVFAPError) {
    let total = clips * tokens * width
    tape?.input.pointer.update(from: x, count: total)
    let queries = try workspace.buffer("queries", total, keptIn: tape?.queries)  // (clips, tokens, C)
    let keyValues = try workspace.buffer("keyValues", clips * context.count * 2 * width, keptIn: tape?.keyValues)  // (clips, context, 2C)
    let attended = try workspace.buffer("attended", total, keptIn: tape?.attended)  // (clips, tokens, C)
    let rowScratch = Workspace.rowBlock * width
    let normed = try workspace.scratch("normed", rowScratch)  // (rowBlock, C)
    workspace.rows(clips: clips, rows: tokens) { clip, start, count, worker in
      let mine = normed + worker * rowScratch
      let offset = (clip * tokens + start) * width
      norm.forward(x + offset, width, mine, width, rows: count)
      query.forward(mine, width, queries + offset, width, rows: count, workspace.precision)
    }
    workspace.rows(clips: clips, rows: context.count) { clip, start, count, worker in
      let mine = normed + worker * rowScratch
      let row = clip * context.count + start
      let out = keyValues + row * 2 * width
      contextNorm.forward(context.tokens + row * width, width, mine, width, rows: count)
      keyValue.multiply(mine, width, out, 2 * width, rows: count, workspace.precision)
      KernelTable.best.addBias(out + width, 2 * width, count, width, vBias)
    }
    try workspace.attend(
      clips: clips, heads: heads, headWidth: width / heads, tokens: tokens, keyCount: context.count,
      { operands(queries, keyValues, $0, tokens, context.count) }, out: attended)
    try end.add(attended, to: x, clips: clips, rows: tokens, scales: scales, workspace)
  }

  /// Changes dx (clips, tokens, C), the gradient after the branch, into the one before it, and adds to that of the context.
  ///
  /// - Parameter contextGradient: (clips, contextTokens, C).
  func backward(
    _ dx: UnsafeMutablePointer<Float>, clips: Int, tokens: Int, context: Context, contextGradient: UnsafeMutablePointer<Float>,
    scales: BranchScales?, tape: Tape, _ gradients: GradientMap, _ workspace: Workspace
  ) throws(SVFAPError) {
    let total = clips * tokens * width
    let contextTotal = clips * context.count * width
    let branch = try workspace.buffer("back.branch", total)  // (clips, tokens, C)
    let attendedGradient = try workspace.buffer("back.attended", total)  // (clips, tokens, C)
    let queryGradient = try workspace.buffer("back.queries", total)  // (clips, tokens, C)
    let keyValueGradient = try workspace.buffer("back.wide", 2 * contextTotal)  // (clips, context, 2C)
    let normed = try workspace.buffer("back.normed", total)  // (clips, tokens, C)
    let contextNormed = try workspace.buffer("back.contextNormed", contextTotal)  // (clips, context, C)
    try end.backward(dx, branchGradient: branch, dh: attendedGradient, clips: clips, rows: tokens, scales: scales, workspace)
    try workspace.attendBackward(
      clips: clips, heads: heads, headWidth: width / heads, tokens: tokens, keyCount: context.count,
      { operands(tape.queries.pointer, tape.keyValues.pointer, $0, tokens, context.count) }, outGradient: attendedGradient,
      into: { operands(queryGradient, keyValueGradient, $0, tokens, context.count) })
    try norm.backward(
      through: query, queryGradient, x: tape.input.pointer, normed: normed, addingTo: dx, clips: clips, rows: tokens, gradients, workspace)
    try contextNorm.backward(
      through: keyValue, keyValueGradient, x: context.tokens, normed: contextNormed, addingTo: contextGradient, clips: clips,
      rows: context.count, gradients, workspace)
    try workspace.accumulate(
      [
        WeightGradient(linear: query, dy: queryGradient, dyStride: width, x: normed, xStride: width, rows: clips * tokens),
        WeightGradient(
          linear: keyValue.part(0, width, bias: nil), dy: keyValueGradient, dyStride: 2 * width, x: contextNormed, xStride: width,
          rows: clips * context.count),
        WeightGradient(
          linear: keyValue.part(width, width, bias: vBias), dy: keyValueGradient + width, dyStride: 2 * width, x: contextNormed,
          xStride: width, rows: clips * context.count),
        end.weightGradient(branch, tape.attended.pointer, rows: clips * tokens),
      ], gradients)
  }

  /// Queries of a clip's tokens, keys and values of its context.
  private func operands(
    _ queries: UnsafeMutablePointer<Float>, _ keyValues: UnsafeMutablePointer<Float>, _ clip: Int, _ tokens: Int, _ contextTokens: Int
  ) -> Attention.Operands {
    let first = keyValues + clip * contextTokens * 2 * width
    return Attention.Operands(
      queries: .init(queries + clip * tokens * width, width), keys: .init(first, 2 * width), values: .init(first + width, 2 * width))
  }
}
