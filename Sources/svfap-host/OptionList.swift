import ArgumentParser
import CSVFAP

/// Every option that a job knows, as lines for a help text: made of the schema that the library checks options with, and
/// those of the plugins.
///
/// Help texts are asked for when any command line is read; the list is only made when a help text will be shown.
enum OptionList {
  /// - Parameters:
  ///   - kind: of the job.
  ///   - own: options that the command has under other names or as arguments.
  static func text(of kind: String) -> String {
    guard CommandLine.arguments.contains(where: { ["--help", "-h", "help", "-help"].contains($0) }) else { return "" }
    guard let schema = schema(of: kind) else { return "" }
    var entries: [Entry] = []
    collect(schema, [], note: nil, into: &entries)
    for plugin in plugins() {
      guard case .text(let id)? = plugin["id"], let options = plugin["options"] else { continue }
      if kind == "finetune", let head = options["head"] { collect(head, ["head"], note: "head \(id)", into: &entries) }
      if let source = options["source"] { collect(source, ["source_config"], note: "source \(id)", into: &entries) }
    }
    let lines = entries.sorted { $0.name < $1.name }.map(\.text).joined(separator: "\n")
    return """


      Options for --config and --set, with what they take and [their default]:

      \(lines)
      """
  }

  private struct Entry {
    let name: String
    let text: String
  }

  /// The options of an object's schema and of the sections in it.
  private static func collect(_ schema: JSONTree, _ path: [String], note: String?, into entries: inout [Entry]) {
    guard case .object(let properties)? = schema["properties"] else { return }
    for (key, rules) in properties {
      let name = (path + [key]).joined(separator: ".")
      let hasMembers = rules["properties"] != nil
      let values = hasMembers ? (rules["type"]?.contains("string") == true ? "text or a section" : "a section") : range(of: rules)
      var line = "  \(name): \(values)"
      if let fallback = rules["default"], !hasMembers, rules["additionalProperties"] == nil { line += " [\(fallback.compactText)]" }
      if let note { line += " (\(note))" }
      if case .text(let phrase)? = rules["description"] { line += "\n" + indented(phrase) }
      entries.append(Entry(name: name + (note ?? ""), text: line))
      collect(rules, path + [key], note: note, into: &entries)
    }
  }

  /// A phrase in lines of a help text.
  private static func indented(_ phrase: String) -> String {
    var lines = ["     "]
    for word in phrase.split(separator: " ") {
      if let last = lines.last, last.count + word.count >= 79 { lines.append("     ") }
      lines[lines.count - 1] += " \(word)"
    }
    return lines.joined(separator: "\n")
  }

  /// What an option takes, in words.
  private static func range(of rules: JSONTree) -> String {
    if case .array(let choices)? = rules["enum"] { return choices.map(\.compactText).joined(separator: " | ") }
    let least = (rules["minimum"] ?? rules["exclusiveMinimum"])?.compactText
    let most = rules["maximum"]?.compactText
    let bounds =
      switch (least, most) {
      case (let least?, let most?): " \(rules["minimum"] == nil ? "above \(least) " : "\(least) ")to \(most)"
      case (let least?, nil): " from \(least)"
      default: ""
      }
    switch rules["type"] {
    case .text("boolean"): return "true | false"
    case .text("array"): return "list, each: " + (rules["items"].map { range(of: $0) } ?? "anything")
    case .text("object"): return "an object"
    case .text(let type): return (["string": "text"][type] ?? type) + bounds
    case .array(let types): return types.map { ["string": "text"][$0.compactText] ?? $0.compactText }.joined(separator: " or ") + bounds
    default: return "anything"
    }
  }

  private static func schema(of kind: String) -> JSONTree? {
    var json: UnsafePointer<CChar>?
    guard svfap_job_schema(kind, UInt64.max, &json, nil, nil) == svfap_status(SVFAP_OK), let json else { return nil }
    return try? JSONTree(object: String(cString: json))
  }

  /// What the job "plugins" tells of each plugin.
  private static func plugins() -> [JSONTree] {
    var runtime: OpaquePointer?
    var job: OpaquePointer?
    var json: UnsafePointer<CChar>?
    defer {
      _ = svfap_job_release(job, nil)
      _ = svfap_runtime_release(runtime, nil)
    }
    // A help text does not wait long for a plugin that hangs.
    guard svfap_runtime_create("{\"plugin_directory\": true}", UInt64.max, &runtime, nil) == svfap_status(SVFAP_OK),
      svfap_job_create(runtime, "plugins", UInt64.max, "{\"time_limit_s\": 2}", UInt64.max, &job, nil) == svfap_status(SVFAP_OK),
      svfap_job_run(job, nil, nil) == svfap_status(SVFAP_OK), svfap_job_result(job, &json, nil, nil) == svfap_status(SVFAP_OK), let json,
      case .array(let plugins)? = (try? JSONTree(object: String(cString: json)))?["plugins"]
    else { return [] }
    return plugins
  }
}

extension JSONTree {
  /// A member of an object; nil if there is none.
  fileprivate subscript(key: String) -> JSONTree? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  /// Whether the value is a list with this text in it.
  fileprivate func contains(_ text: String) -> Bool {
    guard case .array(let elements) = self else { return false }
    return elements.contains { if case .text(text) = $0 { true } else { false } }
  }

  /// The value as it would be typed after `key=`.
  fileprivate var compactText: String {
    switch self {
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): value
    case .array(let elements):
      "[" + elements.map { if case .text(let text) = $0 { "\"\(text)\"" } else { $0.compactText } }.joined(separator: ",") + "]"
    case .object(let members): members.isEmpty ? "{}" : "{...}"
    case .null: "null"
    }
  }
}
