import Base
import Synchronization
import TestSupport
import Testing

@Suite("Cancel tokens")
struct CancelTokenTests {
  @Test("a token is made unrequested, is requested once or more, and ends")
  func life() throws {
    let token = try CancelToken.make()
    #expect(token.exists)
    #expect(!token.isRequested)
    #expect(token.request())
    #expect(token.isRequested)
    #expect(token.request(), "asking again is no fault")
    #expect(token.exists)
    #expect(token.release())
    #expect(!token.exists)
    #expect(!token.isRequested)
  }

  @Test("a released token is known as such, also when its place is taken again")
  func stale() throws {
    let old = try CancelToken.make()
    #expect(old.release())
    #expect(!old.release())
    #expect(!old.request())
    // Whichever of these got the old place: the old token does not reach it.
    let fresh = try (0..<64).map { _ in try CancelToken.make() }
    defer { for token in fresh { token.release() } }
    #expect(!old.request())
    #expect(!old.exists)
    #expect(fresh.allSatisfy { !$0.isRequested && $0 != old })
  }

  @Test("a place that is used again has another generation")
  func generations() throws {
    var seen = Set<UInt64>()
    for _ in 0..<1000 {
      let token = try CancelToken.make()
      #expect(seen.insert(UInt64(token.index) << 32 | UInt64(token.generation)).inserted)
      token.release()
    }
  }

  @Test("made-up tokens do nothing", arguments: [(0, 0), (.max, .max), (65_535, 7), (65_536, 1), (3, 0xFFFF_FFFF)] as [(UInt32, UInt32)])
  func madeUp(index: UInt32, generation: UInt32) {
    let token = CancelToken(index: index, generation: generation)
    #expect(!token.exists)
    #expect(!token.isRequested)
    #expect(!token.request())
    #expect(!token.release())
  }

  @Test("of many threads that release one token, one succeeds")
  func releases() throws {
    for _ in 0..<50 {
      let token = try CancelToken.make()
      let successes = Successes()
      atOnce(6) { _ in if token.release() { successes.count.wrappingAdd(1, ordering: .relaxed) } }
      #expect(successes.count.load(ordering: .relaxed) == 1)
    }
  }

  @Test("what one thread requests, others see")
  func acrossThreads() throws {
    let token = try CancelToken.make()
    defer { token.release() }
    let seen = Successes()
    atOnce(4) { thread in
      if thread == 0 {
        token.request()
      } else {
        while !token.isRequested {}
        seen.count.wrappingAdd(1, ordering: .relaxed)
      }
    }
    #expect(seen.count.load(ordering: .relaxed) == 3)
  }

  @Test("many threads may make, request and release at once, and no two share a token")
  func storm() {
    let faults = Successes()
    atOnce(4) { _ in
      for _ in 0..<2000 {
        guard let token = try? CancelToken.make() else {
          faults.count.wrappingAdd(1, ordering: .relaxed)
          return
        }
        let wasFresh = !token.isRequested
        let wasRequested = token.request() && token.isRequested
        if !wasFresh || !wasRequested || !token.release() { faults.count.wrappingAdd(1, ordering: .relaxed) }
      }
    }
    #expect(faults.count.load(ordering: .relaxed) == 0)
  }
}

private final class Successes: Sendable {
  let count = Atomic(0)
}
