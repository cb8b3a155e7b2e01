import CBaseShims
import Glibc
import Synchronization

/// A fixed number of threads that work through numbered tasks together with the thread that asks.
///
/// Tasks are handed out one by one, so which thread does which task varies; what a task computes must not depend
/// on it. Several threads may ask at once: one gets the pool, the others do their tasks themselves. A task that
/// asks again does the inner tasks itself, and so does a process that was forked off: the threads stayed behind.
package final class ThreadPool: @unchecked Sendable {
  // All shared state is atomic or guarded by `mutex`.
  private final class Shared: @unchecked Sendable {
    let mutex: UnsafeMutablePointer<pthread_mutex_t>
    let wake: UnsafeMutablePointer<pthread_cond_t>
    let epoch = Atomic<UInt64>(0)
    let next = Atomic<Int>(0)
    let unfinished = Atomic<Int>(0)
    let isStopping = Atomic(false)
    var count = 0
    var body: ((Int, Int) -> Void)?

    init() {
      mutex = .allocate(capacity: 1)
      wake = .allocate(capacity: 1)
      pthread_mutex_init(mutex, nil)
      pthread_cond_init(wake, nil)
    }

    deinit {
      pthread_cond_destroy(wake)
      pthread_mutex_destroy(mutex)
      wake.deallocate()
      mutex.deallocate()
    }

    /// Takes tasks until there are none left.
    func work(as worker: Int) {
      guard let body else { return }
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index, worker)
      }
    }

    func serve(as worker: Int) {
      var seen: UInt64 = 0
      while true {
        var spins = 0
        while epoch.load(ordering: .acquiring) == seen && spins < ThreadPool.spinLimit { spins += 1 }
        if epoch.load(ordering: .acquiring) == seen {
          pthread_mutex_lock(mutex)
          while epoch.load(ordering: .acquiring) == seen { pthread_cond_wait(wake, mutex) }
          pthread_mutex_unlock(mutex)
        }
        seen = epoch.load(ordering: .acquiring)
        if isStopping.load(ordering: .acquiring) { return }
        work(as: worker)
        unfinished.wrappingSubtract(1, ordering: .acquiringAndReleasing)
      }
    }
  }

  /// What a thread is started with.
  private final class Member {
    let shared: Shared
    let worker: Int
    init(shared: Shared, worker: Int) {
      self.shared = shared
      self.worker = worker
    }
  }

  /// Looks at the epoch this often before a thread goes to sleep: some microseconds.
  private static let spinLimit = 4000

  /// Threads that compute, the asking one included.
  package let threads: Int

  private let shared = Shared()
  private var helpers: [pthread_t] = []
  private let taken = Atomic(false)
  /// The process that the helpers belong to.
  private let process = getpid()

  /// Most threads that a pool may have.
  package static let limit = 256

  /// - Parameter threads: at least 1; 0 takes one a processor that this process may use.
  /// - Throws: `limit` for an absurd number, `noMemory` if the system makes no more threads.
  package init(threads requested: Int) throws(SVFAPError) {
    guard (0...Self.limit).contains(requested) else {
      throw SVFAPError(.limit, "\(requested) threads; 0 to \(Self.limit) are possible")
    }
    threads = requested == 0 ? Self.usableProcessors : requested
    // Signals are for the threads of the host program: the helpers, which inherit the mask, take none.
    var before = sigset_t()
    var blocked = Self.asynchronousSignals
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    for _ in 1..<max(threads, 1) {
      var thread = pthread_t()
      let argument = Unmanaged.passRetained(Member(shared: shared, worker: helpers.count + 1)).toOpaque()
      let status = pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          let member = Unmanaged<Member>.fromOpaque(argument).takeRetainedValue()
          member.shared.serve(as: member.worker)
          return nil
        }, argument)
      guard status == 0 else {
        Unmanaged<Member>.fromOpaque(argument).release()
        stop()
        throw SVFAPError(.noMemory, "cannot start thread \(helpers.count + 1) of \(threads): \(systemErrorText(status))")
      }
      helpers.append(thread)
    }
  }

  deinit { stop() }

  /// Processors that this process may use, at most `limit`.
  package static var usableProcessors: Int { min(Int(base_usable_processors()), limit) }

  /// All signals but those that a thread's own instructions raise.
  private static var asynchronousSignals: sigset_t {
    var signals = sigset_t()
    sigfillset(&signals)
    for signal in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS] { sigdelset(&signals, signal) }
    return signals
  }

  private func stop() {
    guard getpid() == process else { return }
    shared.isStopping.store(true, ordering: .releasing)
    announce()
    for thread in helpers { pthread_join(thread, nil) }
    helpers = []
  }

  private func announce() {
    pthread_mutex_lock(shared.mutex)
    shared.epoch.wrappingAdd(1, ordering: .acquiringAndReleasing)
    pthread_cond_broadcast(shared.wake)
    pthread_mutex_unlock(shared.mutex)
  }

  /// Calls `body(index, worker)` for every index below `count`, on all threads, and returns when all are done.
  ///
  /// `worker` is below `threads` and differs between tasks of one call that run at the same time: it picks scratch
  /// memory, which therefore belongs to the caller and not to the pool.
  package func parallel(_ count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
    guard count > 1, threads > 1, getpid() == process, taken.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    else {
      for index in 0..<max(count, 0) { body(index, 0) }
      return
    }
    defer { taken.store(false, ordering: .releasing) }
    withoutActuallyEscaping(body) { body in
      shared.body = body
      shared.count = count
      shared.next.store(0, ordering: .relaxed)
      shared.unfinished.store(helpers.count, ordering: .relaxed)
      announce()
      shared.work(as: 0)
      // Every helper passes through one epoch before the next begins: none may see two tasks' state mixed.
      var spins = 0
      while shared.unfinished.load(ordering: .acquiring) > 0 {
        spins += 1
        if spins > Self.spinLimit { sched_yield() }
      }
      shared.body = nil
    }
  }
}
