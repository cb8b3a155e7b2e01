import Base
import Layers

/// The temporal pyramid and spatial bottleneck Transformer (TPSBT): the one encoder of pre-training, fine-tuning and
/// prediction.
///
/// Every stage after the first joins time slices, pools each slice into bottleneck tokens, works on those with the
/// slices as context, and in its last block gives what they learned back to all tokens (paper, section 3).
package struct Encoder: Sendable {
  /// What joins two stages.
  struct Step: Sendable {
    let temporal: TemporalDownsample
    let bottleneck: SpatialBottleneck
  }

  let configuration: ModelConfiguration
  let embedding: PatchEmbedding
  let stages: [[Block]]
  let steps: [Step]

  /// - Parameter prefix: what stands before the published names: "encoder." in a pre-training model.
  init(_ factory: LayerFactory, prefix: String) throws(SVFAPError) {
    let configuration = factory.configuration
    self.configuration = configuration
    embedding = try factory.embedding("\(prefix)patch_embed.proj")
    var stages: [[Block]] = []
    var steps: [Step] = []
    var index = 0
    for (stage, depth) in configuration.stageDepths.enumerated() {
      var blocks: [Block] = []
      for _ in 0..<depth {
        blocks.append(
          try factory.block("\(prefix)blocks.\(index)", width: configuration.embedDim, heads: configuration.numHeads, hasCross: stage > 0))
        index += 1
      }
      stages.append(blocks)
      guard stage > 0 else { continue }
      steps.append(
        Step(
          temporal: try factory.temporalDownsample("\(prefix)temporal_downsamples.\(stage - 1)"),
          bottleneck: try factory.spatialBottleneck(
            "\(prefix)spatial_downsamples.\(stage - 1)", tokens: configuration.numBottleneckTokens[stage - 1])))
    }
    self.stages = stages
    self.steps = steps
  }

  /// The tokens of a stage, as `forward` shows them to its caller.
  struct StageOutput {
    let stage: Int
    let slices: Int
    let tokens: UnsafeMutablePointer<Float>  // (clips, slices, places, C)
  }

  /// Runs all stages on embedded tokens.
  ///
  /// - Parameters:
  ///   - x: (clips, slices, places, C); used up. In training it is the tape's first output.
  ///   - places: tokens in a slice: all of them, or the visible ones.
  ///   - lastContext: what the last block of a later stage attends to instead of the bottleneck tokens: the released
  ///     code's pre-training shows it all patches here (published a.9, flag 1).
  ///   - tape: in training, what the way back needs.
  ///   - body: sees the tokens after each stage.
  func forward(
    _ x: UnsafeMutablePointer<Float>, clips: Int, places: Int, lastContext: CrossAttention.Context? = nil, tape: EncoderTape? = nil,
    _ workspace: Workspace, _ body: (StageOutput) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    let width = configuration.embedDim
    var slices = configuration.slices
    for (index, block) in stages[0].enumerated() {
      try block.forward(x, clips: clips, tokens: slices * places, context: nil, tape: tape?.blocks[0][index], workspace)
    }
    try body(StageOutput(stage: 0, slices: slices, tokens: x))
    var current = x
    for (stage, blocks) in stages.enumerated().dropFirst() {
      let step = steps[stage - 1]
      let joined = slices / configuration.temporalKernelSize
      let next = try workspace.buffer("stage\(stage)", clips * joined * places * width, keptIn: tape?.outputs[stage])
      try step.temporal.forward(current, clips: clips, slices: slices, places: places, next, workspace)
      slices = joined
      let pooled = slices * step.bottleneck.tokens
      let bottleneck = try workspace.buffer("bottleneck", clips * pooled * width, keptIn: tape?.bottlenecks[stage - 1])
      try step.bottleneck.forward(next, clips: clips, slices: slices, places: places, bottleneck, workspace)
      let context = CrossAttention.Context(next, count: slices * places)
      for (index, block) in blocks.dropLast().enumerated() {
        try block.forward(bottleneck, clips: clips, tokens: pooled, context: context, tape: tape?.blocks[stage][index], workspace)
      }
      try blocks.last?.forward(
        next, clips: clips, tokens: slices * places, context: lastContext ?? CrossAttention.Context(bottleneck, count: pooled),
        tape: tape?.blocks[stage].last, workspace)
      try body(StageOutput(stage: stage, slices: slices, tokens: next))
      current = next
    }
  }
}
