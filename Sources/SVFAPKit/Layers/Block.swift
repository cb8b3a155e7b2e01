import Base

/// Pre-norm Transformer block; with cross-attention in front it is the paper's spatial bottleneck block (CSBlock):
///
///     x += gamma_0 * cross_attn(cross_norm1(x), cross_norm2(context))      only with cross-attention
///     x += gamma_1 * attn(norm1(x))
///     x += gamma_2 * mlp(norm2(x))
///
/// gamma (layer scale) is absent in the published sizes. The context is never changed.
package struct Block: Sendable {
  let cross: CrossAttention?
  let attention: SelfAttention
  let mlp: MLP

  package init(cross: CrossAttention?, attention: SelfAttention, mlp: MLP) {
    self.cross = cross
    self.attention = attention
    self.mlp = mlp
  }

  /// Branches that stochastic depth drops one by one: cross-attention, self-attention, MLP.
  package static let branches = 3

  /// What the forward keeps for the way back, and how stochastic depth scales each branch of each clip.
  package final class Tape {
    let cross: CrossAttention.Tape?
    let attention: SelfAttention.Tape
    let mlp: MLP.Tape
    private let scales: FloatBuffer  // (branches, clips)
    private let clips: Int

    /// Memory for a batch of `clips` clips of `tokens` tokens; contexts of `contextTokens`.
    package init(_ block: Block, clips: Int, tokens: Int, contextTokens: Int) throws(SVFAPError) {
      let width = block.attention.width
      cross =
        block.cross == nil ? nil : try CrossAttention.Tape(clips: clips, tokens: tokens, contextTokens: contextTokens, width: width)
      attention = try SelfAttention.Tape(clips: clips, tokens: tokens, width: width)
      mlp = try MLP.Tape(clips: clips, tokens: tokens, width: width, hidden: block.mlp.first.outputs)
      scales = try FloatBuffer(count: Block.branches * clips)
      scales.pointer.update(repeating: 1, count: scales.count)
      self.clips = clips
    }

    /// The block's input (clips, tokens, C).
    package var input: UnsafeMutablePointer<Float> { (cross?.input ?? attention.input).pointer }

    /// Sets the scale of a branch of a clip: 0 drops it.
    package func setScale(_ scale: Float, branch: Int, clip: Int) { scales[branch * clips + clip] = scale }

    fileprivate func scales(branch: Int) -> BranchScales { BranchScales(scales.pointer + branch * clips) }
  }

  /// Changes x (clips, tokens, C) in place.
  ///
  /// - Parameters:
  ///   - context: used by blocks with cross-attention only.
  ///   - tape: in training, what the way back needs.
  package func forward(
    _ x: UnsafeMutablePointer<Float>, clips: Int, tokens: Int, context: CrossAttention.Context?, tape: Tape?, _ workspace: Workspace
  ) throws(SVFAPError) {
    if let cross, let context {
      try cross.forward(
        x, clips: clips, tokens: tokens, context: context, scales: tape?.scales(branch: 0), tape: tape?.cross, workspace)
    }
    try attention.forward(x, clips: clips, tokens: tokens, scales: tape?.scales(branch: 1), tape: tape?.attention, workspace)
    try mlp.forward(x, clips: clips, tokens: tokens, scales: tape?.scales(branch: 2), tape: tape?.mlp, workspace)
  }

  /// Changes dx (clips, tokens, C), the gradient after the block, into the one before it; adds the gradients of weights and
  /// of the context.
  ///
  /// - Parameter contextGradient: (clips, contextTokens, C); used by blocks with cross-attention only.
  package func backward(
    _ dx: UnsafeMutablePointer<Float>, clips: Int, tokens: Int, context: CrossAttention.Context?,
    contextGradient: UnsafeMutablePointer<Float>?, tape: Tape, _ gradients: GradientMap, _ workspace: Workspace
  ) throws(SVFAPError) {
    try mlp.backward(dx, clips: clips, tokens: tokens, scales: tape.scales(branch: 2), tape: tape.mlp, gradients, workspace)
    try attention.backward(dx, clips: clips, tokens: tokens, scales: tape.scales(branch: 1), tape: tape.attention, gradients, workspace)
    if let cross, let context, let contextGradient, let crossTape = tape.cross {
      try cross.backward(
        dx, clips: clips, tokens: tokens, context: context, contextGradient: contextGradient, scales: tape.scales(branch: 0),
        tape: crossTape, gradients, workspace)
    }
  }
}
