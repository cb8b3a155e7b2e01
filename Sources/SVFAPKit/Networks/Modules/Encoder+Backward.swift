import Base
import Layers

extension Encoder {
  /// The gradient of what the last block of a later stage attends to, when it is not the bottleneck's.
  struct LastContext {
    let context: CrossAttention.Context
    let gradient: UnsafeMutablePointer<Float>  // (clips, count, C), added to
  }

  /// Adds the gradients of all blocks from `first` on and what joins their stages.
  ///
  /// - Parameters:
  ///   - first: index of the first block that is trained; whatever lies before it is left alone.
  ///   - seed: writes the gradient (clips, slices, places, C) that reaches the output of a stage from outside the encoder.
  /// - Returns: the gradient of the embedded tokens, (clips, slices, places, C); nil if the way back ended before.
  func backward(
    _ tape: EncoderTape, lastContext: LastContext? = nil, from first: Int = 0, _ gradients: GradientMap, _ workspace: Workspace,
    seed: (_ stage: Int, _ gradient: UnsafeMutablePointer<Float>) -> Void
  ) throws(SVFAPError) -> UnsafeMutablePointer<Float>? {
    var current = try seeded(stages.count - 1, tape, workspace, seed)
    var end = stages.reduce(0) { $0 + $1.count }
    for stage in stages.indices.reversed() {
      let begin = end - stages[stage].count
      guard end > first else { return nil }
      if stage == 0 {
        let tokens = configuration.slices * tape.places
        for index in stages[0].indices.reversed() where begin + index >= first {
          try stages[0][index].backward(
            current, clips: tape.clips, tokens: tokens, context: nil, contextGradient: nil, tape: tape.blocks[0][index], gradients,
            workspace)
        }
        return first == 0 ? current : nil
      }
      guard
        try backward(stage, current, begin: begin, first: first, tape, lastContext, gradients, workspace)
      else { return nil }
      let below = try seeded(stage - 1, tape, workspace, seed)
      try steps[stage - 1].temporal.backward(
        tape.outputs[stage - 1].pointer, clips: tape.clips, slices: configuration.slices(stage: stage - 1), places: tape.places, current,
        addingTo: below, gradients, workspace)
      current = below
      end = begin
    }
    return nil
  }

  /// One later stage: turns the gradient of its output into that of its joined slices. False if the way back ends in it.
  private func backward(
    _ stage: Int, _ gradient: UnsafeMutablePointer<Float>, begin: Int, first: Int, _ tape: EncoderTape, _ lastContext: LastContext?,
    _ gradients: GradientMap, _ workspace: Workspace
  ) throws(SVFAPError) -> Bool {
    let blocks = stages[stage]
    let tapes = tape.blocks[stage]
    guard let last = blocks.last, let lastTape = tapes.last else { return false }
    let slices = configuration.slices(stage: stage)
    let tokens = slices * tape.places
    let bottleneck = steps[stage - 1].bottleneck
    let pooled = slices * bottleneck.tokens
    let count = tape.clips * pooled * configuration.embedDim
    let pooledGradient = try workspace.buffer("back.bottleneck", count)  // (clips, slices, G, C)
    pooledGradient.update(repeating: 0, count: count)
    try last.backward(
      gradient, clips: tape.clips, tokens: tokens,
      context: lastContext?.context ?? CrossAttention.Context(tape.bottlenecks[stage - 1].pointer, count: pooled),
      contextGradient: lastContext?.gradient ?? pooledGradient, tape: lastTape, gradients, workspace)
    // With another context the bottleneck reaches nothing: its blocks and its pooling have no gradient.
    if lastContext != nil { return begin >= first }
    let joined = UnsafePointer(lastTape.input)
    for index in blocks.indices.dropLast().reversed() where begin + index >= first {
      try blocks[index].backward(
        pooledGradient, clips: tape.clips, tokens: pooled, context: CrossAttention.Context(joined, count: tokens),
        contextGradient: gradient,
        tape: tapes[index], gradients, workspace)
    }
    guard begin >= first else { return false }
    try bottleneck.backward(
      joined, clips: tape.clips, slices: slices, places: tape.places, pooledGradient, addingTo: gradient, gradients, workspace)
    return true
  }

  /// The gradient of a stage's output, begun with what reaches it from outside.
  private func seeded(
    _ stage: Int, _ tape: EncoderTape, _ workspace: Workspace, _ seed: (Int, UnsafeMutablePointer<Float>) -> Void
  ) throws(SVFAPError) -> UnsafeMutablePointer<Float> {
    let gradient = try workspace.buffer("back.stage\(stage)", tape.outputs[stage].count)  // (clips, slices, places, C)
    seed(stage, gradient)
    return gradient
  }
}
