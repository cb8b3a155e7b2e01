/// How far a piece of work has come.
package struct Progress: Sendable {
  /// In units of the work.
  package var done: Double
  /// In the same units; nil when unknown.
  package var total: Double?
  package var elapsed: Double
  /// An estimate in seconds; nil when there is none.
  package var remaining: Double?
  /// What is being done, for people.
  package var activity: String
}

/// What long work needs from whoever started it: whether to stop, and a place to tell how far it is.
///
/// Used by one thread at a time: the one that the work was started on.
package final class RunContext {
  private let cancel: CancelToken?
  private let progress: ((Progress) -> Bool)?
  private let start = monotonicSeconds()
  private var lastReport = -Double.infinity
  /// The user is told at most this often, in seconds.
  private let interval = 0.2

  /// - Parameter progress: receives progress; false stops the work.
  package init(cancel: CancelToken? = nil, progress: ((Progress) -> Bool)? = nil) {
    self.cancel = cancel
    self.progress = progress
  }

  package var token: CancelToken? { cancel }

  /// Throws `cancelled` if the user asked to stop.
  package func check() throws(SVFAPError) {
    if cancel?.isRequested == true { throw Self.stopped }
  }

  /// Tells how far the work is, now and then, and throws `cancelled` if the user asked to stop.
  ///
  /// - Parameter always: report even if the last report was a moment ago (starts and ends).
  package func report(_ activity: @autoclosure () -> String, done: Double, total: Double?, always: Bool = false) throws(SVFAPError) {
    try check()
    guard let progress else { return }
    let now = monotonicSeconds()
    guard always || now - lastReport >= interval else { return }
    lastReport = now
    let elapsed = now - start
    var remaining: Double?
    if let total, done > 0, total >= done { remaining = elapsed * (total - done) / done }
    let goOn = progress(Progress(done: done, total: total, elapsed: elapsed, remaining: remaining, activity: activity()))
    if !goOn { throw Self.stopped }
  }

  private static var stopped: SVFAPError { SVFAPError(.cancelled, "stopped on request") }
}
