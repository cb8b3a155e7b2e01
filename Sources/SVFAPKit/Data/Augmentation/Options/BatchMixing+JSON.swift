import Base

extension BatchMixing {
  /// No mixing.
  package static var off: BatchMixing {
    var mixing = BatchMixing()
    mixing.probability = 0
    return mixing
  }

  /// Reads `{"mixup": 0.8, "cutmix": 1, "probability": 1, "switch_probability": 0.5}` or `"none"`; what is absent keeps
  /// its default.
  ///
  /// - Throws: `config` with the JSON pointer of what is wrong.
  package init(json: JSONValue, at pointer: String = "") throws(SVFAPError) {
    self.init()
    if try isOff(json, at: pointer) {
      self = .off
      return
    }
    let reader = try ObjectReader(json, at: pointer)
    if let value = try Self.shape("mixup", reader, pointer) { mixup = value }
    if let value = try Self.shape("cutmix", reader, pointer) { cutmix = value }
    if let value = try reader.number("probability", in: 0...1) { probability = value }
    if let value = try reader.number("switch_probability", in: 0...1) { switchProbability = value }
    try reader.finish()
  }

  /// 0, or a shape of the Beta distribution that can be drawn from.
  private static func shape(_ key: String, _ reader: ObjectReader, _ pointer: String) throws(SVFAPError) -> Double? {
    guard let value = try reader.number(key, in: 0...100) else { return nil }
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
