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

  /// Tokens a clip after the last stage.
  package var tokenCount: Int { configuration.slices(stage: configuration.stageDepths.count - 1) * configuration.places }

  /// Calls `body` with the last stage's tokens (clips, tokenCount, C), neither pooled nor normed.
  ///
  /// - Parameter video: (clips, 3, t, h, w), normalised.
  package func withTokens(
    _ video: UnsafePointer<Float>, clips: Int, _ workspace: Workspace, _ body: (UnsafePointer<Float>) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    let x = try workspace.buffer("stage0", clips * configuration.tokens * configuration.embedDim)  // (clips, tokens, C)
    try encoder.embedding.forward(video, clips: clips, x, position: encoder.position.pointer, workspace)
    var last = x
    try encoder.forward(x, clips: clips, places: configuration.places, workspace) { (output) throws(SVFAPError) in last = output.tokens }
    try body(last)
  }

  /// features (clips, C) = fc_norm of the mean token.
  package func features(
    _ video: UnsafePointer<Float>, clips: Int, into features: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let width = configuration.embedDim
    try withTokens(video, clips: clips, workspace) { (tokens) throws(SVFAPError) in
      for clip in 0..<clips {
        KernelTable.best.meanOfRows(tokens + clip * tokenCount * width, width, tokenCount, width, features + clip * width)
      }
      norm.forward(features, width, features, width, rows: clips)
    }
  }
}
