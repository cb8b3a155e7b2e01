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
      "out": JobOptions.path, "count": ["type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1],
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

  private let options: JSONValue
  private let runtime: Runtime
  private let out: String
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
    let count = options["count"]?.intValue ?? 1
    if options["overwrite"] != .bool(true) { try requireFreeNames(count) }
    var rows = ""
    var videos: [JSONValue] = []
    do throws(SVFAPError) {
      for index in 0..<count {
        let (name, labels) = try draw(index, of: count, context)
        if rows.isEmpty { rows = CSVReport.row(["path"] + labels.keys) }
        rows += CSVReport.row([name] + labels.members.map { $0.value.stringValue ?? $0.value.text() })
        videos.append(.object(["path": .string("\(out)/\(name)"), "labels": .object(labels)]))
      }
    } catch {
      // The videos that are complete keep their labels; why there are no more of them matters most.
      if !rows.isEmpty { try? writeManifest(rows) }
      throw error
    }
    try writeManifest(rows)
    return [
      "videos": .array(videos), "manifest": .string(manifest),
      "text": .string("\(count) \(count == 1 ? "video" : "videos") in \(out), labels in \(manifest)"),
    ]
  }

  /// Nothing is replaced unless that was asked for.
  private func requireFreeNames(_ count: Int) throws(SVFAPError) {
    var paths = [manifest]
    for index in 0..<count { paths.append("\(out)/\(fileName(index))") }
    for path in paths {
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      throw SVFAPError(
        .io, "\(path) is there already and would be replaced: choose another folder, or set overwrite", detail: ["path": path])
    }
  }

  private var isFolders: Bool { options["format"] == "frames" }

  private func fileName(_ index: Int) -> String {
    Self.name(index) + (isFolders ? "" : ".\(options["format"]?.stringValue ?? "mp4")")
  }

  private func writeManifest(_ rows: String) throws(SVFAPError) {
    let file = try DurableFile(writing: manifest)
    try file.write(rows)
    try file.commit()
  }

  /// Draws one video.
  ///
  /// - Returns: its name in the folder, and its labels.
  private func draw(_ index: Int, of count: Int, _ context: RunContext) throws(SVFAPError) -> (name: String, labels: JSONObject) {
    let expressions = options["vary"]?.arrayValue ?? []
    var config = options["config"]?.objectValue ?? JSONObject()
    if config["seed"] == nil { config["seed"] = .integer(Int64((options["seed"]?.intValue ?? 0) + index)) }
    if config["expression"] == nil { config["expression"] = expressions[index % expressions.count] }
    let source = try runtime.registry.openSource("synthetic:", source: "synthetic", config: .object(config))
    let name = fileName(index)
    // To a sink a folder's name ends in a slash; to whoever reads it, it is a path like any other.
    try write(source, to: "\(out)/\(name)" + (isFolders ? "/" : ""), context, done: Double(index), total: Double(count))
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

  private static func name(_ index: Int) -> String {
    let digits = String(index)
    return String(repeating: "0", count: max(5 - digits.count, 0)) + digits
  }
}
