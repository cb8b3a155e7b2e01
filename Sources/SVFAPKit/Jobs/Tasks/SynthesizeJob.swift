import Base
import Glibc
import Plugins
import Reports
import Video

/// Makes labelled videos of drawn faces: real files, written by a sink from what the synthetic source draws.
package final class SynthesizeJob: Job {
  package static let kind = "synthesize"
  package static let schema = JobOptions.schema(
    [
      "out": JobOptions.path, "task": ["type": "string", "minLength": 1],
      "sets": [
        "type": "array", "minItems": 1, "maxItems": 100,
        "items": [
          "type": "object", "properties": ["name": JobOptions.path, "videos": ["type": "integer", "minimum": 1, "maximum": 1_000_000]],
          "required": ["name", "videos"],
        ],
      ],
      "count": ["type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1],
      "seed": ["type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_992, "default": 0],
      "config": ["type": "object", "additionalProperties": true, "default": [:]],
      "format": ["type": "string", "minLength": 1, "default": "mp4"],
      "overwrite": ["type": "boolean", "default": false],
      "sink_config": ["type": "object", "additionalProperties": true, "default": [:]],
      "vary": [
        "type": "array", "items": ["type": "string", "minLength": 1], "minItems": 1,
        "default": ["happiness", "sadness", "neutral", "anger", "surprise", "disgust", "fear"],
      ],
    ], required: ["out"])

  let options: JSONValue
  private let runtime: Runtime
  let out: String
  private var manifest: String { "\(out)/manifest.csv" }

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    let format = options["format"]?.stringValue ?? ""
    guard format.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }) else {
      throw ObjectReader.wrong("/format", expected: "an ending such as mp4, or frames", found: format)
    }
    self.options = options
    self.runtime = runtime
    out = options["out"]?.stringValue ?? ""
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    try makeFolder(out)
    if let sets = options["sets"]?.arrayValue { return try drawSets(sets, context) }
    let count = options["count"]?.intValue ?? 1
    try checkFree(manifest, (0..<count).map(Self.name))
    var rows = ""
    var videos: [JSONValue] = []
    do throws(SVFAPError) {
      for index in 0..<count {
        let (name, labels) = try draw(config(index), Self.name(index), context, done: index, total: count)
        if rows.isEmpty { rows = CSVReport.row(["path"] + labels.keys) }
        rows += CSVReport.row([name] + labels.members.map { $0.value.stringValue ?? $0.value.text() })
        videos.append(.object(["path": .string("\(out)/\(name)"), "labels": .object(labels)]))
      }
    } catch {
      // The videos that are complete keep their labels; why there are no more of them matters most.
      if !rows.isEmpty { try? write(rows, to: manifest) }
      throw error
    }
    try write(rows, to: manifest)
    return [
      "videos": .array(videos), "manifest": .string(manifest),
      "text": .string("\(count) \(count == 1 ? "video" : "videos") in \(out), labels in \(manifest)"),
    ]
  }

  /// Nothing is replaced unless that was asked for.
  ///
  /// - Parameters:
  ///   - manifest: path of a list.
  ///   - stems: paths of its videos in the folder, without endings.
  /// - Throws: `io` if one of them is there.
  func checkFree(_ manifest: String, _ stems: [String]) throws(SVFAPError) {
    guard options["overwrite"] != .bool(true) else { return }
    for path in [manifest] + stems.map({ "\(out)/\(fileName($0))" }) {
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      throw SVFAPError(
        .io, "\(path) is there already and would be replaced: choose another folder, or set overwrite", detail: ["path": path])
    }
  }

  private var isFolders: Bool { options["format"] == "frames" }

  private func fileName(_ stem: String) -> String { stem + (isFolders ? "" : ".\(options["format"]?.stringValue ?? "mp4")") }

  func write(_ rows: String, to manifest: String) throws(SVFAPError) {
    let file = try DurableFile(writing: manifest)
    try file.write(rows)
    try file.commit()
  }

  /// The source's configuration as it was given, with the task.
  var config: JSONObject {
    var config = options["config"]?.objectValue ?? JSONObject()
    if let task = options["task"] { config["task"] = task }
    return config
  }

  /// The configuration of a video that belongs to no set.
  private func config(_ index: Int) -> JSONObject {
    let expressions = options["vary"]?.arrayValue ?? []
    var config = config
    if config["seed"] == nil { config["seed"] = .integer(Int64((options["seed"]?.intValue ?? 0) + index)) }
    if config["expression"] == nil, config["task"] == nil { config["expression"] = expressions[index % expressions.count] }
    return config
  }

  /// Draws one video.
  ///
  /// - Parameter stem: its path in the folder without ending.
  /// - Returns: its path in the folder, and its labels.
  func draw(
    _ config: JSONObject, _ stem: String, _ context: RunContext, done: Int, total: Int
  ) throws(SVFAPError) -> (name: String, labels: JSONObject) {
    let source = try runtime.registry.openSource("synthetic:", source: "synthetic", config: .object(config))
    let name = fileName(stem)
    // To a sink a folder's name ends in a slash; to whoever reads it, it is a path like any other.
    try write(source, to: "\(out)/\(name)" + (isFolders ? "/" : ""), context, done: Double(done), total: Double(total))
    return (name, (try? JSONValue(parsing: source.info.metadata))?["labels"]?.objectValue ?? JSONObject())
  }

  private func write(_ source: PluginSource, to path: String, _ context: RunContext, done: Double, total: Double) throws(SVFAPError) {
    let info = source.info
    let sink = try runtime.registry.openSink(
      path, width: info.width, height: info.height, rate: info.rate ?? (25, 1), config: options["sink_config"] ?? .object([:]))
    let frames = Double(info.frameCount ?? 1)
    while let frame = try source.next() {
      try sink.write(frame)
      try context.report("synthesize \(path)", done: done + Double(frame.index + 1) / frames, total: total)
    }
    try sink.finish()
  }

  static func name(_ index: Int) -> String {
    let digits = String(index)
    return String(repeating: "0", count: max(5 - digits.count, 0)) + digits
  }
}
