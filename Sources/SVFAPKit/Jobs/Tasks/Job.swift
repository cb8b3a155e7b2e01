import Base

/// A whole task: options in, a JSON object out. What svfap-host does is running these.
///
/// The result has, where they apply: `text` for people, `warnings`, and `failed`, the number of inputs that failed.
package protocol Job: AnyObject {
  /// Name in the C interface and on the command line.
  static var kind: String { get }
  /// JSON Schema of the options.
  static var schema: JSONValue { get }
  /// - Parameter options: checked against the schema, defaults filled in.
  init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError)
  /// Does the task, once.
  func run(_ context: RunContext) throws(SVFAPError) -> JSONObject
}

/// A kind of job, as the catalog lists it.
package struct JobKind: Sendable {
  package let name: String
  package let schema: JSONValue
  fileprivate let make: @Sendable (JSONValue, Runtime) throws(SVFAPError) -> any Job

  fileprivate init<Kind: Job>(_ kind: Kind.Type) {
    name = Kind.kind
    schema = Kind.schema
    make = { (options, runtime) throws(SVFAPError) in try Kind(options, runtime) }
  }
}

/// All jobs.
package enum JobCatalog {
  package static let all: [JobKind] = [
    JobKind(PredictJob.self), JobKind(FeaturesJob.self), JobKind(ReconstructJob.self), JobKind(PretrainJob.self), JobKind(FinetuneJob.self),
    JobKind(EvaluateJob.self), JobKind(ManifestJob.self), JobKind(CheckDataJob.self), JobKind(SynthesizeJob.self), JobKind(CreateJob.self),
    JobKind(ImportJob.self), JobKind(InfoJob.self), JobKind(PluginsJob.self), JobKind(PluginCheckJob.self), JobKind(BenchJob.self),
  ]

  /// - Throws: `notFound` for an unknown kind, with the known ones.
  package static func kind(_ name: String) throws(SVFAPError) -> JobKind {
    for kind in all where kind.name == name { return kind }
    let names = all.map(\.name).joined(separator: ", ")
    throw SVFAPError(.notFound, "there is no job \"\(name)\"; there are \(names)", detail: ["expected": names, "found": name])
  }

  /// Makes a job from options as the caller gave them.
  package static func make(_ name: String, _ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) -> any Job {
    let kind = try kind(name)
    return try kind.make(JSONSchema(kind.schema).resolve(options), runtime)
  }
}

/// Parts of schemas that several jobs share.
enum JobOptions {
  /// How videos are opened.
  static let source: JSONObject = [
    "source": ["type": "string", "description": "Video source: the id of a source plugin, or auto.", "default": "auto"],
    "source_config": JSONSchema.open("Options of the video source."),
  ]

  static let path: JSONValue = ["type": "string", "minLength": 1]

  /// An object schema of the given properties, in order.
  static func schema(_ groups: JSONObject..., required: [String]) -> JSONValue {
    var properties = JSONObject()
    for group in groups { for (key, value) in group.members { properties[key] = value } }
    return ["type": "object", "properties": .object(properties), "required": .array(required.map { .string($0) })]
  }
}

extension SVFAPError {
  /// The error as a member of a result.
  var json: JSONValue { ["status": .integer(Int64(code.rawValue)), "message": .string(message)] }
}
