import Base

/// How clips are varied in fine-tuning; the defaults are the published ones (published (c), c.5, c.6).
package struct FineTuningAugmentationOptions: Sendable, Equatable {
  /// Nil: the frames keep their colours and shapes.
  package var randAugment: RandAugmentPolicy? = .published
  /// Nil: the whole frame.
  package var crop: RandomResizedCrop? = RandomResizedCrop()
  /// How often a clip is flipped.
  package var flip = 0.5
  /// Nil: nothing is erased.
  package var erasing: RandomErasing? = RandomErasing()
  /// How many augmented clips are made of the same frames.
  package var repeats = 1

  package init() {}

  /// Clips as they are.
  package static var off: FineTuningAugmentationOptions {
    var options = FineTuningAugmentationOptions()
    options.randAugment = nil
    options.crop = nil
    options.flip = 0
    options.erasing = nil
    return options
  }

  /// Reads `{"auto_augment": "rand-m7-n4-mstd0.5-inc1" | "none", "random_resized_crop": {"scale", "ratio"} | "none",
  /// "flip": 0.5, "erasing": {"probability", "mode", "count", "area", "aspect"} | "none", "repeats": 1}`; what is absent
  /// keeps its default.
  ///
  /// - Throws: `config` with the JSON pointer of what is wrong.
  package init(json: JSONValue, at pointer: String = "") throws(SVFAPError) {
    let reader = try ObjectReader(json, at: pointer)
    if let text = try reader.text("auto_augment") {
      randAugment = text == "none" ? nil : try RandAugmentPolicy(parsing: text, at: "\(pointer)/auto_augment")
    }
    if let value = try reader.member("random_resized_crop") { crop = try Self.crop(value, at: "\(pointer)/random_resized_crop") }
    if let value = try reader.number("flip", in: 0...1) { flip = value }
    if let value = try reader.member("erasing") { erasing = try Self.erasing(value, at: "\(pointer)/erasing") }
    if let value = try reader.integer("repeats", in: 1...64) { repeats = value }
    try reader.finish()
  }

  private static func crop(_ json: JSONValue, at pointer: String) throws(SVFAPError) -> RandomResizedCrop? {
    if try isOff(json, at: pointer) { return nil }
    var crop = RandomResizedCrop()
    let reader = try ObjectReader(json, at: pointer)
    if let range = try reader.range("scale", at: pointer, within: 0.0001...1) { crop.scale = range }
    if let range = try reader.range("ratio", at: pointer, within: 0.01...100) { crop.ratio = range }
    try reader.finish()
    return crop
  }

  private static func erasing(_ json: JSONValue, at pointer: String) throws(SVFAPError) -> RandomErasing? {
    if try isOff(json, at: pointer) { return nil }
    var erasing = RandomErasing()
    let reader = try ObjectReader(json, at: pointer)
    if let value = try reader.number("probability", in: 0...1) { erasing.probability = value }
    if let name = try reader.text("mode", oneOf: RandomErasing.Mode.allCases.map(\.rawValue)) {
      erasing.mode = RandomErasing.Mode(rawValue: name) ?? erasing.mode
    }
    if let value = try reader.integer("count", in: 1...64) { erasing.count = value }
    if let range = try reader.range("area", at: pointer, within: 0...1) { erasing.area = range }
    if let value = try reader.number("aspect", in: 0.01...1) { erasing.aspect = value }
    try reader.finish()
    return erasing
  }

  /// The options as JSON, every one of them.
  package var json: JSONValue {
    let crop: JSONValue = crop.map { ["scale": jsonList($0.scale), "ratio": jsonList($0.ratio)] } ?? "none"
    let erasing: JSONValue =
      erasing.map {
        [
          "probability": .number($0.probability), "mode": .string($0.mode.rawValue), "count": .integer(Int64($0.count)),
          "area": jsonList($0.area), "aspect": .number($0.aspect),
        ]
      } ?? "none"
    return [
      "auto_augment": .string(randAugment?.text ?? "none"), "random_resized_crop": crop, "flip": .number(flip), "erasing": erasing,
      "repeats": .integer(Int64(repeats)),
    ]
  }
}
