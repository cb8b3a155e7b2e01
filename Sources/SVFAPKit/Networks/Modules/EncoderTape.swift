import Base
import Layers

/// What the encoder's forward keeps for the way back. Made once for a batch's shape and used for every step.
final class EncoderTape {
  let clips: Int
  let places: Int
  let blocks: [[Block.Tape]]
  /// Tokens after each stage, (clips, slices, places, C).
  let outputs: [FloatBuffer]
  /// Bottleneck tokens after the blocks of each later stage, (clips, slices, G, C).
  let bottlenecks: [FloatBuffer]
  /// All blocks in order.
  private let list: [Block.Tape]

  /// - Parameters:
  ///   - places: tokens in a slice: all of them, or the visible ones.
  ///   - lastContextTokens: tokens that the last block of a later stage attends to, if those are not the bottleneck's.
  init(_ encoder: Encoder, clips: Int, places: Int, lastContextTokens: Int? = nil) throws(SVFAPError) {
    let configuration = encoder.configuration
    let width = configuration.embedDim
    self.clips = clips
    self.places = places
    var blocks: [[Block.Tape]] = []
    var outputs: [FloatBuffer] = []
    var bottlenecks: [FloatBuffer] = []
    for (stage, list) in encoder.stages.enumerated() {
      let tokens = configuration.slices(stage: stage) * places
      let pooled = stage > 0 ? configuration.slices(stage: stage) * encoder.steps[stage - 1].bottleneck.tokens : 0
      outputs.append(try FloatBuffer(count: clips * tokens * width))
      if stage > 0 { bottlenecks.append(try FloatBuffer(count: clips * pooled * width)) }
      var tapes: [Block.Tape] = []
      for (index, block) in list.enumerated() {
        let isBottleneckBlock = stage > 0 && index < list.count - 1
        tapes.append(
          try Block.Tape(
            block, clips: clips, tokens: isBottleneckBlock ? pooled : tokens,
            contextTokens: isBottleneckBlock ? tokens : lastContextTokens ?? pooled))
      }
      blocks.append(tapes)
    }
    self.blocks = blocks
    list = blocks.flatMap { $0 }
    self.outputs = outputs
    self.bottlenecks = bottlenecks
  }

  /// Draws what stochastic depth drops in the next forward (published a.5): block i of L drops each branch of each clip
  /// with probability rate * i / (L - 1); what is kept is scaled up, so that the mean stays.
  ///
  /// - Parameter draw: uniform in [0, 1), by number.
  func drawDroppedPaths(rate: Double, _ draw: (UInt64) -> Double) {
    for (index, block) in list.enumerated() {
      let probability = list.count > 1 ? rate * Double(index) / Double(list.count - 1) : 0
      for branch in 0..<Block.branches {
        for clip in 0..<clips {
          let number = UInt64((index * Block.branches + branch) * clips + clip)
          let isKept = draw(number) >= probability
          block.setScale(isKept ? Float(1 / (1 - probability)) : 0, branch: branch, clip: clip)
        }
      }
    }
  }
}
