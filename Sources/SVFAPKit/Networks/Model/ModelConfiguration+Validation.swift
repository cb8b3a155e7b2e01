import Base

extension ModelConfiguration {
  /// Largest model that is built: far beyond any SVFAP, small enough that no size overflows.
  private static let parameterLimit = 1 << 32
  /// Largest number of tokens of a clip.
  private static let tokenLimit = 1 << 16
  /// Largest number of numbers of a clip: 1 GiB.
  private static let clipLimit = 1 << 28

  /// Checks that the sizes fit together.
  ///
  /// - Throws: `config` that names the member to change.
  package func validate() throws(SVFAPError) {
    func require(_ condition: Bool, _ pointer: String, _ expected: String, _ found: Any) throws(SVFAPError) {
      guard condition else { throw ObjectReader.wrong(pointer, expected: expected, found: "\(found)") }
    }
    try require(imageSize % patchSize == 0, "/image_size", "a multiple of patch_size (\(patchSize))", imageSize)
    try require(numFrames % tubeletSize == 0, "/num_frames", "a multiple of tubelet_size (\(tubeletSize))", numFrames)
    try require(embedDim % numHeads == 0, "/num_heads", "a divisor of embed_dim (\(embedDim))", numHeads)
    try require((1...16).contains(stageDepths.count), "/stage_depths", "1 to 16 stages", stageDepths.count)
    try require(
      numBottleneckTokens.count == stageDepths.count - 1, "/num_bottleneck_tokens",
      "one number for every stage after the first (\(stageDepths.count - 1))", numBottleneckTokens.count)
    try require(
      slices(stage: stageDepths.count - 1) >= 1, "/num_frames",
      "enough frames for \(stageDepths.count) stages that each join \(temporalKernelSize) slices", numFrames)
    try require(tokens <= Self.tokenLimit, "/image_size", "at most \(Self.tokenLimit) tokens a clip", tokens)
    try require(clipCount <= Self.clipLimit, "/image_size", "clips of at most \(Self.clipLimit) numbers", clipCount)
    try require(mlpHiddenDim >= 1, "/mlp_ratio", "at least one hidden number", mlpRatio)
    try require(decoder == nil || head == nil, "/head", "no head in a pre-training model (one with a decoder)", "one")
    if let decoder {
      try require(
        decoder.embedDim % decoder.numHeads == 0, "/decoder/num_heads", "a divisor of decoder.embed_dim (\(decoder.embedDim))",
        decoder.numHeads)
      try require(Double(decoder.embedDim) * mlpRatio >= 1, "/mlp_ratio", "at least one hidden number in the decoder", mlpRatio)
      try require(
        pretrainingVariant == .paper || slices == slices(stage: stageDepths.count - 1) * joined(stage: stageDepths.count - 1),
        "/num_frames",
        "slices that every stage can join without a rest, which the variant \"published\" needs", numFrames)
    }
    let count = declarations.reduce(0) { $0 &+ (elementCount($1.shape) ?? Self.parameterLimit) }
    try require(count < Self.parameterLimit, "/embed_dim", "a model of fewer than \(Self.parameterLimit) parameters", count)
  }

  /// Checks that the released code's way of summing the stages (published a.9, flag 2) has a meaning for `places` tokens a
  /// slice: it splits a slice's tokens into as many parts as the stage joins slices.
  ///
  /// - Throws: `shape`.
  func checkPublishedSum(places: Int) throws(SVFAPError) {
    guard pretrainingVariant == .published, stageDepths.count > 1, places % temporalKernelSize != 0 else { return }
    throw SVFAPError(
      .shape,
      "\(places) visible places a slice cannot be split as the released code does (variant \"published\"); use a mask ratio that leaves a multiple of \(temporalKernelSize), or the variant \"paper\"",
      detail: ["expected": "a multiple of \(temporalKernelSize)", "found": "\(places)"])
  }

  /// Names of the sizes that `preset` knows.
  package static let presetNames = ["base", "small", "tiny"]

  /// A published size: `base` and `small` as in the paper; `tiny` for tests and demonstrations.
  package static func preset(_ name: String) -> ModelConfiguration? {
    var configuration = ModelConfiguration()
    switch name {
    case "base": break
    case "small":
      configuration.embedDim = 384
      configuration.numHeads = 6
      configuration.stageDepths = [8, 4, 2]
    case "tiny":
      configuration.imageSize = 64
      configuration.patchSize = 8
      configuration.embedDim = 96
      configuration.numHeads = 3
      configuration.stageDepths = [2, 2, 2]
      configuration.bottleneckHiddenDim = 32
    default: return nil
    }
    return configuration
  }

  /// The decoder that belongs to a size.
  package static func decoder(preset name: String) -> Decoder {
    name == "tiny" ? Decoder(embedDim: 64, depth: 2, numHeads: 2) : Decoder()
  }
}
