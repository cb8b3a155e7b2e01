import Base
import Plugins
import Synchronization

/// Lists the plugins: those loaded and those of the plugin directory, and why any could not be used.
///
/// Files of the directory are looked at in processes of their own: one that crashes, hangs or exits is told, and nothing of
/// the directory is loaded into this process.
package final class PluginsJob: Job {
  package static let kind = "plugins"
  package static let schema = JobOptions.schema(
    [
      "time_limit_s": [
        "type": "number", "minimum": 0.1, "maximum": 600, "default": 5,
        "description": "Seconds that a file of the plugin directory has to load before it counts as hanging.",
      ]
    ], required: [])

  private let runtime: Runtime
  private let scan: PluginScan

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.runtime = runtime
    scan = PluginScan(seconds: options["time_limit_s"]?.doubleValue ?? 5)
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    var plugins = runtime.registry.loaded.map(\.description)
    var failures: [(path: String, verdict: PluginScan.Verdict, error: SVFAPError)] = []
    for (file, verdict) in try verdicts(context) {
      switch verdict {
      case .loads(let description): plugins.append(description)
      default: if let error = verdict.error(file.path) { failures.append((file.path, verdict, error)) }
      }
    }
    let lines =
      ["plugin directory: \(runtime.registry.directory ?? "off")"] + plugins.map(Self.line)
      + failures.map { "  \($0.verdict.name): \($0.error.message)" }
    return [
      "directory": runtime.registry.directory.map { .string($0) } ?? .null, "plugins": .array(plugins),
      "failures": .array(failures.map(Self.json)), "failed": .integer(Int64(failures.count)),
      "text": .string(lines.joined(separator: "\n")),
    ]
  }

  /// What came of each file of the directory that is not loaded already, in the order of the directory.
  private func verdicts(_ context: RunContext) throws(SVFAPError) -> [(file: PluginRegistry.File, verdict: PluginScan.Verdict)] {
    let files = runtime.registry.filesNotLoaded()
    guard !files.isEmpty else { return [] }
    try context.report("looking at \(files.count) plugins", done: 0, total: Double(files.count), always: true)
    let results = Mutex<[Int: Result<PluginScan.Verdict, SVFAPError>]>([:])
    let cancel = context.token
    try runtime.makePool().parallel(files.count) { index, _ in
      let file = files[index]
      let result: Result<PluginScan.Verdict, SVFAPError>
      do throws(SVFAPError) {
        result = .success(try scan.look(at: file.path, file.kind, id: file.id, cancel: cancel))
      } catch {
        result = .failure(error)
      }
      results.withLock { $0[index] = result }
    }
    var verdicts: [(PluginRegistry.File, PluginScan.Verdict)] = []
    for (index, file) in files.enumerated() {
      if let result = results.withLock({ $0[index] }) { verdicts.append((file, try result.get())) }
    }
    return verdicts
  }

  /// A plugin in one line, for people.
  private static func line(_ plugin: JSONValue) -> String {
    func text(_ key: String) -> String { plugin[key]?.stringValue ?? "?" }
    let interfaces = (plugin["interfaces"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
    return "  \(text("id")) \(text("version")) (\(text("license"))): \(text("summary")) [\(interfaces)]"
  }

  private static func json(_ path: String, _ verdict: PluginScan.Verdict, _ error: SVFAPError) -> JSONValue {
    var members: JSONObject = [
      "path": .string(path), "outcome": .string(verdict.name), "status": .integer(Int64(error.code.rawValue)),
      "message": .string(error.message),
    ]
    switch verdict {
    case .crashed(let signal): members["signal"] = .string(signalName(signal))
    case .exited(let status?): members["exit_status"] = .integer(Int64(status))
    default: break
    }
    return .object(members)
  }
}
