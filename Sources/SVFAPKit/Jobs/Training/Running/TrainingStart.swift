import Base
import Networks
import Video

/// The model that a training begins with: a file, or an untrained model of a size.
struct TrainingStart {
  private let options: JSONValue
  private let task: TrainerOptions.Task

  /// JSON Schema properties of the options.
  static func properties(_ task: TrainerOptions.Task) -> JSONObject {
    var config = ModelConfiguration.properties
    config["head"] = nil
    if task == .finetune { for key in ["decoder", "pretraining_variant"] { config[key] = nil } }
    var recipe = PreparationRecipe.properties
    for key in ["color", "clip_length"] { recipe[key] = nil }
    return [
      "model": JSONSchema.text("Model file to begin with: pre-trained, imported or fine-tuned. Absent, it is an untrained one of size."),
      "size": JSONSchema.choice("Size of an untrained model (base).", ModelConfiguration.presetNames),
      "config": JSONSchema.section("What an untrained model has otherwise than its size says.", config),
      "recipe": JSONSchema.section("How frames are prepared, where otherwise than the model's recipe says.", recipe),
    ]
  }

  /// - Parameter options: of the job, resolved.
  init(_ task: TrainerOptions.Task, _ options: JSONValue) {
    self.task = task
    self.options = options
  }

  /// - Throws: `config` for options that have no meaning together; what opening or making the model throws.
  func model(seed: UInt64, _ runtime: Runtime) throws(SVFAPError) -> Model {
    if let path = options["model"]?.stringValue {
      let model = try Model.open(path, runtime)
      try check(model, path)
      return try model.prepared(by: try recipe(replacing: model.recipe))
    }
    var config = options["config"]?.objectValue ?? JSONObject()
    config["size"] = options["size"] ?? "base"
    switch task {
    case .pretrain: config["pretraining"] = true
    case .finetune:
      config["head"] = ["name": options["head_name"] ?? "classification", "config": options["head"] ?? .object([:])]
    }
    let recipe = try recipe(replacing: PreparationRecipe())
    do throws(SVFAPError) { return try Model.create(.object(config), seed: seed, recipe: recipe, runtime) } catch {
      // What stands in the model's configuration is told by where it stands here.
      guard let place = error.detail["where"], place.hasPrefix("/"), error.message.hasPrefix(place) else { throw error }
      let isHead = place.hasPrefix("/head/config")
      let moved = isHead ? "/head" + place.dropFirst("/head/config".count) : place.hasPrefix("/head") ? place : "/config" + place
      throw SVFAPError(error.code, moved + error.message.dropFirst(place.count), detail: error.detail).with("where", moved)
    }
  }

  /// Refuses a size or a configuration that the model file contradicts.
  private func check(_ model: Model, _ path: String) throws(SVFAPError) {
    var expected = model.configuration
    expected.head = nil
    if let size = options["size"]?.stringValue, let preset = ModelConfiguration.preset(size) {
      expected = preset
      expected.decoder = model.configuration.decoder
      expected.pretrainingVariant = model.configuration.pretrainingVariant
    }
    try expected.update(from: options["config"] ?? .object([:]))
    let found = model.configuration.json
    for (key, value) in (expected.json.objectValue?.members ?? []) where found[key] != value {
      let place = options["config"]?[key] == nil ? "/size" : "/config/\(key)"
      throw ObjectReader.wrong(
        place, expected: "what \(path) is (\(key) \(found[key]?.text() ?? "absent")), or nothing", found: "\(key) \(value.text())")
    }
  }

  private func recipe(replacing base: PreparationRecipe) throws(SVFAPError) -> PreparationRecipe {
    try PreparationRecipe(json: options["recipe"] ?? .object([:]), replacing: base, at: "/recipe")
  }
}
