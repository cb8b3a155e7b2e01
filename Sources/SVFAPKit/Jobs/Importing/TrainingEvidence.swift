import Base
import Checkpoints
import Networks

/// What weights tell about how they came about.
///
/// A norm starts as exactly 1 and 0, and the first step that reaches it moves it for good. The released pre-training code
/// never reaches the norms of the bottleneck poolings: its slip (published a.9, flag 1) leaves the poolings without effect
/// on the loss, so they have no gradient, and PyTorch's AdamW steps over such parameters. A model that was trained as the
/// paper says has moved them. So a pre-training checkpoint itself tells which of the two readings made it.
struct TrainingEvidence {
  /// Whether the first norm of the network was ever moved.
  let isTrained: Bool
  /// The reading under which it was pre-trained; nil if the weights do not tell.
  let variant: ModelConfiguration.PretrainingVariant?

  /// - Parameters:
  ///   - prefix: of the encoder's names.
  ///   - read: the values of a tensor by published name; nil if there is none.
  init(
    _ configuration: ModelConfiguration, prefix: String, read: (String) throws(SVFAPError) -> [Float]?
  ) throws(SVFAPError) {
    func isFresh(_ norm: String) throws(SVFAPError) -> Bool {
      guard let weight = try read("\(norm).weight"), let bias = try read("\(norm).bias") else { return false }
      return weight.allSatisfy { $0 == 1 } && bias.allSatisfy { $0 == 0 }
    }
    isTrained = try !isFresh("\(prefix)blocks.0.norm1")
    guard configuration.isPretraining, isTrained, configuration.stageDepths.count > 1 else {
      variant = nil
      return
    }
    var fresh = 0
    for stage in 1..<configuration.stageDepths.count where try isFresh("\(prefix)spatial_downsamples.\(stage - 1).norm") { fresh += 1 }
    variant = fresh == configuration.stageDepths.count - 1 ? .published : fresh == 0 ? .paper : nil
  }
}
