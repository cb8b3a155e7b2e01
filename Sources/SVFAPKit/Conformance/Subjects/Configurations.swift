import Base
import CSVFAPPlugin
import Plugins

/// The configuration of one interface of a plugin: its schema, and the JSON texts that it is opened with.
struct Configurations {
  let subject: ConformanceTest.Subject
  let schema: JSONSchema

  /// Asks the plugin what it can be told.
  ///
  /// - Throws: `failed` if it does not say so as the header wants it.
  init(_ subject: ConformanceTest.Subject, _ context: CheckContext) throws(Verdict) {
    self.subject = subject
    let text = try Self.describe(subject, context)
    let json = try attempt { () throws(SVFAPError) in
      try JSONValue(parsing: text)
    }
    if subject == .head {
      guard let inner = json["config_schema"] else { throw .failed("describe gives no \"config_schema\"") }
      schema = JSONSchema(inner)
    } else {
      schema = JSONSchema(json)
    }
  }

  /// What `describe` of an interface says.
  static func describe(_ subject: ConformanceTest.Subject, _ context: CheckContext) throws(Verdict) -> String {
    let plugin = try context.plugin()
    var text = svfap_text()
    let result = context.call("describe") { () -> svfap_status in
      let slot =
        switch subject {
        case .head: plugin.taskHead?.describe
        case .source: plugin.videoSource?.describe
        case .sink: plugin.videoSink?.describe
        }
      return slot?(plugin.host, &text) ?? svfap_status(SVFAP_E_PLUGIN)
    }
    try result.succeed()
    guard text.data != nil, text.size < 1 << 20 else {
      throw .failed("describe gave \(text.size) bytes at \(text.data == nil ? "NULL" : "some place")")
    }
    return HostTable.text(text)
  }

  /// The configuration that a test uses which needs just one: the user's, as far as this interface knows it, with defaults.
  func usual(_ context: CheckContext) throws(Verdict) -> JSONValue {
    let known = schema.json["properties"]?.objectValue?.keys ?? []
    var given = JSONObject()
    for (key, value) in context.options.config.members where known.contains(key) { given[key] = value }
    return try attempt { () throws(SVFAPError) in try schema.resolve(.object(given), at: "/config") }
  }

  /// The user's configuration with one option changed and defaults filled in; nil if the schema refuses it.
  func usual(_ context: CheckContext, with key: String, _ value: JSONValue) throws(Verdict) -> JSONValue? {
    guard case .object(var members) = try usual(context) else { return nil }
    members[key] = value
    return try? schema.resolve(.object(members), at: "/config")
  }
}
