import Base

/// Sizes of a model: what the metadata key `svfap.config` of a model file holds.
package struct ModelConfiguration: Sendable, Equatable {
  /// How the pre-training encoder is read (docs/architecture.md, "Two readings").
  package enum PretrainingVariant: String, Sendable, CaseIterable {
    /// As the paper says: the last block of a stage attends to the bottleneck tokens, whole frames are repeated.
    case paper
    /// As the released code computes it.
    case published
  }

  /// The decoder of a pre-training model.
  package struct Decoder: Sendable, Equatable {
    package var embedDim = 384
    package var depth = 4
    package var numHeads = 6
  }

  /// The head of a fine-tuned model: the id of a plugin and its configuration.
  package struct Head: Sendable, Equatable {
    package var name: String
    package var config: JSONValue

    package init(name: String, config: JSONValue) {
      self.name = name
      self.config = config
    }
  }

  package var imageSize = 160
  package var patchSize = 16
  package var tubeletSize = 2
  package var numFrames = 16
  package var inChannels = 3
  package var embedDim = 512
  package var numHeads = 8
  package var mlpRatio = 4.0
  package var stageDepths = [12, 6, 3]
  package var temporalKernelSize = 2
  package var numBottleneckTokens = [8, 8]
  package var bottleneckHiddenDim = 128
  package var layerScaleInit = 0.0
  package var layerNormEps = 1e-6
  /// Present in pre-training models, which have no head.
  package var decoder: Decoder?
  package var pretrainingVariant = PretrainingVariant.paper
  package var head: Head?

  package init() {}

  // MARK: Derived sizes

  /// Width of the MLP's hidden layer.
  package var mlpHiddenDim: Int { Int(Double(embedDim) * mlpRatio) }
  /// Time slices before the first stage.
  package var slices: Int { numFrames / tubeletSize }
  /// Time slices in a stage.
  package func slices(stage: Int) -> Int {
    var slices = slices
    for _ in 0..<stage { slices /= temporalKernelSize }
    return slices
  }
  /// Slices of the first stage that a slice of a stage stands for.
  package func joined(stage: Int) -> Int {
    var joined = 1
    for _ in 0..<stage { joined *= temporalKernelSize }
    return joined
  }
  /// Tokens in a time slice.
  package var places: Int { (imageSize / patchSize) * (imageSize / patchSize) }
  /// Tokens of a clip.
  package var tokens: Int { slices * places }
  /// Numbers of a patch: what the decoder predicts for a token.
  package var patchWidth: Int { inChannels * tubeletSize * patchSize * patchSize }
  /// Numbers of a clip.
  package var clipCount: Int { inChannels * numFrames * imageSize * imageSize }
  package var isPretraining: Bool { decoder != nil }
  package var clipShape: [Int] { [inChannels, numFrames, imageSize, imageSize] }
}
