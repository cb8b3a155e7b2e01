import Glibc

/// Makes numbered items ahead of their use, on threads of its own, and hands them out in order.
///
/// What an item is depends on its number alone, so neither the number of threads nor their speed changes anything but
/// the time. At most `ahead` items wait at a time: memory is bounded.
package final class OrderedPrefetch<Item: Sendable>: @unchecked Sendable {
  // All state is guarded by the mutex of `shared`; threads hold `shared` and not this object, so that it can end them.
  private final class Shared: @unchecked Sendable {
    let mutex: UnsafeMutablePointer<pthread_mutex_t>
    let changed: UnsafeMutablePointer<pthread_cond_t>
    let end: Int
    let ahead: Int
    let make: @Sendable (Int) -> Item
    var nextToMake: Int
    var nextToHand: Int
    var ready: [Int: Item] = [:]
    var isStopping = false

    init(start: Int, end: Int, ahead: Int, make: @escaping @Sendable (Int) -> Item) {
      mutex = .allocate(capacity: 1)
      changed = .allocate(capacity: 1)
      pthread_mutex_init(mutex, nil)
      pthread_cond_init(changed, nil)
      self.end = end
      self.ahead = ahead
      self.make = make
      nextToMake = start
      nextToHand = start
    }

    deinit {
      pthread_cond_destroy(changed)
      pthread_mutex_destroy(mutex)
      changed.deallocate()
      mutex.deallocate()
    }

    /// What a thread does: takes numbers until there are none left or it is told to stop.
    func serve() {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      while true {
        while !isStopping, nextToMake < end, nextToMake >= nextToHand + ahead { pthread_cond_wait(changed, mutex) }
        guard !isStopping, nextToMake < end else { return }
        let number = nextToMake
        nextToMake += 1
        pthread_mutex_unlock(mutex)
        let item = make(number)
        pthread_mutex_lock(mutex)
        ready[number] = item
        pthread_cond_broadcast(changed)
      }
    }
  }

  private let shared: Shared
  private var threads: [pthread_t] = []
  /// Seconds that `next` has waited for items.
  package private(set) var waited = 0.0

  /// - Parameters:
  ///   - range: the numbers to make.
  ///   - ahead: most items that are made and not handed out, at least 1.
  ///   - threads: at least 1.
  ///   - make: called on several threads at once.
  /// - Throws: `noMemory` if the system makes no more threads.
  package init(
    _ range: Range<Int>, ahead: Int, threads count: Int, make: @escaping @Sendable (Int) -> Item
  ) throws(SVFAPError) {
    shared = Shared(start: range.lowerBound, end: range.upperBound, ahead: max(ahead, 1), make: make)
    for _ in 0..<max(count, 1) {
      do throws(SVFAPError) {
        threads.append(try startThread { [shared] in shared.serve() })
      } catch {
        stop()
        throw error
      }
    }
  }

  deinit { stop() }

  /// The next item in order; nil after the last.
  package func next() -> Item? {
    pthread_mutex_lock(shared.mutex)
    defer { pthread_mutex_unlock(shared.mutex) }
    guard shared.nextToHand < shared.end else { return nil }
    let start = monotonicSeconds()
    while shared.ready[shared.nextToHand] == nil { pthread_cond_wait(shared.changed, shared.mutex) }
    waited += monotonicSeconds() - start
    let item = shared.ready.removeValue(forKey: shared.nextToHand)
    shared.nextToHand += 1
    pthread_cond_broadcast(shared.changed)
    return item
  }

  /// Ends the threads; items under way are finished first.
  private func stop() {
    pthread_mutex_lock(shared.mutex)
    shared.isStopping = true
    pthread_cond_broadcast(shared.changed)
    pthread_mutex_unlock(shared.mutex)
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }
}
