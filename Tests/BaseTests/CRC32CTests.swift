import Base
import Testing

@Suite("CRC-32C")
struct CRC32CTests {
  private func checksum(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { CRC32C.of($0) } }

  /// One bit at a time, as the standard defines it.
  private func plain(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }
    return ~crc
  }

  @Test("the vectors of RFC 3720, appendix B.4")
  func vectors() {
    #expect(checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(checksum(Array(0..<32)) == 0x46DD_794E)
    #expect(checksum((0..<32).reversed()) == 0x113F_DB5C)
    #expect(checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(checksum([]) == 0)
  }

  @Test("every length and alignment equals the plain definition")
  func lengths() {
    let random = CounterRandom(seed: 5, stream: "crc")
    let bytes = (0..<200).map { UInt8(truncatingIfNeeded: random.bits(UInt64($0))) }
    for start in 0..<9 {
      for end in start..<min(start + 70, 200) {
        let part = bytes[start..<end]
        #expect(bytes.withUnsafeBytes { CRC32C.of(UnsafeRawBufferPointer(rebasing: $0[start..<end])) } == plain(Array(part)))
      }
    }
  }

  @Test("bytes may come in any pieces")
  func pieces() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for size in [1, 3, 7, 8, 13, 64, 999] {
      var crc = CRC32C()
      for start in stride(from: 0, to: bytes.count, by: size) {
        bytes.withUnsafeBytes { crc.add(UnsafeRawBufferPointer(rebasing: $0[start..<min(start + size, bytes.count)])) }
      }
      #expect(crc.value == checksum(bytes))
    }
  }

  @Test("any flipped bit shows")
  func flips() {
    var bytes = (0..<64).map { UInt8($0) }
    let before = checksum(bytes)
    for bit in 0..<512 {
      bytes[bit / 8] ^= 1 << (bit % 8)
      #expect(checksum(bytes) != before)
      bytes[bit / 8] ^= 1 << (bit % 8)
    }
  }

  @Test("written as eight hexadecimal digits")
  func text() {
    #expect(CRC32C.text(0) == "00000000")
    #expect(CRC32C.text(0x8A9_36AA) == "08a936aa")
    #expect(CRC32C.text(.max) == "ffffffff")
  }
}
