import Base
import Conformance
import Glibc

/// Tests a plugin against the contract of `svfap_plugin.h`, and tells how each test ended, as TAP too.
package final class PluginCheckJob: Job {
  package static let kind = "plugin-check"
  package static let schema = JobOptions.schema(
    [
      "plugin": ["type": "string", "minLength": 1, "description": "Absolute path of the plugin's file."],
      "list": JSONSchema.flag("Only tell which tests there are; no plugin is needed.", default: false),
      "only": patterns("Tests to run: ids, their beginnings up to a dot, or shell patterns; all if left out."),
      "skip": patterns("Tests to leave out."),
      "seed": JSONSchema.integer("Seed of everything that is drawn.", 0...Int.max, default: 0),
      "rounds": JSONSchema.integer(
        "Courses of calls of every fuzz test; other tests that draw go by multiples of it.", 1...1_000_000, default: 100),
      "config": JSONSchema.open("Options of the plugin's head, source or sink."),
      "sample": JSONSchema.text("Video, or folder of pictures, for a source that no sample can be made for."),
      "labels": [
        "type": "array", "items": ["type": "string"], "maxItems": 10_000, "default": [],
        "description": "Labels that the head takes, each as a line of fields parted by spaces.",
      ],
      "time_limit_s": JSONSchema.number("Seconds that each test has.", 0.1...86_400, default: 60),
      "memory_limit_mb": JSONSchema.integer("Address space that each test has, in MiB.", 64...1 << 24),
      "in_process": JSONSchema.flag("Run all tests in this process, for a debugger.", default: false),
      "workspace": JSONSchema.text("Folder for what the tests write; one in the system's temporary folder, removed again, if left out."),
    ], required: [])

  private static func patterns(_ phrase: String) -> JSONValue {
    ["type": "array", "items": ["type": "string", "minLength": 1], "maxItems": 1000, "default": [], "description": .string(phrase)]
  }

  private let options: JSONValue
  private let tests: [ConformanceTest]

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    func texts(_ key: String) -> [String] { (options[key]?.arrayValue ?? []).compactMap(\.stringValue) }
    self.options = options
    tests = try ConformanceSuite.tests(only: texts("only"), skip: texts("skip"))
    if options["list"] != true { _ = try CheckOptions(options, workspace: "") }
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    if options["list"] == true { return list() }
    let workspace = try CheckFolder(options["workspace"]?.stringValue)
    let check = try CheckOptions(options, workspace: workspace.path)
    var conduct = CheckRunner.Conduct()
    conduct.seconds = options["time_limit_s"]?.doubleValue ?? conduct.seconds
    conduct.memoryMiB = options["memory_limit_mb"]?.intValue
    conduct.isInProcess = options["in_process"] == true
    let outcomes = try CheckRunner(check, conduct).run(tests, cancel: context.token) { (test, number, count) throws(SVFAPError) in
      try context.report(test.id, done: Double(number), total: Double(count))
    }
    // Whoever asks for a test in this process wants to know what the plugin offers, which a process apart cannot tell.
    let offers = conduct.isInProcess ? (try? ConformanceSuite.subjects(of: check)) ?? [] : []
    let text = TAPReport.text(outcomes, remarks: ["\(check.path), seed \(check.seed), \(check.rounds) rounds"]) { outcome in
      "svfap-host plugin-check \(check.path) --seed \(check.seed) --rounds \(check.rounds) --only \(outcome.id)"
    }
    func count(_ status: TestOutcome.Status) -> JSONValue { .integer(Int64(outcomes.count { $0.status == status })) }
    return [
      "plugin": .string(check.path), "seed": .integer(Int64(clamping: check.seed)), "offers": .array(offers.map { .string($0.rawValue) }),
      "tests": .array(outcomes.map(\.json)),
      "counts": [
        "passed": count(.passed), "failed": count(.failed), "crashed": count(.crashed), "hung": count(.hung), "skipped": count(.skipped),
      ], "failed": .integer(Int64(outcomes.count(where: \.isFailure))), "text": .string(text), "tap": .string(text),
    ]
  }

  private func list() -> JSONObject {
    let width = tests.map(\.id.count).max() ?? 0
    let lines = tests.map { "\($0.id)\(String(repeating: " ", count: width + 2 - $0.id.count))\($0.title)" }
    return [
      "tests": .array(
        tests.map { ["id": .string($0.id), "title": .string($0.title), "subject": $0.subject.map { .string($0.rawValue) } ?? .null] }),
      "text": .string(lines.joined(separator: "\n")), "failed": 0,
    ]
  }
}

/// The folder of one check: the caller's own, or one that is made and removed with all that is in it.
private struct CheckFolder: ~Copyable {
  let path: String
  private let isOwn: Bool

  /// - Throws: `io`, `notFound`.
  init(_ given: String?) throws(SVFAPError) {
    if let given {
      path = given
      isOwn = false
      return
    }
    let parent = getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    var name = Array("\(parent)/svfap-check-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else { throw SVFAPError.system("cannot make a folder in", path: parent) }
    path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    isOwn = true
  }

  deinit { if isOwn { Self.remove(path) } }

  private static func remove(_ folder: String) {
    for name in (try? Folder(folder).names()) ?? [] {
      let path = "\(folder)/\(name)"
      if unlink(path) != 0 { remove(path) }
    }
    rmdir(folder)
  }
}
