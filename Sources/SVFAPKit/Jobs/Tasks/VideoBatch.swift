import Base
import Plugins
import Video

/// Several videos one after the other: one that fails is told in the result, the others go on.
struct VideoBatch {
  let inputs: [String]
  let source: String
  let sourceConfig: JSONValue
  let strict: Bool
  private let model: String
  private let out: String
  /// Endings of the results of one input.
  private let endings: [String]

  init(_ options: JSONValue, endings: [String]) {
    self.endings = endings
    model = options["model"]?.stringValue ?? ""
    out = options["out"]?.stringValue ?? "."
    inputs = options["inputs"]?.arrayValue?.compactMap(\.stringValue) ?? []
    source = options["source"]?.stringValue ?? "auto"
    sourceConfig = options["source_config"] ?? .object([:])
    strict = options["strict"]?.boolValue ?? false
  }

  static let properties: JSONObject = [
    "inputs": ["type": "array", "items": ["type": "string", "minLength": 1], "minItems": 1, "maxItems": 1_000_000],
    "strict": ["type": "boolean", "default": false],
  ]

  /// Paths of the results of every input, without endings. The folder is made if it is not there.
  ///
  /// - Throws: `config` if one of them is an input or the model; `io`.
  func stems() throws(SVFAPError) -> [String] {
    var names = try OutputNames(folder: out)
    let protected = ProtectedFiles([("model", model)] + inputs.map { ("input", $0) })
    var stems: [String] = []
    for input in inputs {
      let stem = names.stem(for: input)
      for ending in endings { try protected.check(stem + ending, at: "out") }
      stems.append(stem)
    }
    return stems
  }

  /// Opens every input and calls `body`, which returns the members of its result and its text.
  ///
  /// - Returns: the result of the job.
  func run(
    _ runtime: Runtime, _ context: RunContext,
    _ body: (_ input: String, _ source: PluginSource, _ stem: String) throws(SVFAPError) -> (members: JSONObject, text: String)
  ) throws(SVFAPError) -> JSONObject {
    let stems = try stems()
    var results: [JSONValue] = []
    var failed = 0
    var texts: [String] = []
    var warnings: [JSONValue] = []
    for (input, stem) in zip(inputs, stems) {
      var result: JSONObject = ["input": .string(input)]
      do throws(SVFAPError) {
        // A source may wait long for what it opens: a pipe, a camera.
        let video = try PluginScope.with(cancel: context.token, pool: nil) { () throws(SVFAPError) in
          try runtime.registry.openSource(input, source: source, config: sourceConfig)
        }
        let (members, text) = try body(input, video, stem)
        let isWhole = members["ended"]?["complete"] != .bool(false) && members["frames"]?["damaged"]?.intValue ?? 0 == 0
        if let reason = members["ended"]?["reason"]?.stringValue { warnings.append(.string("\(input) was read in part only: \(reason)")) }
        if let frames = members["frames"], let damaged = frames["damaged"]?.intValue, damaged > 0 {
          let are = damaged == 1 ? "is" : "are"
          warnings.append(
            .string(
              "\(input): \(damaged) of \(frames["decoded"]?.intValue ?? 0) frames \(are) damaged, or predicted from damaged ones; no window shows them"
            ))
        }
        if strict, !isWhole { failed += 1 }
        result["success"] = .bool(isWhole || !strict)
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
