import Base
import CheckpointSamples
import Checkpoints
import Glibc
import TestSupport
import Testing

/// Errors that a disk, a quota, a mount, a signal or another process can cause.
private let injectedErrors = ["EIO", "ENOSPC", "EINTR", "EDQUOT", "EROFS", "EACCES", "EAGAIN", "ENOENT"]
private let saver = ChildProcess.tool("run-writer")

/// Every system call of a save is met with a kill, with errors and with lies.
@Suite("Whatever befalls a save at any system call, a whole generation loads", .enabled(if: SystemCallTrace.isPossible, "strace is needed"))
struct CheckpointSweepTests {
  private let temporary: TemporaryFolder
  private let traces: TemporaryFolder
  private let run: SampleRun
  private let originals: [(name: String, bytes: [UInt8])]

  /// A store with generations 1 and 2, of which 1 is the best: the next save has everything to do.
  init() throws {
    temporary = TemporaryFolder()
    traces = TemporaryFolder()
    let folder = temporary.path
    let store = try CheckpointStore(folder)
    run = try SampleRun(rows: 2)
    for step in 1...2 { try run.save(step: step, in: store) }
    try store.keepAsBest(step: 1)
    originals = [1, 2].map { step in
      let name = CheckpointStore.name(ofStep: step)
      return (name, Fixtures.bytes("\(folder)/\(name)"))
    }
  }

  private var folder: String { temporary.path }

  /// Puts the store back to its generations 1 and 2.
  private func restore() throws {
    let directory = try Folder(folder)
    for name in try directory.names() { try directory.remove(name) }
    for (name, bytes) in originals { Fixtures.write(bytes, to: "\(folder)/\(name)") }
    link("\(folder)/\(originals[0].name)", "\(folder)/\(CheckpointStore.bestName)")
  }

  private func trace(_ command: String, _ step: String) throws -> SystemCallTrace {
    let trace = try #require(SystemCallTrace([saver, command, folder, step, "2"], file: "\(traces.path)/trace"))
    try restore()
    return trace
  }

  private func perform(_ command: String, _ step: String, injecting injection: String, at call: SystemCallTrace.Call) throws
    -> ChildProcess.Outcome
  {
    let inject = "inject=\(call.name):\(injection):when=\(call.ordinal)"
    let arguments = ["strace", "-f", "-o", "/dev/null", "-e", "trace=\(call.name)", "-e", inject, saver, command, folder, step, "2"]
    return try #require(ChildProcess.run(arguments))
  }

  /// What must hold after anything: the newest generation is one of `steps` and whole, the best is whole, and the next
  /// save works.
  private func checkAndGoOn(_ steps: ClosedRange<Int>, _ comment: Comment) throws {
    let store = try CheckpointStore(folder)
    let found = try store.newest()
    let state = try #require(found.state, comment)
    #expect(steps.contains(state.step), comment)
    #expect(found.skipped.isEmpty, comment)
    #expect(try run.matches(state), comment)
    let best = try #require(try store.best(), comment)
    #expect(try run.matches(best), comment)
    try store.removeLeftovers()
    #expect(try run.save(step: 4, in: store).isEmpty, comment)
    #expect(try store.newest().state?.step == 4, comment)
    #expect(try Folder(folder).names().count == 3, comment)
    try restore()
  }

  @Test("the bytes are flushed before they are read back, read back before the rename, the folder flushed before the pruning")
  func order() throws {
    let calls = try trace("save", "3").calls
    let text = calls.map(\.text)
    func first(_ prefix: String, _ part: String = "", after index: Int) throws -> Int {
      try #require(text.indices.first { $0 > index && text[$0].hasPrefix(prefix) && text[$0].contains(part) }, "\(prefix) \(part)")
    }
    let opened = try first("openat(", "O_EXCL", after: -1)
    let file = calls[opened].result
    let lastWrite = try #require(text.indices.last { text[$0].hasPrefix("write(\(file),") })
    let flushed = try first("fsync(\(file))", after: lastWrite)
    let dropped = try first("fadvise64(\(file),", "DONTNEED", after: flushed)
    let read = try first("pread64(\(file),", after: dropped)
    let renamed = try first("rename", "step-0000000003", after: read)
    let folderFlushed = try first("fsync(", after: renamed)
    let pruned = try first("unlink", "step-0000000001", after: folderFlushed)
    #expect(pruned > folderFlushed)
    #expect(text.filter { $0.hasPrefix("fsync(") }.count == 2)
  }

  @Test("killed before every system call of a save")
  func killSave() throws {
    for call in try trace("save", "3").calls {
      let outcome = try perform("save", "3", injecting: "signal=KILL", at: call)
      #expect(outcome.status == -SIGKILL, "\(call)")
      try checkAndGoOn(2...3, "killed before \(call)")
    }
  }

  @Test("killed before every system call of making a generation the best")
  func killBest() throws {
    for call in try trace("best", "2").calls {
      let outcome = try perform("best", "2", injecting: "signal=KILL", at: call)
      #expect(outcome.status == -SIGKILL, "\(call)")
      try checkAndGoOn(2...2, "killed before \(call)")
    }
  }

  @Test("every system call of a save fails once: a success is whole, an error says what the system said", arguments: injectedErrors)
  func faults(_ fault: String) throws {
    for call in try trace("save", "3").calls where call.isAboutFiles && !call.text.contains("\"saved 3") {
      let outcome = try perform("save", "3", injecting: "error=\(fault)", at: call)
      let comment: Comment = "\(fault) at \(call): \(outcome.output)"
      switch outcome.status {
      case 0:
        #expect(outcome.output.contains("saved 3\n"), comment)
        try checkAndGoOn(3...3, comment)
      case 1:
        #expect(outcome.output.contains("error: ") && !outcome.output.contains("errno -"), comment)
        #expect(outcome.output.contains(folder), comment)
        #expect(!outcome.output.contains("saved"), comment)
        #expect(try Folder(folder).names().allSatisfy { !DurableFile.isLeftover($0) || call.name.hasPrefix("unlink") }, comment)
        try checkAndGoOn(2...3, comment)
      default: Issue.record(comment)
      }
    }
  }

  @Test("a system that claims to have written, flushed or read what it has not is found out by the reading back")
  func lies() throws {
    for call in try trace("save", "3").calls where ["write", "pread64"].contains(call.name) && !call.text.contains("\"saved 3") {
      let outcome = try perform("save", "3", injecting: "retval=\(call.result)", at: call)
      #expect(outcome.status == 1, "\(call): \(outcome.output)")
      try checkAndGoOn(2...2, "claimed \(call)")
    }
  }

  @Test("every system call of making a generation the best fails once", arguments: injectedErrors)
  func bestFaults(_ fault: String) throws {
    for call in try trace("best", "2").calls where call.isAboutFiles {
      let outcome = try perform("best", "2", injecting: "error=\(fault)", at: call)
      #expect(outcome.status == 0 || outcome.output.contains("error: "), "\(fault) at \(call): \(outcome.output)")
      try checkAndGoOn(2...2, "\(fault) at \(call)")
    }
  }

  @Test("on a file system without second names the best is a copy")
  func bestCopied() throws {
    let link = try #require(try trace("best", "2").calls.first { $0.name == "linkat" })
    let outcome = try perform("best", "2", injecting: "error=EPERM", at: link)
    #expect(outcome.status == 0)
    #expect(try CheckpointStore(folder).best()?.step == 2)
    #expect(Fixtures.bytes("\(folder)/\(CheckpointStore.bestName)") == originals[1].bytes)
  }
}
