import Base
import Synchronization

/// Looks at the files of a plugin directory, each in a process of its own, so that one that crashes, hangs or exits does it
/// there. Nothing of them is loaded into this process.
package struct PluginScan: Sendable {
  /// What came of looking at a file.
  package enum Verdict: Sendable {
    /// It loads; what is told of it in listings.
    case loads(JSONValue)
    case refused(SVFAPError)
    case crashed(signal: Int32)
    case hung(seconds: Double)
    /// It ended the process; nil if its exit status is not known.
    case exited(Int32?)
  }

  /// Program that runs the processes, as for `WorkerJob.run`.
  private let worker: String?
  /// Time that a file has to load.
  private let seconds: Double

  package init(seconds: Double = 5, worker: String? = PluginDirectory.worker) {
    self.seconds = seconds
    self.worker = worker
  }

  /// Looks at the plugin of this id and kind.
  ///
  /// A file that crashed, hung or exited is not looked at again as long as it is the same, and has no more time than it
  /// had.
  ///
  /// - Throws: as `WorkerJob.run`: what is thrown says nothing of the plugin.
  package func look(at path: String, _ kind: PluginName.Kind, id: String, cancel: CancelToken? = nil) throws(SVFAPError) -> Verdict {
    let stamp = FileStamp(of: path)
    if let verdict = Self.remembered(path, stamp) {
      if case .hung(let before) = verdict, before < seconds {} else { return verdict }
    }
    let outcome = try WorkerJob("plugins", plugins: [path]).run(.init(seconds: seconds), worker: worker, cancel: cancel)
    let verdict = Self.verdict(outcome.ending, path, kind, id)
    if let stamp, verdict.isViolent { Self.remember(path, stamp, verdict) }
    return verdict
  }

  private static func verdict(_ ending: WorkerJob.Ending, _ path: String, _ kind: PluginName.Kind, _ id: String) -> Verdict {
    switch ending {
    case .crashed(let signal): return .crashed(signal: signal)
    case .hung(let seconds): return .hung(seconds: seconds)
    case .exited(let status): return .exited(status)
    case .failed(let error): return .refused(error)
    case .finished(let result):
      guard let description = result["plugins"]?.arrayValue?.first, let found = description["id"]?.stringValue else { return .exited(nil) }
      let interfaces = (description["interfaces"]?.arrayValue ?? []).compactMap(\.stringValue)
      do throws(SVFAPError) {
        try PluginEntry.check(id: found, interfaces: interfaces, against: id, kind, path: path)
        return .loads(description)
      } catch {
        return .refused(error)
      }
    }
  }

  // MARK: Memory

  /// Files of this process that ended the process that looked at them. Few are expected; of very many some are forgotten.
  private static let memory = Mutex<[String: (stamp: FileStamp, verdict: Verdict)]>([:])
  private static let memoryLimit = 1024

  private static func remember(_ path: String, _ stamp: FileStamp, _ verdict: Verdict) {
    memory.withLock { memory in
      if memory.count >= memoryLimit { memory.removeAll() }
      memory[path] = (stamp, verdict)
    }
  }

  private static func remembered(_ path: String, _ stamp: FileStamp?) -> Verdict? {
    guard let entry = memory.withLock({ $0[path] }), entry.stamp == stamp else { return nil }
    return entry.verdict
  }

  /// Why a file had better not be loaded into this process: it crashed, hung or exited when a scan looked at it, and has not
  /// changed since. Nil if nothing is known against it.
  static func warning(_ path: String) -> SVFAPError? { remembered(path, FileStamp(of: path))?.error(path) }
}

extension PluginScan.Verdict {
  /// Whether the plugin ended the process that looked at it, or had to be ended.
  fileprivate var isViolent: Bool {
    switch self {
    case .crashed, .hung, .exited: true
    case .loads, .refused: false
    }
  }

  /// One word for programs: "loads", "refused", "crashed", "hung" or "exited".
  package var name: String {
    switch self {
    case .loads: "loads"
    case .refused: "refused"
    case .crashed: "crashed"
    case .hung: "hung"
    case .exited: "exited"
    }
  }

  /// Why the plugin cannot be used; nil if it can.
  package func error(_ path: String) -> SVFAPError? {
    func violent(_ what: String, _ found: String) -> SVFAPError {
      SVFAPError(
        .plugin, "the plugin \(path) \(what) when it was loaded, in a process of its own",
        detail: ["path": path, "expected": "a plugin that loads", "found": found])
    }
    switch self {
    case .loads: return nil
    case .refused(let error): return error
    case .crashed(let signal): return violent("crashed (\(signalName(signal)))", signalName(signal))
    case .hung(let seconds): return violent("was not ready after \(seconds) seconds", "no answer in \(seconds) s")
    case .exited(let status?): return violent("ended the program with exit status \(status)", "exit status \(status)")
    case .exited(nil): return violent("ended the program", "no answer")
    }
  }
}
