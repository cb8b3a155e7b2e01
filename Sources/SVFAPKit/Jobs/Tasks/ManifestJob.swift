import Base
import Data
import Plugins

/// Writes the manifests of a data set that lies on the disk as it ships.
package final class ManifestJob: Job {
  package static let kind = "manifest"
  package static let schema = JobOptions.schema(
    [
      "set": ["type": "string", "minLength": 1], "folder": JobOptions.path, "out": JobOptions.path,
      "variant": ["type": "string", "minLength": 1],
      "keep_missing": ["type": "boolean", "default": false], "keep_broken": ["type": "boolean", "default": false],
      "indices": ["type": "boolean", "default": false], "relative": ["type": "boolean", "default": false],
      "scan": ["type": "boolean", "default": false], "skip_list": JobOptions.path,
      "folds": ["type": "integer", "minimum": 2, "maximum": 1000],
    ], JobOptions.source, required: [])

  private let runtime: Runtime
  private let options: JSONValue
  private var setOptions = DataSetOptions()

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.options = options
    self.runtime = runtime
    setOptions.variant = options["variant"]?.stringValue
    setOptions.keepsMissing = options["keep_missing"] == .bool(true)
    setOptions.keepsBroken = options["keep_broken"] == .bool(true)
    setOptions.writesIndices = options["indices"] == .bool(true)
    setOptions.folds = options["folds"]?.intValue
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    guard let set = options["set"]?.stringValue else { return Self.listing }
    let layout = try DataSetCatalog.layout(set)
    guard let folder = options["folder"]?.stringValue else { return Self.description(of: layout) }
    let data = try DataSetManifests.read(layout, in: folder, options: setOptions, context)
    let (manifests, skipped) = try leavingOut(data, context)
    let findings = try data.findings + skippedFindings(skipped) + Self.checks(manifests, layout)
    let out = options["out"]?.stringValue ?? "manifests/\(layout.name)"
    try makeFolder(out)
    let inputs = ProtectedFiles([("table", folder), ("skip list", options["skip_list"]?.stringValue ?? "")])
    for name in manifests.map(\.name) + ["skipped"] {
      let path = "\(out)/\(name).csv"
      try inputs.check(path, at: "out")
      // What lies in the data set's own folder may be a list that it ships with.
      if FileIdentity(of: path) != nil, FileIdentity(of: out) == FileIdentity(of: folder) {
        throw SVFAPError(
          .config, "/out: \(path) is there already, in the data set's own folder; choose another folder", detail: ["where": "/out"])
      }
    }
    var written: [JSONValue] = []
    for manifest in manifests {
      let path = "\(out)/\(manifest.name).csv"
      let comment = options["relative"] == .bool(true) ? ["paths begin at \(data.root)"] : []
      try manifest.write(to: path, relativeTo: comment.isEmpty ? nil : data.root, comment: comment)
      written.append(Self.describe(manifest, path))
    }
    let all = data.skipped + skipped
    if !all.isEmpty { try Self.write(all, to: "\(out)/skipped.csv") }
    return result(layout, out, manifests, written, findings, skipped: all.count)
  }

  // MARK: Files that cannot be read

  /// The manifests without the files of a skip list and without those that turn out to be unreadable.
  private func leavingOut(_ data: DataSetManifests, _ context: RunContext) throws(SVFAPError) -> ([Manifest], [SkippedFile]) {
    var skipped: [SkippedFile] = []
    if let list = options["skip_list"]?.stringValue {
      let entries = try Manifest(file: list)
      skipped = entries.map { SkippedFile(path: $0.path, reason: $0.labels.first ?? "it stands in \(list)") }
    }
    if options["scan"] == .bool(true) {
      let scan = VideoScan(runtime, source: options["source"]?.stringValue ?? "auto", config: options["source_config"] ?? .object([:]))
      skipped += try scan.unreadable(in: data.manifests, except: Set(skipped.map(\.path)), context)
    }
    guard !skipped.isEmpty else { return (data.manifests, []) }
    let paths = Set(skipped.map(\.path))
    return (data.manifests.map { manifest in manifest.selecting { !paths.contains(manifest.path(at: $0)) } }, skipped)
  }

  private func skippedFindings(_ skipped: [SkippedFile]) -> [DataFinding] {
    guard !skipped.isEmpty else { return [] }
    return [
      DataFinding(
        .unreadable, .warning, "\(skipped.count) files cannot be read or stand in the skip list and are left out", count: skipped.count,
        examples: skipped.lazy.map { $0.reason.contains($0.path) ? $0.reason : "\($0.path) (\($0.reason))" })
    ]
  }

  /// A manifest of what was left out: it can be given as a skip list the next time.
  private static func write(_ skipped: [SkippedFile], to path: String) throws(SVFAPError) {
    let draft = try ManifestDraft(name: path, labels: ["reason"])
    for file in skipped {
      // No line can hold a line break; a name that has one is left out every time, without the list's help.
      try draft.add(
        file.path.split(whereSeparator: \.isNewline).joined(separator: " "),
        labels: [file.reason.isEmpty ? "no reason given" : file.reason.split(whereSeparator: \.isNewline).joined(separator: " ")]
      )
    }
    try draft.manifest().write(to: path)
  }

  // MARK: Checks

  private static func checks(_ manifests: [Manifest], _ layout: any DataSetLayout) throws(SVFAPError) -> [DataFinding] {
    var findings: [DataFinding] = []
    for manifest in manifests { findings += ManifestCheck(manifest, role: "list \(manifest.name)").findings() }
    // "fold1_train" and "fold1_test" belong together, "fold1_train" and "fold2_test" do not.
    let groups = Dictionary(grouping: manifests) { $0.name.split(separator: "_").dropLast().joined(separator: "_") }
    for (_, parts) in groups.sorted(by: { $0.key < $1.key }) {
      findings += try SplitCheck.findings(parts.map { ("list \($0.name)", $0) })
    }
    return findings
  }

  // MARK: Results

  private static func describe(_ manifest: Manifest, _ path: String) -> JSONValue {
    var members: JSONObject = ["name": .string(manifest.name), "path": .string(path), "entries": .integer(Int64(manifest.count))]
    members["label_columns"] = .array(manifest.labelNames.map { .string($0) })
    if let classes = manifest.classes() {
      var counts = JSONObject()
      for (name, count) in classes { counts[name] = .integer(Int64(count)) }
      members["classes"] = .object(counts)
    }
    if manifest.hasSubjects {
      members["subjects"] = .integer(Int64(Set(manifest.indices.lazy.compactMap { manifest.subject(at: $0) }).count))
    }
    return .object(members)
  }

  private func result(
    _ layout: any DataSetLayout, _ out: String, _ manifests: [Manifest], _ written: [JSONValue], _ findings: [DataFinding], skipped: Int
  ) -> JSONObject {
    var lines = ["\(layout.title): \(manifests.count) lists in \(out)"]
    let width = manifests.map(\.name.count).max() ?? 0
    for manifest in manifests {
      var line = "  \(manifest.name).csv" + String(repeating: " ", count: width - manifest.name.count + 2) + "\(manifest.count) clips"
      if let classes = manifest.classes(limit: 20) { line += ": " + classes.map { "\($0.name) \($0.count)" }.joined(separator: ", ") }
      lines.append(line)
    }
    if !layout.classes.isEmpty { lines.append("classes in order: \(layout.classes.joined(separator: ","))") }
    if skipped > 0 { lines.append("\(skipped) files left out, with reasons: \(out)/skipped.csv") }
    for finding in findings where finding.severity == .note { lines.append("note: \(finding.text)") }
    return [
      "set": .string(layout.name), "out": .string(out), "manifests": .array(written), "classes": .array(layout.classes.map { .string($0) }),
      "skipped": .integer(Int64(skipped)), "findings": .array(findings.map(\.json)),
      // Lists without a single clip are of no use to anybody: the wrong folder, or nothing that can be read.
      "failed": manifests.allSatisfy(\.isEmpty) ? 1 : 0,
      "warnings": .array(findings.filter { $0.severity > .note }.map { .string($0.text) }), "text": .string(lines.joined(separator: "\n")),
    ]
  }

  /// All data sets.
  private static var listing: JSONObject {
    let width = DataSetCatalog.all.map(\.name.count).max() ?? 0
    let lines = DataSetCatalog.all.map { "  \($0.name)" + String(repeating: " ", count: width - $0.name.count + 2) + $0.title }
    let text = "Data sets that are read as they ship; \"manifest SET\" tells what must be on the disk:\n" + lines.joined(separator: "\n")
    return ["sets": .array(DataSetCatalog.all.map { ["name": .string($0.name), "title": .string($0.title)] }), "text": .string(text)]
  }

  private static func description(of layout: any DataSetLayout) -> JSONObject {
    var lines = ["\(layout.name): \(layout.title)", "expected in the folder:", layout.expects]
    if !layout.classes.isEmpty { lines.append("classes in order: \(layout.classes.joined(separator: ","))") }
    return [
      "set": .string(layout.name), "title": .string(layout.title), "expects": .string(layout.expects),
      "classes": .array(layout.classes.map { .string($0) }), "label_columns": .array(layout.labelColumns.map { .string($0) }),
      "text": .string(lines.joined(separator: "\n")),
    ]
  }
}
