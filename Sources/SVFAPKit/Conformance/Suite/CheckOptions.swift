import Base

/// What the tests of a plugin are told.
package struct CheckOptions: Sendable {
  /// Absolute path of the plugin's file.
  package let path: String
  /// Of everything that is drawn.
  package let seed: UInt64
  /// Courses of calls that a fuzz test makes; other tests that draw go by multiples of it.
  package let rounds: Int
  /// Options of heads, sources and sinks, where a test needs just one configuration; what is left out takes its default.
  package let config: JSONObject
  /// A video, or a folder of pictures, for sources that no sample can be made for.
  package let sample: String?
  /// Lines of labels that the head takes, their fields parted by spaces.
  package let labels: [String]
  /// A folder of this check's own.
  package let workspace: String

  /// - Parameters:
  ///   - json: options of the job "plugin-check", checked against its schema.
  ///   - workspace: the folder, where `json` names none.
  /// - Throws: `config` if no plugin is named.
  package init(_ json: JSONValue, workspace: String) throws(SVFAPError) {
    guard let path = json["plugin"]?.stringValue else {
      throw SVFAPError(.config, "/plugin: is needed and missing", detail: ["where": "/plugin"])
    }
    self.path = path
    seed = UInt64(clamping: json["seed"]?.intValue ?? 0)
    rounds = json["rounds"]?.intValue ?? 100
    config = json["config"]?.objectValue ?? [:]
    sample = json["sample"]?.stringValue
    labels = (json["labels"]?.arrayValue ?? []).compactMap(\.stringValue)
    self.workspace = json["workspace"]?.stringValue ?? workspace
  }

  /// The options as another process receives them.
  var json: JSONObject {
    var members: JSONObject = [
      "plugin": .string(path), "seed": .integer(Int64(clamping: seed)), "rounds": .integer(Int64(rounds)), "config": .object(config),
      "labels": .array(labels.map { .string($0) }), "workspace": .string(workspace),
    ]
    members["sample"] = sample.map { .string($0) }
    return members
  }
}
