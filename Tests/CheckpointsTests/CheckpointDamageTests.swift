import Base
import CheckpointSamples
import Checkpoints
import Glibc
import TestSupport
import Testing

@Suite("No damage to a generation goes unnoticed")
struct CheckpointDamageTests {
  private let folder: TemporaryFolder
  private let store: CheckpointStore
  private let newest: String
  private let bytes: [UInt8]
  private let run: SampleRun

  init() throws {
    folder = TemporaryFolder()
    store = try CheckpointStore(folder.path)
    run = try SampleRun(rows: 1)
    try run.save(step: 1, in: store)
    try run.save(step: 2, in: store)
    newest = "\(folder.path)/\(CheckpointStore.name(ofStep: 2))"
    bytes = Fixtures.bytes(newest)
  }

  /// Whether the store passes over the newest generation, says why, and offers the other one.
  private func fallsBack() throws -> Bool {
    let found = try store.newest()
    return found.state?.step == 1 && found.skipped.count == 1
  }

  @Test("every truncation falls back to the other generation")
  func truncations() throws {
    for length in (0..<bytes.count).reversed() {
      truncate(newest, off_t(length))
      #expect(try fallsBack(), "cut after \(length) of \(bytes.count) bytes")
    }
    Fixtures.write(bytes, to: newest)
    #expect(try store.newest().state?.step == 2)
  }

  @Test("every single flipped bit falls back to the other generation")
  func flips() throws {
    // Changed in place: a file that is emptied and written again is flushed by some file systems.
    let descriptor = open(newest, O_RDWR | O_CLOEXEC)
    defer { close(descriptor) }
    for (offset, byte) in bytes.enumerated() {
      for bit in 0..<8 {
        var damaged = byte ^ 1 << UInt8(bit)
        pwrite(descriptor, &damaged, 1, off_t(offset))
        #expect(try fallsBack(), "bit \(bit) of byte \(offset) of \(bytes.count)")
      }
      var whole = byte
      pwrite(descriptor, &whole, 1, off_t(offset))
    }
    let state = try #require(try store.newest().state)
    #expect(state.step == 2)
    #expect(try run.matches(state))
  }

  @Test("bytes behind the end, and a file of nothing but zeros, fall back to the other generation")
  func tails() throws {
    for tail in [[0], [UInt8](repeating: 0, count: 64), Array(bytes.suffix(4))] {
      Fixtures.write(bytes + tail, to: newest)
      #expect(try fallsBack())
    }
    Fixtures.write([UInt8](repeating: 0, count: bytes.count), to: newest)
    #expect(try fallsBack())
  }

  @Test("the reason names the tensor that is damaged")
  func reason() throws {
    var damaged = bytes
    damaged[bytes.count - 4 - 16 * 4] ^= 1
    Fixtures.write(damaged, to: newest)
    #expect(try store.newest().skipped.first?.reason.contains("\"weights/a\"") == true)
    Fixtures.write(Array(bytes.dropLast(30)), to: newest)
    #expect(try store.newest().skipped.first?.reason.contains("cut short") == true)
  }
}
