import Base
import Checkpoints
import Kernels
import Networks
import Plugins
import Video

extension Model {
  /// What `svfap_model_open` can be told.
  package static let openOptions: JSONObject = ["precision": Precision.schema(forTraining: false)]

  /// Opens a model file with options that were checked against `openOptions`, among others.
  package static func open(_ path: String, _ runtime: Runtime, options: JSONValue) throws(SVFAPError) -> Model {
    try open(path, runtime, precision: Precision(option: options["precision"]))
  }

  /// Opens a model file.
  ///
  /// - Throws: `notFound`, `io`, `format`, `config`, `shape`, `limit`, `noMemory`.
  ///
  /// - Parameter precision: what its matrices are packed in and multiplied in.
  package static func open(_ path: String, _ runtime: Runtime, precision: Precision = .float32) throws(SVFAPError) -> Model {
    let file = try ModelFile(path)
    func parse<Value>(_ key: String, _ body: () throws(SVFAPError) -> Value) throws(SVFAPError) -> Value {
      do throws(SVFAPError) { return try body() } catch { throw error.within("\(path): \(key)").with("path", path) }
    }
    let configuration = try parse(ModelFile.Key.config) { () throws(SVFAPError) in try ModelConfiguration(json: file.config) }
    let recipe = try parse(ModelFile.Key.recipe) { () throws(SVFAPError) in
      try file.recipe.map { (json) throws(SVFAPError) in try PreparationRecipe(json: json) } ?? PreparationRecipe()
    }
    let head = try parse(ModelFile.Key.config) { () throws(SVFAPError) in try Self.head(of: configuration, runtime) }
    let declared = Set((configuration.declarations + (head?.declarations ?? [])).map(\.name))
    let unexpected = file.tensorNames.filter { !declared.contains($0) }
    guard unexpected.isEmpty else {
      throw SVFAPError(
        .format,
        "\(path): \(unexpected.count) tensors do not belong to the model that its configuration describes: \(unexpected.prefix(5).joined(separator: ", "))",
        detail: ["path": path, "found": unexpected.prefix(20).joined(separator: ", ")])
    }
    return try Model(
      runtime: runtime, configuration: configuration, head: head, recipe: recipe, card: file.card?.objectValue ?? JSONObject(),
      precision: precision
    ) { (parameters) throws(SVFAPError) in
      for (index, declaration) in parameters.declarations.enumerated() {
        try parameters.fill(at: index) { (values) throws(SVFAPError) in
          try file.read(declaration.name, shape: declaration.shape, into: values)
        }
      }
    }
  }

  /// The configuration in a model file; its weights are not read.
  ///
  /// - Throws: as `open`.
  static func configuration(of path: String) throws(SVFAPError) -> ModelConfiguration {
    let file = try ModelFile(path)
    do throws(SVFAPError) { return try ModelConfiguration(json: file.config) } catch {
      throw error.within("\(path): \(ModelFile.Key.config)").with("path", path)
    }
  }

  /// Makes an untrained model.
  ///
  /// - Parameter json: a whole configuration, or {"size": ..., "pretraining": ...} with members that replace those of the size.
  package static func create(
    _ json: JSONValue, seed: UInt64, recipe: PreparationRecipe = PreparationRecipe(), precision: Precision? = nil, _ runtime: Runtime
  ) throws(SVFAPError) -> Model {
    try create(newConfiguration(json), seed: seed, recipe: recipe, precision: precision, runtime) { _ in }
  }

  /// Makes an untrained model of a whole configuration.
  ///
  /// - Parameter progress: receives how many numbers are drawn; an error ends the work.
  static func create(
    _ configuration: ModelConfiguration, seed: UInt64, recipe: PreparationRecipe = PreparationRecipe(), precision: Precision? = nil,
    _ runtime: Runtime, progress: (Int) throws(SVFAPError) -> Void
  ) throws(SVFAPError) -> Model {
    let card: JSONObject = [
      "trained": false, "description": "Untrained: weights drawn at random, as published for training from scratch.",
      "seed": .string(String(seed)), "license": "none: random numbers",
    ]
    let head = try Self.head(of: configuration, runtime)
    return try Model(runtime: runtime, configuration: configuration, head: head, recipe: recipe, card: card, precision: precision) {
      (parameters) throws(SVFAPError) in try parameters.initialize(seed: seed, progress: progress)
    }
  }

  /// The configuration of a new model.
  ///
  /// - Parameter json: as for `create`.
  static func newConfiguration(_ json: JSONValue) throws(SVFAPError) -> ModelConfiguration {
    guard var members = json.objectValue else { throw ObjectReader.wrong("", expected: "an object", found: json.typeName) }
    var configuration = ModelConfiguration()
    let size = members["size"]
    if let size {
      guard let name = size.stringValue, let preset = ModelConfiguration.preset(name) else {
        throw ObjectReader.wrong(
          "/size", expected: "one of \(ModelConfiguration.presetNames.joined(separator: ", "))", found: size.text())
      }
      configuration = preset
    }
    if let pretraining = members["pretraining"] {
      guard let flag = pretraining.boolValue else {
        throw ObjectReader.wrong("/pretraining", expected: "true or false", found: pretraining.text())
      }
      if flag { configuration.decoder = ModelConfiguration.decoder(preset: size?.stringValue ?? "base") }
    }
    members["size"] = nil
    members["pretraining"] = nil
    try configuration.update(from: .object(members))
    if !configuration.isPretraining, configuration.head == nil { configuration.head = .init(name: "classification", config: .object([:])) }
    try configuration.validate()
    return configuration
  }

  /// Writes the model file durably.
  package func save(_ path: String) throws(SVFAPError) {
    var tensors: [TensorSource] = []
    for (index, declaration) in parameters.declarations.enumerated() {
      tensors.append(TensorSource(declaration.name, shape: declaration.shape, UnsafePointer(try parameters.values(at: index))))
    }
    try ModelFile.write(to: path, config: configuration.json, recipe: recipeJSON, card: .object(card), tensors: tensors)
  }
}
