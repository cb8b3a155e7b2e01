import Base
import Glibc
import Synchronization
import TestSupport
import Testing

/// Counters that several threads may raise.
private final class Counters: @unchecked Sendable {
  // Elements are atomic; the memory is fixed.
  private let values: UnsafeMutablePointer<Atomic<Int>>
  let count: Int

  init(_ count: Int) {
    self.count = count
    values = .allocate(capacity: max(count, 1))
    for index in 0..<count { (values + index).initialize(to: Atomic(0)) }
  }

  deinit { values.deallocate() }

  @discardableResult
  func raise(_ index: Int) -> Int { values[index].wrappingAdd(1, ordering: .acquiringAndReleasing).newValue }
  func lower(_ index: Int) { values[index].wrappingSubtract(1, ordering: .acquiringAndReleasing) }
  subscript(index: Int) -> Int { values[index].load(ordering: .acquiring) }
  var all: [Int] { (0..<count).map { self[$0] } }
}

@Suite("The thread pool")
struct ThreadPoolTests {
  @Test("every index is done once", arguments: [1, 2, 3, 8, 40], [0, 1, 2, 7, 1000])
  func everyIndex(threads: Int, tasks: Int) throws {
    let pool = try ThreadPool(threads: threads)
    #expect(pool.threads == threads)
    let counters = Counters(tasks)
    for round in 1...20 {
      pool.parallel(tasks) { index, _ in counters.raise(index) }
      #expect(counters.all == [Int](repeating: round, count: tasks))
    }
  }

  @Test("no tasks, or fewer than none, are no work")
  func nothing() throws {
    let pool = try ThreadPool(threads: 2)
    for count in [0, -1, .min] { pool.parallel(count) { _, _ in Issue.record("there is nothing to do") } }
  }

  @Test("all threads work at the same time", arguments: [2, 4, 9])
  func allThreads(threads: Int) throws {
    let pool = try ThreadPool(threads: threads)
    let arrived = Counters(1)
    // Every task waits for all others: with a thread too few they would wait until the patience ends.
    pool.parallel(threads) { _, _ in
      arrived.raise(0)
      var patience = 20_000
      while arrived[0] < threads, patience > 0 {
        usleep(1000)
        patience -= 1
      }
      #expect(patience > 0)
    }
    #expect(arrived[0] == threads)
  }

  @Test("no two tasks at the same time have the same worker")
  func workers() throws {
    let pool = try ThreadPool(threads: 4)
    let busy = Counters(4)
    let clashes = Counters(1)
    pool.parallel(5000) { _, worker in
      guard (0..<4).contains(worker) else {
        clashes.raise(0)
        return
      }
      if busy.raise(worker) != 1 { clashes.raise(0) }
      busy.lower(worker)
    }
    #expect(clashes[0] == 0)
  }

  @Test("results stand where their index says, whatever the number of threads", arguments: [1, 2, 3, 8])
  func order(threads: Int) throws {
    let pool = try ThreadPool(threads: threads)
    let results = UnsafeMutablePointer<Int>.allocate(capacity: 500)
    defer { results.deallocate() }
    pool.parallel(500) { index, _ in results[index] = index * index }
    #expect((0..<500).allSatisfy { results[$0] == $0 * $0 })
  }

  @Test("a task may ask again and does the inner tasks itself")
  func nesting() throws {
    let pool = try ThreadPool(threads: 3)
    let counters = Counters(30 * 20)
    pool.parallel(30) { outer, _ in
      let thread = pthread_self()
      pool.parallel(20) { inner, _ in
        #expect(pthread_equal(thread, pthread_self()) != 0)
        counters.raise(outer * 20 + inner)
      }
    }
    #expect(counters.all.allSatisfy { $0 == 1 })
  }

  @Test("several threads may ask at once")
  func callers() throws {
    let pool = try ThreadPool(threads: 3)
    let counters = Counters(6 * 100)
    atOnce(6) { caller in
      for _ in 0..<50 { pool.parallel(100) { index, _ in counters.raise(caller * 100 + index) } }
    }
    #expect(counters.all.allSatisfy { $0 == 50 })
  }

  @Test("pools come and go, also such as never worked")
  func lifetimes() throws {
    for round in 0..<100 {
      let pool = try ThreadPool(threads: 4)
      let counters = Counters(8)
      if round % 2 == 0 { pool.parallel(8) { index, _ in counters.raise(index) } }
      #expect(counters.all.allSatisfy { $0 == (round % 2 == 0 ? 1 : 0) })
    }
  }

  @Test("0 threads are as many as there are processors; absurd numbers are refused")
  func counts() throws {
    #expect(ThreadPool.usableProcessors >= 1)
    #expect(try ThreadPool(threads: 0).threads == ThreadPool.usableProcessors)
    for count in [-1, .min, ThreadPool.limit + 1, .max] { #expect(failure { try ThreadPool(threads: count) }?.code == .limit) }
  }

  @Test("signals reach the host program's threads only")
  func signals() throws {
    var before = sigset_t()
    pthread_sigmask(SIG_SETMASK, nil, &before)
    let pool = try ThreadPool(threads: 3)
    var after = sigset_t()
    pthread_sigmask(SIG_SETMASK, nil, &after)
    for signal in [SIGINT, SIGTERM, SIGCHLD, SIGALRM] { #expect(sigismember(&before, signal) == sigismember(&after, signal)) }
    let taking = Counters(1)
    let helpers = Counters(1)
    pool.parallel(300) { _, worker in
      if worker == 0 {
        usleep(100)
        return
      }
      helpers.raise(0)
      var mask = sigset_t()
      pthread_sigmask(SIG_SETMASK, nil, &mask)
      for signal in [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGALRM, SIGCHLD] where sigismember(&mask, signal) == 0 { taking.raise(0) }
      // A fault of its own must still end the process the usual way.
      if sigismember(&mask, SIGSEGV) == 1 { taking.raise(0) }
    }
    #expect(helpers[0] > 0)
    #expect(taking[0] == 0)
  }

  @Test("a forked process, which has none of the threads, does the work itself")
  func forked() throws {
    let pool = try ThreadPool(threads: 3)
    let done = Counters(64)
    pool.parallel(64) { index, _ in done.raise(index) }
    typealias Fork = @convention(c) () -> Int32
    // Swift hides fork: what follows it here is only atomics and system calls.
    let fork = unsafeBitCast(try #require(dlsym(nil, "fork")), to: Fork.self)
    let child = fork()
    if child == 0 {
      alarm(20)
      pool.parallel(64) { index, _ in done.raise(index) }
      for index in 0..<64 where done[index] != 2 { _exit(1) }
      _exit(0)
    }
    var status: Int32 = 0
    #expect(waitpid(child, &status, 0) == child)
    #expect(status == 0, "the child hung or left tasks undone")
  }
}
