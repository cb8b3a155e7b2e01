import CBaseShims
import Glibc

/// A program that does one piece of work in a process of its own: whatever happens to it, this process goes on.
///
/// The program reads its task from standard input and writes its answer to descriptor 3; what appears on standard output
/// and standard error is collected apart. It gets no other descriptor of this process, a process group of its own, and
/// all signals at their defaults. It never outlives `run`, and leaves no zombie.
///
/// Works in a program that ignores SIGCHLD, or collects children itself: how the process ended may then not be known, and
/// its answer is what counts.
package struct WorkerProcess: Sendable {
  /// How much a process may use up.
  package struct Limits: Sendable {
    /// Time from start to end.
    package var seconds: Double
    /// Bytes of an answer.
    package var answer = 16 << 20
    /// Bytes that are kept of what it prints; the rest is dropped.
    package var printed = 64 << 10
    /// Address space in bytes; nil: as much as this process may have.
    package var memory: Int?

    package init(seconds: Double, memory: Int? = nil) {
      self.seconds = seconds
      self.memory = memory
    }
  }

  /// How the process ended.
  package enum Ending: Sendable, Equatable {
    /// By itself; the exit status is nil if it is not known because this program collects its children itself.
    case ended(status: Int32?)
    /// A signal ended it.
    case crashed(signal: Int32)
    /// It was still at work after so many seconds, and was ended.
    case hung(seconds: Double)
    /// Its answer is longer than so many bytes, and it was ended.
    case overran(limit: Int)
  }

  package struct Outcome: Sendable {
    package let ending: Ending
    /// What it wrote to descriptor 3: whole only if it `ended`.
    package let answer: [UInt8]
    /// The start of what it wrote to standard output and standard error, repaired where that is not UTF-8.
    package let printed: String
  }

  /// Absolute path of the program.
  package let path: String

  package init(_ path: String) { self.path = path }

  /// Runs the program to its end. May be called from several threads at once.
  ///
  /// - Parameter input: what it reads from standard input.
  /// - Throws: `notFound`, `io` if it cannot be started; `cancelled` if the user asked to stop: it is ended then.
  package func run(_ input: [UInt8], _ limits: Limits, cancel: CancelToken? = nil) throws(SVFAPError) -> Outcome {
    var channels = try Channels(path)
    var process = pid_t()
    let number = base_start(path, channels.input.theirs, channels.printed.theirs, channels.answer.theirs, &process)
    channels.closeTheirs()
    guard number == 0 else { throw SVFAPError.system("cannot start", path: path, errno: number) }
    let child = RunningChild(process)
    // It reads its task first, so the limit holds before it works.
    if let memory = limits.memory, base_limit_memory(process, UInt64(max(memory, 0))) != 0, child.isRunning {
      throw SVFAPError.system("cannot limit the memory of", path: path)
    }

    let start = monotonicSeconds()
    var left = input[...]
    var answer: [UInt8] = []
    var printed: [UInt8] = []
    var ending: Ending?
    while ending == nil {
      // Whether it has ended is asked before its output is read: what it wrote is then all there.
      let isRunning = child.isRunning
      channels.write(&left)
      channels.answer.read(into: &answer, limit: limits.answer + 1)
      channels.printed.read(into: &printed, limit: limits.printed)
      if answer.count > limits.answer { ending = .overran(limit: limits.answer) }
      guard isRunning, ending == nil else { break }
      if cancel?.isRequested == true { throw SVFAPError(.cancelled, "stopped on request") }
      let rest = limits.seconds - (monotonicSeconds() - start)
      if rest <= 0 { ending = .hung(seconds: limits.seconds) } else { channels.wait(for: child, sending: !left.isEmpty, seconds: rest) }
    }
    let status = child.end(groupIsLeft: !(channels.answer.isClosed && channels.printed.isClosed))
    return Outcome(ending: ending ?? Self.ending(status), answer: answer, printed: String(decoding: printed, as: UTF8.self))
  }

  private static func ending(_ status: RunningChild.Status) -> Ending {
    switch status {
    case .exited(let code): .ended(status: code)
    case .killed(let signal): .crashed(signal: signal)
    case .collected: .ended(status: nil)
    }
  }
}
