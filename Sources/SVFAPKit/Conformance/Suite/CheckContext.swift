import Base
import CSVFAPPlugin
import Plugins

/// What a test has at hand: the plugin, loaded when first asked for, and a host that watches it.
final class CheckContext {
  let options: CheckOptions
  let test: ConformanceTest
  let trace: Trace
  let host = CheckingHost.shared
  /// Random numbers of this test.
  var random: RandomSequence
  private var loaded: LoadedPlugin?

  init(_ test: ConformanceTest, _ options: CheckOptions, trace: Trace) {
    self.test = test
    self.options = options
    self.trace = trace
    random = RandomSequence(seed: options.seed, stream: test.id)
  }

  /// The plugin, started with the host that watches.
  func plugin() throws(Verdict) -> LoadedPlugin {
    if let loaded { return loaded }
    trace.note("loading it and calling init")
    let path = options.path
    let table = host.table
    let plugin = try attempt { () throws(SVFAPError) in try LoadedPlugin.load(path, host: table) }
    guard plugin.host == table else { throw .skipped("the plugin was loaded into this process before") }
    loaded = plugin
    return plugin
  }

  /// Calls a slot of the plugin that returns a status.
  ///
  /// - Parameter what: the call, as it is told to whoever wrote the plugin: "forward (3 clips)".
  func call(_ what: @autoclosure () -> String, _ slot: () -> svfap_status) -> CallResult {
    let name = what()
    trace.note("\(name)\(place)")
    host.forgetMessage()
    let status = slot()
    let result = CallResult(call: name, status: status, message: host.lastMessage)
    if isRecording { recorded.append(result) }
    return result
  }

  /// Calls of a test that looks at all of them, on one thread, in order.
  private var recorded: [CallResult] = []
  private var isRecording = false

  /// What the plugin returned to every call that `body` makes. What `body` throws is not told: it may give up when it likes.
  func recording(_ body: () throws(Verdict) -> Void) -> [CallResult] {
    recorded = []
    isRecording = true
    defer { isRecording = false }
    do throws(Verdict) { try body() } catch {}
    return recorded
  }

  /// Calls a slot of the plugin that returns nothing.
  func call(_ what: @autoclosure () -> String, _ slot: () -> Void) {
    trace.note("\(what())\(place)")
    slot()
  }

  /// Where in a longer course of calls the test is: "round 17". Part of every trace.
  var course = ""
  private var place: String { course.isEmpty ? "" : ", \(course)" }

  /// Path of something in the folder of this check.
  func path(_ name: String) -> String { "\(options.workspace)/\(name)" }
}

/// What a slot returned.
struct CallResult {
  let call: String
  let status: svfap_status
  /// What the plugin told `fail`; nil if nothing.
  let message: String?

  var isOK: Bool { status == svfap_status(SVFAP_OK) }
  var isEnd: Bool { status == svfap_status(SVFAP_E_END) }

  /// "CONFIG (10)"
  var statusName: String { Self.name(status) }

  static func name(_ status: svfap_status) -> String {
    let names = [
      "OK", "INVALID_ARGUMENT", "BAD_HANDLE", "BUSY", "NO_MEMORY", "IO", "NO_SPACE", "NOT_FOUND", "FORMAT", "LIMIT", "CONFIG", "SHAPE",
      "UNSUPPORTED", "ABI", "PLUGIN", "POLICY", "CANCELLED", "END", "NUMERIC", "INTERNAL",
    ]
    return names.indices.contains(Int(status)) ? "SVFAP_E_\(names[Int(status)]) (\(status))".replacing("E_OK", with: "OK") : "\(status)"
  }

  /// "create returned SVFAP_E_CONFIG (10): ..."
  var sentence: String { "\(call) returned \(statusName)" + (message.map { ": \($0)" } ?? " without a message") }

  /// Fails the test unless the call succeeded.
  func succeed() throws(Verdict) {
    try expect(isOK, "\(sentence); expected SVFAP_OK")
  }

  /// Fails the test if the status is none that a plugin may return on bad input.
  func beSound() throws(Verdict) {
    let isKnown = (0..<svfap_status(SVFAP_E_INTERNAL)).contains(status)
    try expect(isKnown, "\(sentence); expected a status of svfap_types.h other than SVFAP_E_INTERNAL, which is never the input's fault")
  }

  /// Fails the test unless the call failed as it should: a known status and a message.
  func beRefused(_ why: String) throws(Verdict) {
    try expect(!isOK, "\(call) accepted \(why); expected an error")
    try beSound()
  }
}
