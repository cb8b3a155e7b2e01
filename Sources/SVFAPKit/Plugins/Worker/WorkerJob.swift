import Base
import Glibc

/// A job that runs in a process of its own (`svfap-worker`, which stands beside the library), so that plugins that crash,
/// hang, exit or print do it there.
package struct WorkerJob: Sendable {
  /// How it ended.
  package enum Ending: Sendable {
    /// With the result of the job.
    case finished(JSONObject)
    /// With the error of the job, or of loading a plugin.
    case failed(SVFAPError)
    /// A signal ended the process.
    case crashed(signal: Int32)
    /// It was still at work after so many seconds.
    case hung(seconds: Double)
    /// It ended without an answer; nil if its exit status is not known.
    case exited(Int32?)
  }

  package struct Outcome: Sendable {
    package let ending: Ending
    /// The start of what plugins printed.
    package let printed: String
  }

  /// Kind of the job, as in `JobCatalog`.
  package var kind: String
  package var options: JSONValue
  /// Plugins to load before, by absolute path.
  package var plugins: [String]
  /// Options of the runtime.
  package var runtime: JSONValue

  package init(_ kind: String, options: JSONValue = [:], plugins: [String] = [], runtime: JSONValue = ["threads": 1]) {
    self.kind = kind
    self.options = options
    self.plugins = plugins
    self.runtime = runtime
  }

  /// Runs the job to its end.
  ///
  /// - Parameter worker: path of the program.
  /// - Throws: `notFound` if there is no such program, `invalidArgument` for text that cannot be handed over, `io`;
  ///   `cancelled`.
  package func run(
    _ limits: WorkerProcess.Limits, worker: String? = PluginDirectory.worker, cancel: CancelToken? = nil
  ) throws(SVFAPError) -> Outcome {
    let fields = [kind, options.text(), runtime.text()] + plugins
    var input: [UInt8] = []
    for field in fields {
      guard !field.utf8.contains(0) else { throw SVFAPError(.invalidArgument, "text for a worker process holds a NUL character") }
      input += field.utf8
      input.append(0)
    }
    let program = try Self.program(worker)
    let outcome = try WorkerProcess(program).run(input, limits, cancel: cancel)
    guard outcome.answer.first == Self.startMark else {
      throw SVFAPError(
        .io, "the program \(program) does not start: \(outcome.printed.isEmpty ? "it said nothing" : outcome.printed)",
        detail: ["path": program])
    }
    return Outcome(ending: Self.ending(outcome), printed: outcome.printed)
  }

  private static func program(_ path: String?) throws(SVFAPError) -> String {
    guard let path else {
      throw SVFAPError(.notFound, "this library's own file is not known, so the program svfap-worker cannot be found beside it")
    }
    guard access(path, X_OK) == 0 else {
      throw SVFAPError(
        .notFound,
        "plugins are looked at in a process of its own, by a program that was looked for at \(path): \(systemErrorText(errno)); install it there",
        detail: ["path": path, "expected": path])
    }
    return path
  }

  /// What the program writes before anything else: white space, to a reader of JSON.
  private static let startMark = UInt8(ascii: "\n")

  private static func ending(_ outcome: WorkerProcess.Outcome) -> Ending {
    switch outcome.ending {
    case .crashed(let signal): .crashed(signal: signal)
    case .hung(let seconds): .hung(seconds: seconds)
    case .overran(let limit): .failed(SVFAPError(.limit, "the answer of a worker process is longer than \(limit) bytes"))
    case .ended(let status): answered(outcome.answer, status)
    }
  }

  /// What the program wrote. What is cut short, or was written by a plugin, is no answer.
  private static func answered(_ bytes: [UInt8], _ exitStatus: Int32?) -> Ending {
    guard exitStatus ?? 0 == 0, let answer = try? JSONValue(parsing: bytes) else { return .exited(exitStatus) }
    if case .object(let result)? = answer["result"] { return .finished(result) }
    guard let status = answer["status"]?.intValue, let code = Int32(exactly: status).flatMap(SVFAPError.Code.init),
      let error = answer["error"]
    else { return .exited(exitStatus) }
    var detail: [String: String] = [:]
    for key in ["where", "expected", "found", "path", "errno"] { detail[key] = error[key]?.stringValue }
    return .failed(SVFAPError(code, error["message"]?.stringValue ?? "it failed and gave no reason", detail: detail))
  }
}
