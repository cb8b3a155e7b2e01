import Base

extension BatchMixing {
  /// No mixing.
  package static var off: BatchMixing {
    var mixing = BatchMixing()
    mixing.probability = 0
    return mixing
  }

  /// JSON Schema properties of the options.
  package static let properties: JSONObject = {
    let defaults = BatchMixing()
    return [
      "mixup": JSONSchema.number("Shape of mixup's Beta distribution; 0 switches it off.", 0...100, default: defaults.mixup),
      "cutmix": JSONSchema.number("Shape of CutMix's Beta distribution; 0 switches it off.", 0...100, default: defaults.cutmix),
      "probability": JSONSchema.number("How often a batch is mixed.", 0...1, default: defaults.probability),
      "switch_probability": JSONSchema.number(
        "How often CutMix is taken where both are on.", 0...1, default: defaults.switchProbability),
    ]
  }()

  /// Reads the options of `properties`, or `"none"`; what is absent keeps its default.
  ///
  /// - Throws: `config` with the JSON pointer of what is wrong.
  package init(json: JSONValue, at pointer: String = "") throws(SVFAPError) {
    self.init()
    if try isOff(json, at: pointer) {
      self = .off
      return
    }
    let options = try JSONSchema(properties: Self.properties).resolve(json, at: pointer)
    mixup = try Self.shape("mixup", options, pointer)
    cutmix = try Self.shape("cutmix", options, pointer)
    probability = options["probability"]?.doubleValue ?? probability
    switchProbability = options["switch_probability"]?.doubleValue ?? switchProbability
  }

  /// 0, or a shape of the Beta distribution that can be drawn from.
  private static func shape(_ key: String, _ options: JSONValue, _ pointer: String) throws(SVFAPError) -> Double {
    let value = options[key]?.doubleValue ?? 0
    guard value == 0 || value >= 0.01 else {
      throw ObjectReader.wrong("\(pointer)/\(key)", expected: "0 (off) or a number from 0.01 to 100", found: "\(value)")
    }
    return value
  }

  /// The options as JSON, every one of them.
  package var json: JSONValue {
    [
      "mixup": .number(mixup), "cutmix": .number(cutmix), "probability": .number(probability),
      "switch_probability": .number(switchProbability),
    ]
  }

  /// Refuses mixing for a head whose targets cannot be mixed.
  ///
  /// - Throws: `config` that names what to change.
  package func check(targetsMix: Bool, head: String, at pointer: String) throws(SVFAPError) {
    guard !isOn || targetsMix else {
      throw ObjectReader.wrong(
        pointer, expected: "\"none\": the targets of the head \"\(head)\" cannot be mixed", found: "mixup \(mixup), cutmix \(cutmix)")
    }
  }
}
