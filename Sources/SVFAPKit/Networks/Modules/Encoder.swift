import Base
import Layers

/// The temporal pyramid and spatial bottleneck Transformer (TPSBT): the one encoder of pre-training, fine-tuning and
/// prediction.
///
/// Every stage after the first joins time slices, pools each slice into bottleneck tokens, works on those with the
/// slices as context, and in its last block gives what they learned back to all tokens (paper, section 3).
package struct Encoder: Sendable {
  /// What joins two stages.
  private struct Step: Sendable {
    let temporal: TemporalDownsample
    let bottleneck: SpatialBottleneck
  }

  let configuration: ModelConfiguration
  let embedding: PatchEmbedding
  let position: SinusoidTable
  private let stages: [[Block]]
  private let steps: [Step]

  /// - Parameter prefix: what stands before the published names: "encoder." in a pre-training model.
  init(_ factory: LayerFactory, prefix: String) throws(SVFAPError) {
    let configuration = factory.configuration
    let width = configuration.embedDim
    self.configuration = configuration
    embedding = PatchEmbedding(
      projection: try factory.linear("\(prefix)patch_embed.proj", configuration.patchWidth, width),
      channels: configuration.inChannels, frames: configuration.numFrames, size: configuration.imageSize,
      tubelet: configuration.tubeletSize, patch: configuration.patchSize)
    position = try SinusoidTable(positions: configuration.tokens, width: width)
    var stages: [[Block]] = []
    var steps: [Step] = []
    var index = 0
    for (stage, depth) in configuration.stageDepths.enumerated() {
      var blocks: [Block] = []
      for _ in 0..<depth {
        blocks.append(try factory.block("\(prefix)blocks.\(index)", width: width, heads: configuration.numHeads, hasCross: stage > 0))
        index += 1
      }
      stages.append(blocks)
      if stage > 0 {
        let temporal = "\(prefix)temporal_downsamples.\(stage - 1)"
        let spatial = "\(prefix)spatial_downsamples.\(stage - 1)"
        steps.append(
          Step(
            temporal: try TemporalDownsample(
              weight: try factory.parameters.pointer("\(temporal).weight"), bias: try factory.parameters.pointer("\(temporal).bias"),
              width: width, kernel: configuration.temporalKernelSize),
            bottleneck: SpatialBottleneck(
              norm: try factory.norm("\(spatial).norm", width),
              mlp: try factory.mlp("\(spatial).mlp", width, configuration.bottleneckHiddenDim, configuration.numBottleneckTokens[stage - 1]))))
      }
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
  ///   - x: (clips, slices, places, C); used up.
  ///   - places: tokens in a slice: all of them, or the visible ones.
  ///   - lastContext: (clips, tokens, C), what the last block of a later stage attends to instead of the bottleneck
  ///     tokens: the released code's pre-training shows it all patches here (published a.9, flag 1).
  ///   - body: sees the tokens after each stage.
  func forward(
    _ x: UnsafeMutablePointer<Float>, clips: Int, places: Int, lastContext: (UnsafePointer<Float>, tokens: Int)? = nil,
    _ workspace: Workspace, _ body: (StageOutput) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    let width = configuration.embedDim
    var slices = configuration.slices
    for block in stages[0] {
      try block.forward(x, clips: clips, tokens: slices * places, context: nil, contextTokens: 0, workspace)
    }
    try body(StageOutput(stage: 0, slices: slices, tokens: x))
    var current = x
    for (stage, blocks) in stages.enumerated().dropFirst() {
      let step = steps[stage - 1]
      let joined = slices / configuration.temporalKernelSize
      let next = try workspace.buffer("stage\(stage)", clips * joined * places * width)  // (clips, slices, places, C)
      try step.temporal.forward(current, clips: clips, slices: slices, places: places, next, workspace)
      slices = joined
      let pooled = slices * step.bottleneck.tokens
      let bottleneck = try workspace.buffer("bottleneck", clips * pooled * width)  // (clips, slices, G, C)
      try step.bottleneck.forward(next, clips: clips, slices: slices, places: places, bottleneck, workspace)
      for block in blocks.dropLast() {
        try block.forward(bottleneck, clips: clips, tokens: pooled, context: next, contextTokens: slices * places, workspace)
      }
      let context = lastContext ?? (UnsafePointer(bottleneck), tokens: pooled)
      try blocks.last?.forward(next, clips: clips, tokens: slices * places, context: context.0, contextTokens: context.tokens, workspace)
      try body(StageOutput(stage: stage, slices: slices, tokens: next))
      current = next
    }
  }
}
