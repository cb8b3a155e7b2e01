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

  /// JSON Schema properties of a configuration. There are no defaults: what is absent is as in the size that is changed.
  package static let properties: JSONObject = {
    func integers(_ phrase: String, _ range: ClosedRange<Int>) -> JSONValue {
      JSONSchema.list(
        phrase, of: ["type": "integer", "minimum": .integer(Int64(range.lowerBound)), "maximum": .integer(Int64(range.upperBound))],
        count: 0...4096)
    }
    return [
      "architecture": JSONSchema.choice("The kind of network.", ["tpsbt"]),
      "image_size": JSONSchema.integer("Height and width of the frames, in pixels.", 1...4096),
      "patch_size": JSONSchema.integer("Height and width of a patch.", 1...256),
      "tubelet_size": JSONSchema.integer("Frames of a tubelet.", 1...64),
      "num_frames": JSONSchema.integer("Frames of a clip.", 1...1024),
      "in_channels": JSONSchema.integer("Colours.", 3...3),
      "embed_dim": JSONSchema.integer("Width of the encoder.", 1...8192),
      "num_heads": JSONSchema.integer("Attention heads of the encoder.", 1...256),
      "mlp_ratio": JSONSchema.number("Width of the MLPs' hidden layers / width.", 0.01...64),
      "stage_depths": integers("Blocks of every stage.", 1...128),
      "temporal_kernel_size": JSONSchema.integer("Time slices that are joined before a later stage.", 1...64),
      "num_bottleneck_tokens": integers("Bottleneck tokens a slice, for every later stage.", 1...4096),
      "bottleneck_hidden_dim": JSONSchema.integer("Hidden width of the pooling.", 1...8192),
      "layer_scale_init": JSONSchema.number("Start of layer scale; 0 for none.", 0...100),
      "layer_norm_eps": JSONSchema.number("Term against divisions by 0 in norms.", 1e-12...1),
      "decoder": [
        "type": "object", "description": "The decoder of pre-training.",
        "properties": [
          "embed_dim": JSONSchema.integer("Width of the decoder.", 1...8192),
          "depth": JSONSchema.integer("Blocks of the decoder.", 1...128),
          "num_heads": JSONSchema.integer("Attention heads of the decoder.", 1...256),
        ],
      ],
      "pretraining_variant": JSONSchema.choice(
        "The paper's reading of pre-training, or that of the released code.", PretrainingVariant.allCases.map(\.rawValue)),
      "head": [
        "type": "object", "description": "The task head.",
        "properties": ["name": JSONSchema.text("Id of a head plugin."), "config": JSONSchema.open("Options of the head.")],
        "required": ["name"],
      ],
    ]
  }()

  /// Replaces the members that `json` names. The result is not validated yet.
  package mutating func update(from json: JSONValue) throws(SVFAPError) {
    let options = try JSONSchema(properties: Self.properties).resolve(json)
    func set(_ target: inout Int, _ key: String) { target = options[key]?.intValue ?? target }
    func set(_ target: inout Double, _ key: String) { target = options[key]?.doubleValue ?? target }
    func set(_ target: inout [Int], _ key: String) { target = options[key]?.arrayValue?.compactMap(\.intValue) ?? target }
    set(&imageSize, "image_size")
    set(&patchSize, "patch_size")
    set(&tubeletSize, "tubelet_size")
    set(&numFrames, "num_frames")
    set(&inChannels, "in_channels")
    set(&embedDim, "embed_dim")
    set(&numHeads, "num_heads")
    set(&mlpRatio, "mlp_ratio")
    set(&stageDepths, "stage_depths")
    set(&temporalKernelSize, "temporal_kernel_size")
    set(&numBottleneckTokens, "num_bottleneck_tokens")
    set(&bottleneckHiddenDim, "bottleneck_hidden_dim")
    set(&layerScaleInit, "layer_scale_init")
    set(&layerNormEps, "layer_norm_eps")
    if let sizes = options["decoder"] {
      var decoder = decoder ?? Decoder()
      decoder.embedDim = sizes["embed_dim"]?.intValue ?? decoder.embedDim
      decoder.depth = sizes["depth"]?.intValue ?? decoder.depth
      decoder.numHeads = sizes["num_heads"]?.intValue ?? decoder.numHeads
      self.decoder = decoder
    }
    pretrainingVariant = PretrainingVariant(rawValue: options["pretraining_variant"]?.stringValue ?? "") ?? pretrainingVariant
    if let head = options["head"] { self.head = Head(name: head["name"]?.stringValue ?? "", config: head["config"] ?? .object([:])) }
  }
}
