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

  /// JSON Schema properties of the options.
  package static let properties: JSONObject = {
    let defaults = FineTuningAugmentationOptions()
    let (crop, erasing) = (RandomResizedCrop(), RandomErasing())
    return [
      "auto_augment": JSONSchema.text(
        "RandAugment in timm's words, such as rand-m7-n4-mstd0.5-inc1, or none.", default: defaults.randAugment?.text ?? "none"),
      "random_resized_crop": JSONSchema.optionalSection(
        "The part of the frames that a clip shows, or none for all of them.",
        [
          "scale": jsonRange("Smallest and largest share of the area.", 0.0001...1, default: crop.scale),
          "ratio": jsonRange("Smallest and largest width / height.", 0.01...100, default: crop.ratio),
        ]),
      "flip": JSONSchema.number("How often a clip is flipped.", 0...1, default: defaults.flip),
      "erasing": JSONSchema.optionalSection(
        "Random boxes that are hidden, or none.",
        [
          "probability": JSONSchema.number("How often a clip is touched.", 0...1, default: erasing.probability),
          "mode": JSONSchema.choice(
            "What boxes are filled with: noise (pixel) or the mean colour (const).", RandomErasing.Mode.allCases.map(\.rawValue),
            default: erasing.mode.rawValue),
          "count": JSONSchema.integer("Boxes a clip; they share the area.", 1...64, default: erasing.count),
          "area": jsonRange("Smallest and largest share of the area.", 0...1, default: erasing.area),
          "aspect": JSONSchema.number("Smallest height / width; the largest is its inverse.", 0.01...1, default: erasing.aspect),
        ]),
      "repeats": JSONSchema.integer(
        "How many augmented clips are made of the same frames; a step then has that many times batch clips.", 1...64,
        default: defaults.repeats),
    ]
  }()

  /// Reads the options of `properties`; what is absent keeps its default.
  ///
  /// - Throws: `config` with the JSON pointer of what is wrong.
  package init(json: JSONValue, at pointer: String = "") throws(SVFAPError) {
    let options = try JSONSchema(properties: Self.properties).resolve(json, at: pointer)
    let policy = options["auto_augment"]?.stringValue ?? "none"
    randAugment = policy == "none" ? nil : try RandAugmentPolicy(parsing: policy, at: "\(pointer)/auto_augment")
    crop = try Self.crop(options["random_resized_crop"], at: "\(pointer)/random_resized_crop")
    flip = options["flip"]?.doubleValue ?? flip
    erasing = try Self.erasing(options["erasing"], at: "\(pointer)/erasing")
    repeats = options["repeats"]?.intValue ?? repeats
  }

  private static func crop(_ options: JSONValue?, at pointer: String) throws(SVFAPError) -> RandomResizedCrop? {
    var crop = RandomResizedCrop()
    guard let options, try !isOff(options, at: pointer) else { return nil }
    crop.scale = try jsonRange(options["scale"], at: "\(pointer)/scale") ?? crop.scale
    crop.ratio = try jsonRange(options["ratio"], at: "\(pointer)/ratio") ?? crop.ratio
    return crop
  }

  private static func erasing(_ options: JSONValue?, at pointer: String) throws(SVFAPError) -> RandomErasing? {
    var erasing = RandomErasing()
    guard let options, try !isOff(options, at: pointer) else { return nil }
    erasing.probability = options["probability"]?.doubleValue ?? erasing.probability
    erasing.mode = RandomErasing.Mode(rawValue: options["mode"]?.stringValue ?? "") ?? erasing.mode
    erasing.count = options["count"]?.intValue ?? erasing.count
    erasing.area = try jsonRange(options["area"], at: "\(pointer)/area") ?? erasing.area
    erasing.aspect = options["aspect"]?.doubleValue ?? erasing.aspect
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
