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

  /// Reads `{"multi_scale_crop": {"scales": [1, 0.875, 0.75, 0.66], "maximum_distortion": 1} | "none"}`; what is absent
  /// keeps its default.
  ///
  /// - Throws: `config` with the JSON pointer of what is wrong.
  package init(json: JSONValue, at pointer: String = "") throws(SVFAPError) {
    let reader = try ObjectReader(json, at: pointer)
    if let value = try reader.member("multi_scale_crop") { crop = try Self.crop(value, at: "\(pointer)/multi_scale_crop") }
    try reader.finish()
  }

  private static func crop(_ json: JSONValue, at pointer: String) throws(SVFAPError) -> MultiScaleCrop? {
    if try isOff(json, at: pointer) { return nil }
    var crop = MultiScaleCrop()
    let reader = try ObjectReader(json, at: pointer)
    if let value = try reader.member("scales") {
      let scales = value.arrayValue?.compactMap(\.doubleValue) ?? []
      guard (1...16).contains(scales.count), scales.count == value.arrayValue?.count, scales.allSatisfy({ (0.01...1).contains($0) }) else {
        throw ObjectReader.wrong("\(pointer)/scales", expected: "a list of 1 to 16 numbers from 0.01 to 1", found: value.text())
      }
      crop.scales = scales
    }
    if let value = try reader.integer("maximum_distortion", in: 0...16) { crop.maximumDistortion = value }
    try reader.finish()
    return crop
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
