import Base
import CAPI
import CSVFAP
import Synchronization
import TestSupport
import Testing

/// A host's side of a log: lines, and how often it was given back.
private final class Log: @unchecked Sendable {
  // Guarded by `lines`.
  let lines = Mutex<[(level: Int32, text: String)]>([])
  let ends = Atomic(0)
  /// What the destroy function calls back.
  var onEnd: () -> Void = {}

  var user: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }
  static let write: svfap_log_fn = { user, level, text, size in
    guard let user, let text else { return }
    let log = Unmanaged<Log>.fromOpaque(user).takeUnretainedValue()
    let line = String(cString: text)
    log.lines.withLock { $0.append((level, line.utf8.count == Int(size) ? line : "wrong size")) }
  }
  static let end: svfap_destroy_fn = { user in
    guard let user else { return }
    let log = Unmanaged<Log>.fromOpaque(user).takeUnretainedValue()
    log.ends.wrappingAdd(1, ordering: .relaxed)
    log.onEnd()
  }
}

// One after the other: the lines of plugins go to the runtime that asked last.
@Suite("C ABI: runtimes, logs and plugins", .serialized)
struct CRuntimeTests {
  private func runtime(_ options: String = "{\"threads\": 1, \"log_level\": \"info\"}") throws -> Owned {
    try Owned(svfap_runtime_release) { svfap_runtime_create(options, untilNUL, $0, $1) }
  }

  @Test("the log's user is given back exactly once: when it is replaced, when the runtime goes, when the call fails, when there is no log")
  func destroy() throws {
    let (first, second) = (Log(), Log())
    do {
      let runtime = try runtime()
      try check { svfap_runtime_set_log(runtime.handle, Log.write, first.user, Log.end, $0) }
      #expect(first.ends.load(ordering: .relaxed) == 0)
      // The function that is given the user back may use the library.
      first.onEnd = { _ = svfap_runtime_set_log(runtime.handle, nil, nil, nil, nil) }
      try check { svfap_runtime_set_log(runtime.handle, Log.write, second.user, Log.end, $0) }
      #expect(first.ends.load(ordering: .relaxed) == 1)
    }
    first.onEnd = {}
    #expect(second.ends.load(ordering: .relaxed) == 1)
    #expect(svfap_runtime_set_log(nil, Log.write, first.user, Log.end, nil) == svfap_status(SVFAP_E_BAD_HANDLE))
    #expect(first.ends.load(ordering: .relaxed) == 2)
    let runtime = try runtime()
    try check { svfap_runtime_set_log(runtime.handle, nil, first.user, Log.end, $0) }
    #expect(first.ends.load(ordering: .relaxed) == 3)
  }

  @Test("lines of plugins arrive with their level, unless the runtime's level keeps them back")
  func lines() throws {
    let log = Log()
    for (level, expected) in [("info", ["counting: opened"]), ("warning", [])] {
      let runtime = try runtime("{\"threads\": 1, \"log_level\": \"\(level)\"}")
      try check { svfap_runtime_load_plugin(runtime.handle, Built.countingPlugin, untilNUL, $0) }
      try check { svfap_runtime_set_log(runtime.handle, Log.write, log.user, nil, $0) }
      let options = "{\"source\": \"counting\", \"config\": {\"loud\": true}}"
      _ = try Owned(svfap_source_release) {
        svfap_source_open(runtime.handle, "counting:frames=1", untilNUL, options, untilNUL, nil, $0, $1)
      }
      #expect(log.lines.withLock { $0.filter { $0.text.hasPrefix("counting") }.map(\.text) } == expected)
      #expect(log.lines.withLock { $0.allSatisfy { $0.level == 3 } })
      log.lines.withLock { $0 = [] }
    }
  }

  @Test("a plugin is loaded from an absolute path only, and twice is once")
  func loading() throws {
    let runtime = try runtime()
    for _ in 0..<2 { try check { svfap_runtime_load_plugin(runtime.handle, Built.countingPlugin, untilNUL, $0) } }
    for (path, status) in [
      ("svfap_video_counting.so", SVFAP_E_INVALID_ARGUMENT), ("./x.so", SVFAP_E_INVALID_ARGUMENT), ("", SVFAP_E_INVALID_ARGUMENT),
      ("/no/such/plugin.so", SVFAP_E_NOT_FOUND), (Built.include, SVFAP_E_POLICY), ("\(Built.include)/svfap.h", SVFAP_E_FORMAT),
    ] {
      let refused = refusal { svfap_runtime_load_plugin(runtime.handle, path, untilNUL, $0) }
      #expect(refused?.status == status, "\(path): \(refused?.message ?? "loaded")")
    }
    let job = try Owned(svfap_job_release) { svfap_job_create(runtime.handle, "plugins", untilNUL, nil, 0, $0, $1) }
    try check { svfap_job_run(job.handle, nil, $0) }
    let result = try json { svfap_job_result(job.handle, $0, $1, $2) }
    #expect(result["plugins"]?.arrayValue?.map { $0["id"]?.stringValue } == ["counting"])
    #expect(result["directory"] == .null)
  }
}
