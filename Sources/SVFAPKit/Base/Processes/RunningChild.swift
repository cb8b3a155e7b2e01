import CBaseShims
import Glibc

/// A child process that was started and is collected by whoever holds it, at the latest when nobody does.
final class RunningChild {
  /// How it ended.
  enum Status {
    case exited(Int32)
    case killed(signal: Int32)
    /// Somebody else of this process has its status.
    case collected
  }

  private let process: pid_t
  /// Becomes readable when it ends; -1 where the system has no such descriptors.
  let descriptor: Int32
  private var status: Status?

  init(_ process: pid_t) {
    self.process = process
    descriptor = base_process_descriptor(process)
  }

  deinit {
    if status == nil { end(groupIsLeft: true) }
    if descriptor >= 0 { close(descriptor) }
  }

  /// Whether it has not ended; it stays to be collected.
  var isRunning: Bool {
    var code: Int32 = 0
    return status == nil && base_look(process, descriptor, 0, 1, &code) == BASE_RUNNING
  }

  /// Ends it and what it started, and collects it.
  ///
  /// - Parameter groupIsLeft: whether processes of its group may be there even if it is collected. If not, the number of
  ///   the group may be that of another one by now.
  @discardableResult
  func end(groupIsLeft: Bool) -> Status {
    if let status { return status }
    var code: Int32 = 0
    // As long as it is not collected its number is its own.
    let isOurs = base_look(process, descriptor, 0, 1, &code) != BASE_COLLECTED
    if isOurs || groupIsLeft { kill(-process, SIGKILL) }
    // It may have moved to another group.
    if isOurs { kill(process, SIGKILL) }
    let found: Status =
      switch base_look(process, descriptor, 1, 0, &code) {
      case BASE_EXITED: .exited(code)
      case BASE_KILLED: .killed(signal: code)
      default: .collected
      }
    status = found
    return found
  }
}
