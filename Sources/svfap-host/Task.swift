import ArgumentParser
import CSVFAP
import FoundationEssentials
import Glibc

/// Options that every command has.
struct CommonOptions: ParsableArguments {
  @Option(name: .long, parsing: .unconditional, help: ArgumentHelp("Threads to compute with; 0 takes all processors.", valueName: "n"))
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
  /// How the job's options are typed.
  var names = OptionNames()

  /// Runs the job, prints its result and leaves with the exit status that it deserves.
  func run() throws {
    do {
      let result = try result()
      if result.failed ?? 0 > 0 { throw ExitCode(1) }
    } catch let error as LibraryError {
      if common.json { try? Terminal.print(Self.text(Failure(error: .init(status: error.status, message: error.description)))) }
      Terminal.error("svfap-host: \(error)")
      if error.isUsage { Terminal.error("See 'svfap-host \(kind) --help'.") }
      throw ExitCode(error.exitCode)
    } catch let error as Terminal.OutputError {
      Terminal.error("svfap-host: \(error)")
      throw ExitCode(1)
    }
  }

  /// What `--json` prints if the whole task failed.
  private struct Failure: Encodable {
    struct Reason: Encodable {
      let status: svfap_status
      let message: String
    }
    let error: Reason
  }

  private static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    // Not JSON's numbers, so the library says what it expects instead.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private func result() throws -> JobResult {
    let runtime = try Runtime(common)
    let cancel = try CancelOnInterrupt()
    let optionText = try Self.text(options)
    let given = Set((try? JSONDecoder().decode([String: JSONTree].self, from: Data(optionText.utf8)))?.keys.map { $0 } ?? [])
    var job: OpaquePointer?
    do throws(LibraryError) {
      try LibraryError.check { svfap_job_create(runtime.handle, kind, UInt64.max, optionText, UInt64.max, &job, $0) }
    } catch {
      throw error.usage(names, given: given)
    }
    defer { _ = svfap_job_release(job, nil) }
    let meter = ProgressMeter(visible: !common.json && !common.quiet)
    do throws(LibraryError) {
      try meter.whileRunning(cancel: cancel.handle) { runOptions throws(LibraryError) in
        try LibraryError.check { svfap_job_run(job, runOptions, $0) }
      }
    } catch {
      // Some options are wrong only for the model or the data.
      throw names.typed(error.description, given: given) == error.description ? error : error.usage(names, given: given)
    }
    var json: UnsafePointer<CChar>?
    try LibraryError.check { svfap_job_result(job, &json, nil, $0) }
    let text = json.map { String(cString: $0) } ?? "{}"
    let result = try JSONDecoder().decode(JobResult.self, from: Data(text.utf8))
    if common.json {
      try Terminal.print(text)
    } else {
      guard !common.quiet else { return result }
      for warning in result.warnings ?? [] { Terminal.error("warning: \(warning)") }
      if let text = result.text { try Terminal.print(text) }
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
    do throws(LibraryError) {
      try LibraryError.check { svfap_runtime_create(options, UInt64.max, &runtime, $0) }
    } catch {
      throw error.usage(OptionNames(), given: ["threads"])
    }
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
