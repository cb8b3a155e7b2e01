import ArgumentParser
import CSVFAP
import FoundationEssentials
import Glibc

/// Options that every command has.
struct CommonOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("Threads to compute with; 0 takes all processors.", valueName: "n"))
  var threads = 0

  @Option(name: .long, help: ArgumentHelp("Load one more plugin, by absolute path. May be repeated.", valueName: "path"))
  var plugin: [String] = []

  @Flag(name: .long, help: "Print the result as one JSON object and nothing else.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false
}

/// The part of every job's result that this program reads; the rest is for `--json` and other programs.
struct JobResult: Decodable {
  /// What a person wants to read.
  var text: String?
  var warnings: [String]?
  /// How many inputs failed.
  var failed: Int?
}

/// Runs one job of the library: options in, progress on the terminal, result out.
struct Task<Options: Encodable> {
  let kind: String
  let options: Options
  let common: CommonOptions

  /// Runs the job, prints its result and leaves with the exit status that it deserves.
  func run() throws {
    do {
      let result = try result()
      if result.failed ?? 0 > 0 { throw ExitCode(1) }
    } catch let error as LibraryError {
      Terminal.error("svfap-host: \(error)")
      throw ExitCode(error.status == svfap_status(SVFAP_E_CANCELLED) ? 130 : 1)
    }
  }

  private func result() throws -> JobResult {
    let runtime = try Runtime(common)
    let cancel = try CancelOnInterrupt()
    let optionText = String(decoding: try JSONEncoder().encode(options), as: UTF8.self)
    var job: OpaquePointer?
    try LibraryError.check {
      svfap_job_create(runtime.handle, kind, UInt64.max, optionText, UInt64.max, &job, $0)
    }
    defer { _ = svfap_job_release(job, nil) }
    let meter = ProgressMeter(visible: !common.json && !common.quiet)
    try meter.whileRunning(cancel: cancel.handle) { runOptions throws(LibraryError) in
      try LibraryError.check { svfap_job_run(job, runOptions, $0) }
    }
    var json: UnsafePointer<CChar>?
    try LibraryError.check { svfap_job_result(job, &json, nil, $0) }
    let text = json.map { String(cString: $0) } ?? "{}"
    let result = try JSONDecoder().decode(JobResult.self, from: Data(text.utf8))
    if common.json {
      Terminal.print(text)
    } else {
      guard !common.quiet else { return result }
      for warning in result.warnings ?? [] { Terminal.error("warning: \(warning)") }
      if let text = result.text { Terminal.print(text) }
    }
    return result
  }
}

/// A runtime for the life of one command.
private final class Runtime {
  let handle: OpaquePointer?

  private struct Options: Encodable {
    let threads: Int
    let plugin_directory = true
    let log_level: String
  }

  init(_ common: CommonOptions) throws {
    let options = String(
      decoding: try JSONEncoder().encode(Options(threads: common.threads, log_level: common.quiet ? "error" : "warning")), as: UTF8.self)
    var runtime: OpaquePointer?
    try LibraryError.check { svfap_runtime_create(options, UInt64.max, &runtime, $0) }
    handle = runtime
    try LibraryError.check {
      svfap_runtime_set_log(
        runtime,
        { _, level, text, size in
          let bytes = UnsafeRawBufferPointer(start: text, count: Int(size))
          let name = level == 1 ? "error" : level == 2 ? "warning" : "note"
          Terminal.error("\(name): \(String(decoding: bytes, as: UTF8.self))")
        }, nil, nil, $0)
    }
    for path in common.plugin {
      try LibraryError.check { svfap_runtime_load_plugin(runtime, path, UInt64.max, $0) }
    }
  }

  deinit { _ = svfap_runtime_release(handle, nil) }
}
