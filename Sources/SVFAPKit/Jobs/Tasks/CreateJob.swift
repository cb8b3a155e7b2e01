import Base
import Networks

/// Makes an untrained model file.
package final class CreateJob: Job {
  package static let kind = "create"
  package static let schema = JobOptions.schema(
    [
      "size": ["enum": .array(ModelConfiguration.presetNames.map { .string($0) }), "default": "base"],
      "head": ["type": "string", "minLength": 1],
      "head_config": ["type": "object", "additionalProperties": true],
      "labels": ["type": "array", "items": ["type": "string", "minLength": 1], "minItems": 2],
      "pretraining": ["type": "boolean", "default": false], "config": ["type": "object", "additionalProperties": true],
      "seed": ["type": "integer", "minimum": 0, "default": 0], "out": JobOptions.path,
    ], required: ["out"])

  private let options: JSONValue
  private let runtime: Runtime
  private let configuration: ModelConfiguration

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.options = options
    self.runtime = runtime
    var members = options["config"]?.objectValue ?? JSONObject()
    for key in ["size", "pretraining"] where members[key] != nil {
      throw SVFAPError(.config, "/config: \"\(key)\" is an option of its own; give it there", detail: ["where": "/config/\(key)"])
    }
    members["size"] = options["size"]
    members["pretraining"] = options["pretraining"]
    let wantsHead = options["head"] != nil || options["head_config"] != nil || options["labels"] != nil
    if options["pretraining"] == .bool(true), wantsHead {
      throw SVFAPError(.config, "/pretraining: a pre-training model has no head; leave head, head_config and labels out")
    }
    if wantsHead {
      var head = options["head_config"]?.objectValue ?? JSONObject()
      if let labels = options["labels"] { head["labels"] = labels }
      members["head"] = ["name": options["head"] ?? "classification", "config": .object(head)]
    }
    configuration = try Model.newConfiguration(.object(members))
    // A head that cannot be made is known before anything is done.
    _ = try Model.head(of: configuration, runtime)
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    let out = options["out"]?.stringValue ?? ""
    let total = Double(configuration.declarations.reduce(0) { $0 + (elementCount($1.shape) ?? 0) })
    try context.report("create \(out)", done: 0, total: total, always: true)
    let model = try Model.create(configuration, seed: UInt64(options["seed"]?.intValue ?? 0), runtime) { (drawn) throws(SVFAPError) in
      try context.report("create \(out)", done: Double(drawn), total: total)
    }
    try context.report("write \(out)", done: total, total: total, always: true)
    try model.save(out)
    let count = model.parameters.parameterCount
    return [
      "out": .string(out), "parameters": .integer(Int64(count)), "config": model.configuration.json,
      "text": .string("\(out): \(count) parameters, untrained"),
    ]
  }
}
