import Base
import TestSupport
import Testing

@testable import Checkpoints

@Suite("Zip archives of torch.save are read strictly")
struct ZipArchiveTests {
  private let workshop = Workshop()
  private let good = ZipBuilder([.init("a/one", [1, 2, 3]), .init("a/two", Array(repeating: 7, count: 300)), .init("a/none", [])])

  private func open(_ bytes: [UInt8]) throws -> ZipArchive { try ZipArchive(InputFile(workshop.file("file.zip", bytes))) }

  private func contents(_ archive: ZipArchive, _ name: String) throws -> [UInt8] {
    let buffer = try archive.contents(try #require(archive[name]), limit: 1000)
    return (0..<buffer.count).map { buffer.pointer[$0] }
  }

  @Test("entries are found, with and without the 64-bit extension", arguments: [false, true], [false, true])
  func reads(extendedEnd: Bool, extendedEntries: Bool) throws {
    var zip = good
    zip.hasExtendedEnd = extendedEnd
    for index in zip.entries.indices { zip.entries[index].isExtended = extendedEntries }
    let archive = try open(zip.bytes)
    #expect(archive.entries.map(\.name) == ["a/one", "a/two", "a/none"])
    #expect(try contents(archive, "a/one") == [1, 2, 3])
    #expect(try contents(archive, "a/two") == Array(repeating: 7, count: 300))
    #expect(try contents(archive, "a/none") == [])
    #expect(archive["a/three"] == nil)
  }

  @Test("an archive cut at any length, or with something behind it, is refused")
  func truncation() throws {
    var zip = good
    zip.hasExtendedEnd = true
    let bytes = zip.bytes
    for length in 0..<bytes.count { #expect(failure { try open(Array(bytes[..<length])) }?.code == .format, "\(length) bytes") }
    zip.trailer = [0]
    #expect(failure { try open(zip.bytes) }?.message.contains("cut short, or something was added") == true)
  }

  /// What is done to a good archive, and a part of the message that refuses it.
  static let refused: [(String, @Sendable (inout ZipBuilder) -> Void)] = [
    ("stands twice", { $0.entries.append($0.entries[0]) }),
    ("is encrypted", { $0.entries[1].flags = 1 }),
    ("is encrypted", { $0.entries[1].flags = 0x40 }),
    ("not UTF-8 text", { $0.entries[0].name = "" }),
    ("not UTF-8 text", { $0.entries[0].name = "a\0b" }),
    ("is damaged or not where", { $0.entries[0].localName = "a/two" }),
    ("overlap", { $0.entries[1].offset = 5 }),
    ("is damaged or not where", { $0.entries[1].offset = 1 << 31 }),
    ("is damaged or not where", { ($0.entries[1].offset, $0.entries[1].isExtended) = (UInt64(Int.max), true) }),
    ("contradict each other", { ($0.entries[1].offset, $0.entries[1].isExtended) = (UInt64.max, true) }),
    (
      "overlap",
      {
        $0.entries[1].offset = 0; $0.entries[1].name = "a/one"; $0.entries[0].name = "a/six"
      }
    ),
    ("overlap", { $0.entries[0].size = 30 }),
    ("beyond the data", { $0.entries[2].size = 1 }),
    ("beyond the data", { $0.entries[2].size = 0xFFFF_FFFE }),
    ("beyond the data", { ($0.entries[2].size, $0.entries[2].isExtended) = (UInt64(Int.max), true) }),
    ("contradict each other", { ($0.entries[2].size, $0.entries[2].isExtended) = (1 << 63, true) }),
    ("64-bit size is missing", { $0.entries[2].size = 0xFFFF_FFFF }),
    ("64-bit size is missing", { $0.entries[2].offset = 0xFFFF_FFFF }),
    (
      "0 remain",
      {
        $0.excess = 1; $0.entries[0].name = String(repeating: "n", count: 200)
      }
    ),
    ("bytes follow the last entry", { $0.excess = -1 }),
    ("does not end where", { $0.excess = 1000 }),
  ]

  @Test("an archive that lies is refused with its reason", arguments: refused.indices)
  func lies(index: Int) throws {
    let (reason, change) = Self.refused[index]
    var zip = good
    change(&zip)
    let error = try #require(failure { try open(zip.bytes) })
    #expect([.format, .unsupported].contains(error.code))
    #expect(error.message.contains(reason), "\(error.message)")
  }

  @Test("a compressed entry hinders nothing, but is not read")
  func compressed() throws {
    var zip = good
    zip.entries[1].method = 8
    let archive = try open(zip.bytes)
    #expect(try contents(archive, "a/one") == [1, 2, 3])
    let error = try #require(failure { try contents(archive, "a/two") })
    #expect(error.code == .unsupported && error.message.contains("\"a/two\" is compressed, which torch.save never does"))
  }

  @Test("the two end records must say the same")
  func contradiction() throws {
    var zip = good
    zip.hasExtendedEnd = true
    var bytes = zip.bytes
    bytes[bytes.count - 22 + 8] = 2
    bytes[bytes.count - 22 + 10] = 2
    #expect(failure { try open(bytes) }?.message.contains("contradict") == true)
    bytes = zip.bytes
    // The locator points elsewhere.
    for offset in [8, 9, 15] {
      var lying = bytes
      lying[bytes.count - 42 + offset] ^= 0x40
      #expect(failure { try open(lying) }?.code == .format)
    }
  }

  @Test("damaged bytes are found by the checksum; an archive that states none is read")
  func checksums() throws {
    var zip = good
    zip.entries[1].checksum = 1
    let archive = try open(zip.bytes)
    let error = try #require(failure { try contents(archive, "a/two") })
    #expect(error.code == .format)
    #expect(error.message.contains("\"a/two\" is damaged") && error.message.contains("00000001"))
    #expect(try contents(archive, "a/one") == [1, 2, 3])
    zip.entries[1].checksum = 0
    #expect(try contents(try open(zip.bytes), "a/two").count == 300)
    #expect(ZipBuilder.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
  }

  @Test("a small entry that is large, and an archive with too many entries, are refused")
  func limits() throws {
    let archive = try open(good.bytes)
    #expect(failure { try archive.contents(try #require(archive["a/two"]), limit: 299) }?.code == .limit)
    var zip = ZipBuilder()
    zip.hasExtendedEnd = true
    var bytes = zip.bytes
    // A 64-bit record that claims 2^40 entries in a directory that could not hold them.
    bytes[5 + 24] = 1
    #expect(failure { try open(bytes) }?.code == .format)
  }
}
