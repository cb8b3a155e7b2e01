import Base

extension ModelConfiguration {
  /// The configuration as JSON, keys in the published order.
  package var json: JSONValue {
    var object: JSONObject = [
      "architecture": "tpsbt", "image_size": .integer(Int64(imageSize)), "patch_size": .integer(Int64(patchSize)),
      "tubelet_size": .integer(Int64(tubeletSize)), "num_frames": .integer(Int64(numFrames)), "in_channels": .integer(Int64(inChannels)),
      "embed_dim": .integer(Int64(embedDim)), "num_heads": .integer(Int64(numHeads)), "mlp_ratio": .number(mlpRatio),
      "stage_depths": .array(stageDepths.map { .integer(Int64($0)) }), "temporal_kernel_size": .integer(Int64(temporalKernelSize)),
      "num_bottleneck_tokens": .array(numBottleneckTokens.map { .integer(Int64($0)) }),
      "bottleneck_hidden_dim": .integer(Int64(bottleneckHiddenDim)), "layer_scale_init": .number(layerScaleInit),
      "layer_norm_eps": .number(layerNormEps),
    ]
    if let decoder {
      object["decoder"] = [
        "embed_dim": .integer(Int64(decoder.embedDim)), "depth": .integer(Int64(decoder.depth)),
        "num_heads": .integer(Int64(decoder.numHeads)),
      ]
      object["pretraining_variant"] = .string(pretrainingVariant.rawValue)
    }
    if let head { object["head"] = ["name": .string(head.name), "config": head.config] }
    return .object(object)
  }

  /// Reads a configuration; keys that are absent keep the values of `base`.
  ///
  /// - Throws: `config` with the JSON pointer of what is wrong: unknown keys, types, ranges, sizes that do not fit together.
  package init(json: JSONValue) throws(SVFAPError) {
    self.init()
    try update(from: json)
    try validate()
  }

  /// Replaces the members that `json` names. The result is not validated yet.
  package mutating func update(from json: JSONValue) throws(SVFAPError) {
    let reader = try ObjectReader(json, at: "")
    if let name = try reader.text("architecture"), name != "tpsbt" {
      throw ObjectReader.wrong("/architecture", expected: "\"tpsbt\"", found: "\"\(name)\"")
    }
    if let value = try reader.integer("image_size", in: 1...4096) { imageSize = value }
    if let value = try reader.integer("patch_size", in: 1...256) { patchSize = value }
    if let value = try reader.integer("tubelet_size", in: 1...64) { tubeletSize = value }
    if let value = try reader.integer("num_frames", in: 1...1024) { numFrames = value }
    if let value = try reader.integer("in_channels", in: 3...3) { inChannels = value }
    if let value = try reader.integer("embed_dim", in: 1...8192) { embedDim = value }
    if let value = try reader.integer("num_heads", in: 1...256) { numHeads = value }
    if let value = try reader.number("mlp_ratio", in: 0.01...64) { mlpRatio = value }
    if let values = try reader.integers("stage_depths", in: 1...128) { stageDepths = values }
    if let value = try reader.integer("temporal_kernel_size", in: 1...64) { temporalKernelSize = value }
    if let values = try reader.integers("num_bottleneck_tokens", in: 1...4096) { numBottleneckTokens = values }
    if let value = try reader.integer("bottleneck_hidden_dim", in: 1...8192) { bottleneckHiddenDim = value }
    if let value = try reader.number("layer_scale_init", in: 0...100) { layerScaleInit = value }
    if let value = try reader.number("layer_norm_eps", in: 1e-12...1) { layerNormEps = value }
    if let value = try reader.member("decoder") { decoder = try Self.decoder(value, from: decoder ?? Decoder()) }
    if let name = try reader.text("pretraining_variant") {
      guard let variant = PretrainingVariant(rawValue: name) else {
        throw ObjectReader.wrong("/pretraining_variant", expected: "\"paper\" or \"published\"", found: "\"\(name)\"")
      }
      pretrainingVariant = variant
    }
    if let value = try reader.member("head") {
      let head = try ObjectReader(value, at: "/head")
      guard let name = try head.text("name") else {
        throw ObjectReader.wrong("/head/name", expected: "the id of a head plugin", found: "nothing")
      }
      self.head = Head(name: name, config: try head.member("config") ?? .object([:]))
      try head.finish()
    }
    try reader.finish()
  }

  private static func decoder(_ json: JSONValue, from start: Decoder) throws(SVFAPError) -> Decoder {
    var decoder = start
    let reader = try ObjectReader(json, at: "/decoder")
    if let value = try reader.integer("embed_dim", in: 1...8192) { decoder.embedDim = value }
    if let value = try reader.integer("depth", in: 1...128) { decoder.depth = value }
    if let value = try reader.integer("num_heads", in: 1...256) { decoder.numHeads = value }
    try reader.finish()
    return decoder
  }
}
