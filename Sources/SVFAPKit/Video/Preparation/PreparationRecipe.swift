import Base

/// How frames must be prepared for a model: what the metadata key `svfap.recipe` of a model file holds.
///
/// The defaults are the published pipeline's (published c.3, c.4).
package struct PreparationRecipe: Sendable, Equatable {
  /// Which part of a frame the model sees.
  package enum Crop: Sendable, Equatable {
    /// The whole frame, squeezed to a square.
    case wholeFrame
    /// Left, top, right and bottom as fractions of the frame.
    case fractions(left: Double, top: Double, right: Double, bottom: Double)

    /// The face in VoxCeleb2's frames of 224 x 224: the 160 x 160 pixels from row 0 and column 32 (published b.1).
    ///
    /// The released code cuts it out of whatever lies below a path that contains "voxceleb2". Here it is part of the
    /// recipe, written as "voxceleb2": what a model was trained on is stored with it and holds for its predictions too,
    /// and no folder's name changes a result.
    package static let voxceleb2 = Crop.fractions(left: 32.0 / 224, top: 0, right: 192.0 / 224, bottom: 160.0 / 224)
  }

  package var crop = Crop.wholeFrame
  package var filter = ResizeFilter.bilinear
  /// Per channel, for values in 0...1.
  package var mean = [0.485, 0.456, 0.406]
  package var deviation = [0.229, 0.224, 0.225]
  /// Frames per second of the videos that the model was trained on.
  package var frameRate = 25.0
  /// Frames from one sampled frame to the next, at that rate.
  package var samplingRate = 4
  /// Frames from one window to the next, at that rate.
  package var hop = 32

  package init() {}

  /// JSON Schema properties of a recipe. There are no defaults: what is absent is as in the recipe that is changed.
  package static let properties: JSONObject = {
    let published = PreparationRecipe()
    let fraction: JSONObject = ["type": "number", "minimum": 0.0, "maximum": 1.0]
    func triple(_ phrase: String, _ range: ClosedRange<Double>) -> JSONValue {
      JSONSchema.list(
        phrase, of: ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)], count: 3...3)
    }
    return [
      "crop": [
        "type": ["string", "object"], "description": .string("Which part of a frame the model sees: \(cropForms)."),
        "properties": ["fractions": JSONSchema.list("Left, top, right and bottom as fractions of the frame.", of: fraction, count: 4...4)],
      ],
      "resize": JSONSchema.choice("Filter of the resizing (\(published.filter.rawValue)).", ResizeFilter.allCases.map(\.rawValue)),
      "color": JSONSchema.choice("Order of the channels.", ["RGB"]),
      "mean": triple("Mean per channel, for values in 0 to 1 (\(published.mean)).", -1000...1000),
      "std": triple("Deviation per channel (\(published.deviation)).", 1e-6...1000),
      "frame_rate": JSONSchema.number(
        "Frames per second of the videos that the model is trained on (\(published.frameRate)).", 0.01...1000),
      "sampling_rate": JSONSchema.integer(
        "Frames from one sampled frame to the next, at that rate (\(published.samplingRate)).", 1...10_000),
      "hop": JSONSchema.integer("Frames from one window of a prediction to the next, at that rate (\(published.hop)).", 1...1_000_000),
      // Stated by the configuration; kept here so that the recipe reads as a whole.
      "clip_length": JSONSchema.integer("Frames of a clip.", 1...1024),
    ]
  }()

  /// - Parameter base: what is absent is as in this recipe.
  /// - Throws: `config` with the JSON pointer of what is wrong.
  package init(json: JSONValue, replacing base: PreparationRecipe = PreparationRecipe(), at pointer: String = "") throws(SVFAPError) {
    self = base
    let options = try JSONSchema(properties: Self.properties).resolve(json, at: pointer)
    if let value = options["crop"] { crop = try Self.crop(value, at: "\(pointer)/crop") }
    filter = ResizeFilter(rawValue: options["resize"]?.stringValue ?? "") ?? filter
    mean = options["mean"]?.arrayValue?.compactMap(\.doubleValue) ?? mean
    deviation = options["std"]?.arrayValue?.compactMap(\.doubleValue) ?? deviation
    frameRate = options["frame_rate"]?.doubleValue ?? frameRate
    samplingRate = options["sampling_rate"]?.intValue ?? samplingRate
    hop = options["hop"]?.intValue ?? hop
    try checkHop(at: "\(pointer)/hop")
  }

  private static let cropForms = "\"whole_frame\", \"voxceleb2\" or {\"fractions\": [left, top, right, bottom]}"

  private static func crop(_ json: JSONValue, at pointer: String) throws(SVFAPError) -> Crop {
    if json.stringValue == "whole_frame" { return .wholeFrame }
    if json.stringValue == "voxceleb2" { return .voxceleb2 }
    guard let values = json["fractions"]?.arrayValue?.compactMap(\.doubleValue), values.count == 4 else {
      throw ObjectReader.wrong(pointer, expected: Self.cropForms, found: json.text())
    }
    guard values[0] < values[2], values[1] < values[3] else {
      throw ObjectReader.wrong("\(pointer)/fractions", expected: "left < right and top < bottom, from 0 to 1", found: json.text())
    }
    return .fractions(left: values[0], top: values[1], right: values[2], bottom: values[3])
  }

  /// - Throws: `config` if windows would not fall on sampled frames.
  package func checkHop(at pointer: String) throws(SVFAPError) {
    guard hop % samplingRate == 0 else {
      let below = hop / samplingRate * samplingRate
      let near = below > 0 ? "\(below) or \(below + samplingRate)" : "\(samplingRate)"
      throw ObjectReader.wrong(pointer, expected: "a multiple of the sampling rate (\(samplingRate)), such as \(near)", found: "\(hop)")
    }
  }

  /// The recipe as JSON.
  package func json(clipLength: Int) -> JSONValue {
    let cropValue: JSONValue =
      switch crop {
      case .wholeFrame: "whole_frame"
      case .fractions(let left, let top, let right, let bottom):
        ["fractions": [.number(left), .number(top), .number(right), .number(bottom)]]
      }
    return [
      "crop": cropValue, "resize": .string(filter.rawValue), "color": "RGB", "mean": .array(mean.map { .number($0) }),
      "std": .array(deviation.map { .number($0) }), "frame_rate": .number(frameRate), "sampling_rate": .integer(Int64(samplingRate)),
      "clip_length": .integer(Int64(clipLength)), "hop": .integer(Int64(hop)),
    ]
  }

  /// The part of a frame that the model sees: edges at the nearest pixel, at least one pixel.
  package func box(width: Int, height: Int) -> PixelBox {
    guard case .fractions(let left, let top, let right, let bottom) = crop else {
      return PixelBox(x: 0, y: 0, width: width, height: height)
    }
    func edge(_ fraction: Double, _ size: Int) -> Int { Int((fraction * Double(size)).rounded()) }
    let x = min(edge(left, width), width - 1)
    let y = min(edge(top, height), height - 1)
    return PixelBox(x: x, y: y, width: max(edge(right, width) - x, 1), height: max(edge(bottom, height) - y, 1))
  }
}
