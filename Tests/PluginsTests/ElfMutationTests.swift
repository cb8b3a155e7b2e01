import Base
import Glibc
import Plugins
import TestSupport
import Testing

@Suite("Damaged libraries are read without harm")
struct ElfMutationTests {
  private let workshop = PluginWorkshop()

  /// Looks at a file of these bytes, of which nothing is run.
  private func examine(_ bytes: [UInt8]) throws(SVFAPError) {
    let path = workshop.file("damaged.so", bytes)
    _ = try LoadedPlugin.examine(InputFile(path), path: path)
  }

  @Test("whatever bytes are changed or cut off, there is an answer")
  func mutations() throws {
    let good = PluginBytes(Fixtures.bytes(try workshop.build("entry", as: "good.so")))
    try examine(good.all)
    // What is read: the header and the table of segments, the notes, and what the dynamic segment says.
    let dynamic = good.number(at: try good.segment(2) + 8, 8)
    let note = try good.note
    let parts = [0..<64, 64..<64 + 56 * good.number(at: 56, 2), note..<note + 36, dynamic..<dynamic + 256, 0..<good.all.count]
    let values: [UInt8] = [0, 1, 4, 7, 0x7F, 0x80, 0xFF]
    var random = RandomSequence(seed: 7, stream: "elf")
    var outcomes: [SVFAPError.Code: Int] = [:]
    var accepted = 0
    for _ in 0..<4000 {
      var bytes = good.all
      for _ in 0...random.integer(below: 4) {
        let part = parts[random.integer(below: parts.count)]
        let offset = part.lowerBound + random.integer(below: part.count)
        switch random.integer(below: 3) {
        case 0: bytes[offset] ^= 1 << UInt8(random.integer(below: 8))
        case 1: bytes[offset] = values[random.integer(below: values.count)]
        default:
          // A whole number, such as a size or an offset.
          let value = values[random.integer(below: values.count)]
          for index in offset / 8 * 8..<min(offset / 8 * 8 + 8, bytes.count) { bytes[index] = value }
        }
      }
      if random.chance(0.1) { bytes.removeLast(random.integer(below: bytes.count)) }
      do throws(SVFAPError) {
        try examine(bytes)
        accepted += 1
      } catch {
        outcomes[error.code, default: 0] += 1
      }
    }
    #expect(Set(outcomes.keys) == [.format, .abi], "\(outcomes)")
    #expect(accepted > 100 && outcomes[.format] ?? 0 > 1000 && outcomes[.abi] ?? 0 > 10, "\(accepted) accepted, \(outcomes)")
  }

  @Test("every length but the whole")
  func lengths() throws {
    let good = Fixtures.bytes(try workshop.build("entry", as: "good.so"))
    for count in stride(from: 0, to: min(good.count, 1024), by: 1) {
      #expect(failure { try examine(Array(good[..<count])) }?.code == .format, "\(count) bytes")
    }
  }
}
