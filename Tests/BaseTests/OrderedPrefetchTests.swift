import Base
import Glibc
import Synchronization
import Testing

@Suite("Items made ahead of their use")
struct OrderedPrefetchTests {
  @Test("come in order, each once, whatever the threads do", arguments: [1, 2, 7])
  func order(threads: Int) throws {
    let prefetch = try OrderedPrefetch(3..<500, ahead: 5, threads: threads) { number in
      if number % 7 == 0 { usleep(200) }
      return number * number
    }
    for number in 3..<500 { #expect(prefetch.next() == number * number) }
    #expect(prefetch.next() == nil)
    #expect(prefetch.next() == nil)
  }

  @Test("are never more than was allowed")
  func bound() throws {
    let made = Mutex(0)
    let prefetch = try OrderedPrefetch(0..<100, ahead: 4, threads: 3) { number in
      made.withLock { $0 += 1 }
      return number
    }
    for number in 0..<100 {
      usleep(500)
      // Those handed out, those waiting, and nothing more.
      #expect(made.withLock { $0 } <= number + 4)
      _ = prefetch.next()
    }
  }

  @Test("need not be used up: the threads end with the object")
  func early() throws {
    for _ in 0..<50 {
      let prefetch = try OrderedPrefetch(0..<1000, ahead: 3, threads: 2) { $0 }
      #expect(prefetch.next() == 0)
    }
    let none = try OrderedPrefetch(0..<0, ahead: 3, threads: 2) { $0 }
    #expect(none.next() == nil)
  }
}
