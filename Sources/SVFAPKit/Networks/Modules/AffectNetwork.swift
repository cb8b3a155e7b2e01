import Base
import Kernels
import Layers

/// The network of fine-tuning and prediction: encoder, mean over all tokens, `fc_norm`. What follows is a head's.
///
/// Weights are shared and never written; each caller brings its own workspace.
package struct AffectNetwork: Sendable {
  package let configuration: ModelConfiguration
  private let parameters: ModelParameters
  private let encoder: Encoder
  private let norm: LayerNorm

  /// - Parameter parameters: must hold everything that `configuration.declarations` names.
  package init(_ configuration: ModelConfiguration, _ parameters: ModelParameters) throws(SVFAPError) {
    let factory = LayerFactory(parameters: parameters, configuration: configuration)
    self.configuration = configuration
    self.parameters = parameters
    encoder = try Encoder(factory, prefix: "")
    norm = try factory.norm("fc_norm", configuration.embedDim)
  }

  /// What a training batch's forward keeps for the way back. Made once for a batch's size.
  package final class Tape {
    package let clips: Int
    fileprivate let encoder: EncoderTape
    fileprivate let pooled: FloatBuffer  // (clips, C)

    package init(_ network: AffectNetwork, clips: Int) throws(SVFAPError) {
      self.clips = clips
      encoder = try EncoderTape(network.encoder, clips: clips, places: network.configuration.places)
      pooled = try FloatBuffer(count: clips * network.configuration.embedDim)
    }

    /// Draws what stochastic depth drops in the next forward; `draw` gives numbers in [0, 1).
    package func drawDroppedPaths(rate: Double, _ draw: (UInt64) -> Double) { encoder.drawDroppedPaths(rate: rate, draw) }
  }

  /// Tokens a clip after the last stage.
  package var tokenCount: Int { configuration.slices(stage: configuration.stageDepths.count - 1) * configuration.places }

  /// Calls `body` with the last stage's tokens (clips, tokenCount, C), neither pooled nor normed.
  ///
  /// - Parameters:
  ///   - video: (clips, 3, t, h, w), normalised.
  ///   - tape: in training, what the way back needs.
  package func withTokens(
    _ video: UnsafePointer<Float>, clips: Int, tape: Tape? = nil, _ workspace: Workspace,
    _ body: (UnsafePointer<Float>) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    let count = clips * configuration.tokens * configuration.embedDim
    let x = try workspace.buffer("stage0", count, keptIn: tape?.encoder.outputs[0])  // (clips, tokens, C)
    try encoder.embedding.forward(video, clips: clips, x, workspace)
    var last = x
    try encoder.forward(x, clips: clips, places: configuration.places, tape: tape?.encoder, workspace) { (output) throws(SVFAPError) in
      last = output.tokens
    }
    try body(last)
  }

  /// features (clips, C) = fc_norm of the mean token.
  package func features(
    _ video: UnsafePointer<Float>, clips: Int, into features: UnsafeMutablePointer<Float>, tape: Tape? = nil, _ workspace: Workspace
  ) throws(SVFAPError) {
    let width = configuration.embedDim
    let pooled = tape?.pooled.pointer ?? features
    try withTokens(video, clips: clips, tape: tape, workspace) { (tokens) throws(SVFAPError) in
      for clip in 0..<clips {
        KernelTable.best.meanOfRows(tokens + clip * tokenCount * width, width, tokenCount, width, pooled + clip * width)
      }
      norm.forward(pooled, width, features, width, rows: clips)
    }
  }

  // MARK: Backward

  /// Which of the encoder's parameters are trained.
  package enum Trained: Sendable, Equatable {
    case all
    /// The last blocks, what joins their stages, and `fc_norm`.
    case lastBlocks(Int)
    /// Nothing: only the head learns.
    case none
  }

  /// Adds the gradients of all trained parameters, given the gradient of the features (clips, C), which is used up.
  package func backward(
    featureGradient: UnsafeMutablePointer<Float>, video: UnsafePointer<Float>, tape: Tape, trained: Trained, _ gradients: GradientMap,
    _ workspace: Workspace
  ) throws(SVFAPError) {
    guard trained != .none else { return }
    let width = configuration.embedDim
    let pooledGradient = try workspace.buffer("back.pooled", tape.clips * width)  // (clips, C)
    pooledGradient.update(repeating: 0, count: tape.clips * width)
    try norm.collectGradients(clips: 1, rows: tape.clips, gradients, workspace) { _, start, count, _, piece in
      norm.backward(
        tape.pooled.pointer + start * width, featureGradient + start * width, addingTo: pooledGradient + start * width, rows: count, piece)
    }
    let share = 1 / Float(tokenCount)
    try backward(video: video, tape: tape, trained: trained, gradients, workspace) { gradient in
      for row in 0..<tape.clips * tokenCount {
        KernelTable.best.scale(pooledGradient + row / tokenCount * width, width, gradient + row * width, width, 1, width, nil, share)
      }
    }
  }

  /// The same, given the gradient of the last stage's tokens (clips, tokenCount, C).
  package func backward(
    tokenGradient: UnsafePointer<Float>, video: UnsafePointer<Float>, tape: Tape, trained: Trained, _ gradients: GradientMap,
    _ workspace: Workspace
  ) throws(SVFAPError) {
    guard trained != .none else { return }
    try backward(video: video, tape: tape, trained: trained, gradients, workspace) { gradient in
      gradient.update(from: tokenGradient, count: tape.clips * tokenCount * configuration.embedDim)
    }
  }

  private func backward(
    video: UnsafePointer<Float>, tape: Tape, trained: Trained, _ gradients: GradientMap, _ workspace: Workspace,
    seed: (UnsafeMutablePointer<Float>) -> Void
  ) throws(SVFAPError) {
    let last = configuration.stageDepths.count - 1
    let embedded = try encoder.backward(tape.encoder, from: firstTrainedBlock(trained), gradients, workspace) { stage, gradient in
      if stage == last {
        seed(gradient)
      } else {
        gradient.update(repeating: 0, count: tape.encoder.outputs[stage].count)
      }
    }
    if let embedded { try encoder.embedding.backward(video, clips: tape.clips, embedded, gradients, workspace) }
  }

  private func firstTrainedBlock(_ trained: Trained) -> Int {
    let count = configuration.stageDepths.reduce(0, +)
    switch trained {
    case .all: return 0
    case .lastBlocks(let blocks): return max(count - blocks, 0)
    case .none: return count
    }
  }

  /// Whether a parameter is trained; `name` is its published name.
  package func isTrained(_ name: String, _ trained: Trained) -> Bool {
    let first = firstTrainedBlock(trained)
    if first == 0 { return true }
    let parts = name.split(separator: ".")
    guard parts.count > 1, let index = Int(parts[1]) else {
      return trained != .none && parts.first == "fc_norm"
    }
    switch parts[0] {
    case "blocks": return index >= first
    case "temporal_downsamples", "spatial_downsamples": return configuration.stageDepths.prefix(index + 1).reduce(0, +) >= first
    default: return false
    }
  }
}
