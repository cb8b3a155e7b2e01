import Base
import Networks

/// The head of an imported model: which plugin, and its configuration.
struct ImportedHead {
  private let options: JSONValue
  /// Shape of `head.weight`, (outputs, width), if the checkpoint has it.
  private let shape: [Int]?

  init(_ options: JSONValue, shape: [Int]?) {
    self.options = options
    self.shape = shape
  }

  /// The head's part of the configuration; nil for a pre-training model.
  ///
  /// - Throws: `config` if a head is described that does not fit; `format` if the checkpoint has none.
  func head(for configuration: ModelConfiguration) throws(SVFAPError) -> ModelConfiguration.Head? {
    let described = ["head", "head_config", "labels"].first { options[$0] != nil }
    if configuration.isPretraining {
      guard let described else { return nil }
      throw SVFAPError(
        .config, "/\(described): the checkpoint is a pre-training model, which has no head; leave \(described) out",
        detail: ["where": "/\(described)"])
    }
    guard let shape, shape.count == 2 else {
      throw SVFAPError(
        .format, "head.weight is \(shape.map { "of shape \($0)" } ?? "missing"): the checkpoint has no head",
        detail: ["where": "head.weight"])
    }
    var config = options["head_config"]?.objectValue ?? JSONObject()
    let labels = options["labels"]?.arrayValue
    if let labels {
      guard labels.count == shape[0] else {
        throw ObjectReader.wrong(
          "/labels", expected: "\(shape[0]) names, one for each output of the checkpoint's head", found: "\(labels.count)")
      }
      config["labels"] = .array(labels)
    }
    // The published code knows no other task; without names, classes are numbered.
    if options["head"] == nil, config["labels"] == nil, config["num_outputs"] == nil { config["num_outputs"] = .integer(Int64(shape[0])) }
    return ModelConfiguration.Head(name: options["head"]?.stringValue ?? "classification", config: .object(config))
  }
}
