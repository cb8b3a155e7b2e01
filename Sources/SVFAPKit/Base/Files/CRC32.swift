/// CRC-32C (Castagnoli): the checksum of tensors in a model file.
package struct CRC32C: Sendable {
  private var sum = ReflectedCRC(ReflectedCRC.castagnoli)

  package init() {}

  /// The checksum of everything that was added.
  package var value: UInt32 { sum.value }

  package mutating func add(_ bytes: UnsafeRawBufferPointer) { sum.add(bytes) }

  /// The checksum of some bytes.
  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var crc = CRC32C()
    crc.add(bytes)
    return crc.value
  }

  /// The checksum of a text's UTF-8 bytes.
  package static func of(_ text: String) -> UInt32 {
    var text = text
    return text.withUTF8 { of(UnsafeRawBufferPointer($0)) }
  }

  /// Eight hexadecimal digits.
  package static func text(_ value: UInt32) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

/// CRC-32 (ISO-HDLC): the checksum of entries in a zip archive.
package struct CRC32: Sendable {
  private var sum = ReflectedCRC(ReflectedCRC.zip)

  package init() {}

  /// The checksum of everything that was added.
  package var value: UInt32 { sum.value }

  package mutating func add(_ bytes: UnsafeRawBufferPointer) { sum.add(bytes) }
}

/// The arithmetic of both: a reflected polynomial, eight bytes at a time ("slicing by 8").
private struct ReflectedCRC: Sendable {
  static let castagnoli = tables(0x82F6_3B78)
  static let zip = tables(0xEDB8_8320)

  private let tables: [UInt32]  // (8, 256)
  private var state: UInt32 = 0xFFFF_FFFF

  init(_ tables: [UInt32]) { self.tables = tables }

  var value: UInt32 { state ^ 0xFFFF_FFFF }

  private static func tables(_ polynomial: UInt32) -> [UInt32] {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1 }
      tables[byte] = value
    }
    for table in 1..<8 {
      for byte in 0..<256 {
        let value = tables[(table - 1) * 256 + byte]
        tables[table * 256 + byte] = value >> 8 ^ tables[Int(value & 0xFF)]
      }
    }
    return tables
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var crc = state
    tables.withUnsafeBufferPointer { tables in
      var index = 0
      while index + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) ^ UInt64(crc)
        // Table and byte numbers are below 8 and 256 by construction: unchecked addition cannot leave the array.
        var next = tables[7 &* 256 &+ Int(word & 0xFF)] ^ tables[6 &* 256 &+ Int(word >> 8 & 0xFF)]
        next ^= tables[5 &* 256 &+ Int(word >> 16 & 0xFF)] ^ tables[4 &* 256 &+ Int(word >> 24 & 0xFF)]
        next ^= tables[3 &* 256 &+ Int(word >> 32 & 0xFF)] ^ tables[2 &* 256 &+ Int(word >> 40 & 0xFF)]
        next ^= tables[1 &* 256 &+ Int(word >> 48 & 0xFF)] ^ tables[Int(word >> 56 & 0xFF)]
        crc = next
        index += 8
      }
      while index < bytes.count {
        crc = crc >> 8 ^ tables[Int((crc ^ UInt32(bytes[index])) & 0xFF)]
        index += 1
      }
    }
    state = crc
  }
}
