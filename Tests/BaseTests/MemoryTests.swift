import Base
import Synchronization
import TestSupport
import Testing

@Suite("Memory whose size comes from outside")
struct MemoryTests {
  @Test("buffers are zero, aligned to 64 bytes and as large as asked", arguments: [0, 1, 15, 16, 17, 100_000])
  func buffers(count: Int) throws {
    let floats = try FloatBuffer(count: count)
    #expect(floats.count == count)
    #expect(UInt(bitPattern: floats.pointer) % 64 == 0)
    #expect((0..<count).allSatisfy { floats[$0] == 0 })
    let bytes = try ByteBuffer(count: count)
    #expect(bytes.count == count)
    #expect(UInt(bitPattern: bytes.pointer) % 64 == 0)
    #expect((0..<count).allSatisfy { bytes.pointer[$0] == 0 })
  }

  @Test("sizes that no machine has are an error", arguments: [-1, .min, 1 << 45, 1 << 62, .max])
  func absurd(count: Int) throws {
    let error = try #require(failure { try FloatBuffer(count: count) })
    #expect(error.code == .limit)
    #expect(error.message.contains("\(count)"))
    if count != 1 << 45 { #expect(failure { try ByteBuffer(count: count) }?.code == .limit) }
  }

  @Test("elements of a shape, nil where they cannot be counted")
  func elements() {
    #expect(elementCount([]) == 1)
    #expect(elementCount([2, 3, 4]) == 24)
    #expect(elementCount([5, 0, 7]) == 0)
    #expect(elementCount([2, -1]) == nil)
    #expect(elementCount([.max, 2]) == nil)
    #expect(elementCount([1 << 32, 1 << 32]) == nil)
  }

  @Test("every thread has its own value, released when the thread ends")
  func threadValues() {
    let made = Tally()
    let ended = Tally()
    let value = ThreadValue { Witness(made: made, ended: ended) }
    let same = Tally()
    atOnce(5) { _ in
      let first = value.current
      if first === value.current { same.count.wrappingAdd(1, ordering: .relaxed) }
    }
    #expect(made.count.load(ordering: .acquiring) == 5)
    #expect(same.count.load(ordering: .acquiring) == 5)
    #expect(ended.count.load(ordering: .acquiring) == 5)
  }
}

private final class Tally: Sendable {
  let count = Atomic(0)
}

private final class Witness {
  private let ended: Tally
  init(made: Tally, ended: Tally) {
    self.ended = ended
    made.count.wrappingAdd(1, ordering: .acquiringAndReleasing)
  }
  deinit { ended.count.wrappingAdd(1, ordering: .acquiringAndReleasing) }
}
