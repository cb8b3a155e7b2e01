import CSVFAP
import Glibc

/// Turns Ctrl-C and SIGTERM into a request to stop; a second Ctrl-C ends the program at once.
struct CancelOnInterrupt: ~Copyable {
  let handle: OpaquePointer?

  // Written before the handler is installed and read only by it.
  nonisolated(unsafe) private static var current: OpaquePointer?

  init() throws(LibraryError) {
    var cancel: OpaquePointer?
    try LibraryError.check { svfap_cancel_create(&cancel, $0) }
    handle = cancel
    Self.current = cancel
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        _ = svfap_cancel_request(CancelOnInterrupt.current)
        signal(number, SIG_DFL)
      }
      sigaction(number, &action, nil)
    }
  }

  deinit {
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
    _ = svfap_cancel_release(handle, nil)
  }
}
