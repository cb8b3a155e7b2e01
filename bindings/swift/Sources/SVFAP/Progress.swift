import CSVFAP

/// How far a piece of work has come.
public struct Progress: Sendable, Hashable {
  /// In units of the work: frames, videos, steps.
  public let done: Double
  /// In the same units; nil when unknown.
  public let total: Double?
  /// Seconds since the start.
  public let elapsed: Double
  /// Seconds to go, an estimate; nil when there is none.
  public let remaining: Double?
  /// What is being done, for people.
  public let activity: String

  init(_ progress: svfap_progress) {
    done = progress.done
    total = progress.total >= 0 ? progress.total : nil
    elapsed = progress.elapsed_s
    remaining = progress.remaining_s >= 0 ? progress.remaining_s : nil
    activity = String(progress.activity)
  }

  /// Receives progress a few times a second, on the calling thread. What it throws stops the work and comes out of the call.
  public typealias Receiver = (Progress) throws -> Void
}

/// Keeps what a closure throws until the C function that called it has returned.
final class Catcher {
  private(set) var error: (any Error)?

  /// Runs `body` unless something was thrown before. What C expects comes back: 0 to go on.
  func run(_ body: () throws -> Void) -> Int32 {
    guard error == nil else { return 1 }
    do {
      try body()
      return 0
    } catch {
      self.error = error
      return 1
    }
  }

  /// Calls a function of svfap.h that calls closures; what one of them threw goes before the status that it led to.
  func calling(_ function: (HandlePlace) -> svfap_status) throws {
    do throws(SVFAPError) {
      try call(function)
    } catch {
      throw self.error ?? error
    }
    if let error { throw error }
  }
}

/// Runs `body` with the options of a long call.
func withRunOptions<Result>(
  _ progress: Progress.Receiver?, _ cancellation: Cancellation?, _ catcher: Catcher,
  _ body: (UnsafePointer<svfap_run_options>) throws -> Result
) throws -> Result {
  var options = svfap_run_options.empty
  options.cancel = cancellation?.handle
  let receiver = progress.map { ProgressReceiver($0, catcher) }
  if let receiver {
    options.progress_user = Unmanaged.passUnretained(receiver).toOpaque()
    options.progress = { user, progress in
      guard let user, let progress else { return 0 }
      let receiver = Unmanaged<ProgressReceiver>.fromOpaque(user).takeUnretainedValue()
      return receiver.catcher.run { try receiver.receive(Progress(progress.pointee)) }
    }
  }
  return try withExtendedLifetime((receiver, cancellation)) { try body(&options) }
}

private final class ProgressReceiver {
  let receive: Progress.Receiver
  let catcher: Catcher

  init(_ receive: @escaping Progress.Receiver, _ catcher: Catcher) {
    self.receive = receive
    self.catcher = catcher
  }
}
