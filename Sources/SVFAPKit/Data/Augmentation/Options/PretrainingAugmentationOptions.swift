import Base

/// How clips are varied in pre-training; the defaults are the published ones (published b.1): a crop of several scales,
/// no flip and no change of colours.
///
/// Which part of a frame counts as the frame, VoxCeleb2's crop among them, is the recipe's to say
/// (`PreparationRecipe.Crop`), since a model must see the same part afterwards.
package struct PretrainingAugmentationOptions: Sendable, Equatable {
  /// Nil: the whole frame.
  package var crop: MultiScaleCrop? = MultiScaleCrop()

  package init() {}

  /// JSON Schema properties of the options.
  package static let properties: JSONObject = {
    let crop = MultiScaleCrop()
    return [
      "multi_scale_crop": JSONSchema.optionalSection(
        "The part of the frames that a clip shows, or none for all of them.",
        [
          "scales": JSONSchema.list(
            "Sides of the box as shares of the frame's shorter side.", of: ["type": "number", "minimum": 0.01, "maximum": 1.0],
            count: 1...16,
            default: crop.scales.map { .number($0) }),
          "maximum_distortion": JSONSchema.integer(
            "How many places apart in scales width and height may be.", 0...16, default: crop.maximumDistortion),
        ])
    ]
  }()

  /// Reads the options of `properties`; what is absent keeps its default.
  ///
  /// - Throws: `config` with the JSON pointer of what is wrong.
  package init(json: JSONValue, at pointer: String = "") throws(SVFAPError) {
    let options = try JSONSchema(properties: Self.properties).resolve(json, at: pointer)
    guard let section = options["multi_scale_crop"], try !isOff(section, at: "\(pointer)/multi_scale_crop") else {
      crop = nil
      return
    }
    crop?.scales = section["scales"]?.arrayValue?.compactMap(\.doubleValue) ?? []
    crop?.maximumDistortion = section["maximum_distortion"]?.intValue ?? 0
  }

  /// The options as JSON, every one of them.
  package var json: JSONValue {
    guard let crop else { return ["multi_scale_crop": "none"] }
    return [
      "multi_scale_crop": [
        "scales": .array(crop.scales.map { .number($0) }), "maximum_distortion": .integer(Int64(crop.maximumDistortion)),
      ]
    ]
  }
}
