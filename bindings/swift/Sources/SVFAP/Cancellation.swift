import CSVFAP

/// A flag that stops the calls that it was given to. Any thread may use it at any time.
public final class Cancellation: Sendable {
  // A handle is a number that the library looks up; every call with it is safe from any thread.
  nonisolated(unsafe) let handle: OpaquePointer

  /// Makes a flag.
  public init() throws(SVFAPError) {
    handle = try made { svfap_cancel_create($0, $1) }
  }

  deinit { svfap_cancel_release(handle, nil) }

  /// Asks whatever runs with this flag to stop: it ends with `SVFAPError.Status.cancelled` soon. The flag stays set.
  public func request() { svfap_cancel_request(handle) }

  /// What a signal handler needs to stop the work: a number, with which it neither allocates nor counts references. Once this
  /// object has ended it stops nothing.
  ///
  ///     nonisolated(unsafe) let stop = cancellation.token
  ///     signal(SIGINT) { _ in Cancellation.request(stop) }
  public var token: OpaquePointer { handle }

  /// Does what `request` does, for a token. May be called from a signal handler.
  public static func request(_ token: OpaquePointer) { svfap_cancel_request(token) }
}
