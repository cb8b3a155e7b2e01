import Base
import Plugins
import Video

/// Several videos one after the other: one that fails is told in the result, the others go on.
struct VideoBatch {
  let inputs: [String]
  let source: String
  let sourceConfig: JSONValue
  let strict: Bool

  init(_ options: JSONValue) {
    inputs = options["inputs"]?.arrayValue?.compactMap(\.stringValue) ?? []
    source = options["source"]?.stringValue ?? "auto"
    sourceConfig = options["source_config"] ?? .object([:])
    strict = options["strict"]?.boolValue ?? false
  }

  static let properties: JSONObject = [
    "inputs": ["type": "array", "items": ["type": "string", "minLength": 1], "minItems": 1, "maxItems": 1_000_000],
    "strict": ["type": "boolean", "default": false],
  ]

  /// Opens every input and calls `body`, which returns the members of its result and its text.
  ///
  /// - Returns: the result of the job.
  func run(
    _ runtime: Runtime, _ context: RunContext,
    _ body: (_ input: String, _ source: PluginSource) throws(SVFAPError) -> (members: JSONObject, text: String)
  ) throws(SVFAPError) -> JSONObject {
    var results: [JSONValue] = []
    var failed = 0
    var texts: [String] = []
    var warnings: [JSONValue] = []
    for input in inputs {
      var result: JSONObject = ["input": .string(input)]
      do throws(SVFAPError) {
        // A source may wait long for what it opens: a pipe, a camera.
        let video = try PluginScope.with(cancel: context.token, pool: nil) { () throws(SVFAPError) in
          try runtime.registry.openSource(input, source: source, config: sourceConfig)
        }
        let (members, text) = try body(input, video)
        let isComplete = members["ended"]?["complete"] != .bool(false)
        if let reason = members["ended"]?["reason"]?.stringValue { warnings.append(.string("\(input) was read in part only: \(reason)")) }
        if let frames = members["frames"], let damaged = frames["damaged"]?.intValue, damaged > 0 {
          let are = damaged == 1 ? "is" : "are"
          warnings.append(
            .string(
              "\(input): \(damaged) of \(frames["decoded"]?.intValue ?? 0) frames \(are) damaged, or predicted from damaged ones; no window shows them"
            ))
        }
        if strict, !isComplete { failed += 1 }
        result["success"] = .bool(isComplete || !strict)
        for (key, value) in members.members { result[key] = value }
        texts.append(text)
      } catch {
        if error.code == .cancelled { throw error }
        failed += 1
        let located = error.message.contains(input) ? error : error.within(input)
        result["success"] = false
        result["error"] = located.json
        runtime.log(1, located.message)
        texts.append("\(input): failed")
      }
      results.append(.object(result))
    }
    return [
      "inputs": .array(results), "succeeded": .integer(Int64(inputs.count - failed)), "failed": .integer(Int64(failed)),
      "warnings": .array(warnings), "text": .string(texts.joined(separator: "\n\n")),
    ]
  }
}
