import Base
import Checkpoints

/// The card of an imported model: where it comes from and what was left out.
struct ImportCard {
  /// Arguments of the published code that say how a model was made. Paths, hosts and the like stay behind.
  private static let arguments = [
    "model", "data_set", "epochs", "batch_size", "lr", "weight_decay", "mask_type", "mask_ratio", "sampling_rate", "num_frames",
    "input_size", "seed",
  ]

  /// Where what is not visible in the weights was taken from.
  let sources: JSONObject
  /// Members of the checkpoint that were not used, and tensors that were dropped.
  let ignored: [String]
  let json: JSONObject

  init(_ imported: ImportedTensors, options: JSONValue, isTrained: Bool, digest: String, sources: JSONObject, dropped: [String]) {
    let checkpoint = imported.checkpoint
    let name = checkpoint.path.split(separator: "/").last.map(String.init) ?? checkpoint.path
    let members = imported.key.map { key in checkpoint.memberNames.filter { $0 != key && $0 != "epoch" && $0 != "args" } } ?? []
    let ignored = members + imported.others.keys.sorted() + dropped
    func texts(_ values: [String]) -> JSONValue { .array(values.prefix(100).map { .string($0) }) }
    var source: JSONObject = ["file": .string(name), "bytes": .integer(Int64(checkpoint.size)), "sha256": .string(digest)]
    if let key = imported.key { source["weights"] = .string(key) }
    if let epoch = checkpoint.plainValue("epoch") { source["epoch"] = epoch }
    var training = JSONObject()
    for name in Self.arguments { training[name] = checkpoint.plainValue("args", name) }
    if !training.isEmpty { source["args"] = .object(training) }
    if !ignored.isEmpty { source["ignored"] = texts(ignored) }
    if !checkpoint.unknownNames.isEmpty { source["names_not_run"] = texts(checkpoint.unknownNames) }
    source["not_visible"] = .object(sources)
    self.sources = sources
    self.ignored = ignored
    json = [
      "trained": .bool(isTrained), "description": .string("Imported from the PyTorch checkpoint \(name)."),
      "license": .string(options["license"]?.stringValue ?? "not stated by the checkpoint"), "source": .object(source),
    ]
  }
}
