import Glibc

/// What a thread is started with; balanced by the thread.
private final class ThreadBody {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Starts a thread that takes no signals: those are for the threads of the host program.
///
/// - Returns: the thread; whoever started it joins it.
/// - Throws: `noMemory` if the system makes no more threads.
package func startThread(_ run: @escaping @Sendable () -> Void) throws(SVFAPError) -> pthread_t {
  // A new thread inherits the mask. What a thread's own instructions raise stays unblocked.
  var before = sigset_t()
  var blocked = sigset_t()
  sigfillset(&blocked)
  for signal in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS] { sigdelset(&blocked, signal) }
  pthread_sigmask(SIG_BLOCK, &blocked, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  var thread = pthread_t()
  let argument = Unmanaged.passRetained(ThreadBody(run)).toOpaque()
  let status = pthread_create(
    &thread, nil,
    { argument in
      if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
      return nil
    }, argument)
  guard status == 0 else {
    Unmanaged<ThreadBody>.fromOpaque(argument).release()
    throw SVFAPError(.noMemory, "cannot start a thread: \(systemErrorText(status))")
  }
  return thread
}
