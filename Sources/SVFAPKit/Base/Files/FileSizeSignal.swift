import Glibc

/// Writing beyond the process's limit on file sizes (RLIMIT_FSIZE) sends SIGXFSZ, which ends the process. A library must
/// neither let that happen nor change the process's handlers, so the signal is held back in the writing thread alone.
package enum FileSizeSignal {
  /// Whether file sizes are limited at all.
  private static var isPossible: Bool {
    var limit = rlimit()
    return getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) != 0 || limit.rlim_cur != rlim_t.max
  }

  /// Runs `body` with the signal held back and then taken away, so that writing fails with `EFBIG`; `errno` is as `body` left it.
  package static func held<Result>(_ body: () -> Result) -> Result {
    guard isPossible else { return body() }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGXFSZ)
    var before = sigset_t()
    guard pthread_sigmask(SIG_BLOCK, &signals, &before) == 0 else { return body() }
    let result = body()
    let error = errno
    // A signal that was held back already is another's to take.
    if sigismember(&before, SIGXFSZ) == 0 {
      var moment = timespec(tv_sec: 0, tv_nsec: 0)
      sigtimedwait(&signals, nil, &moment)
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    errno = error
    return result
  }
}
