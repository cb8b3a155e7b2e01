import Base

/// Builds zip archives, good ones and such as no program writes.
package struct ZipBuilder {
  /// An entry, as it is stated in the directory; what differs from the truth is set by the test.
  package struct Entry {
    package var name: String
    package var bytes: [UInt8]
    /// Name in the local header; nil is the same.
    package var localName: String?
    package var method: UInt16 = 0
    package var flags: UInt16 = 0
    /// CRC-32; nil is the right one.
    package var checksum: UInt32?
    /// Size in the directory; nil is the right one.
    package var size: UInt64?
    /// Offset of the local header in the directory; nil is the right one.
    package var offset: UInt64?
    /// Put sizes and offset of the directory into the 64-bit extra field.
    package var isExtended = false

    package init(_ name: String, _ bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  package var entries: [Entry] = []
  /// Write the 64-bit end record, as torch always does.
  package var hasExtendedEnd = false
  /// Added to the number of entries in the end record.
  package var excess = 0
  /// Bytes after the end record.
  package var trailer: [UInt8] = []

  package init(_ entries: [Entry] = []) { self.entries = entries }

  private static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }

  /// CRC-32 of some bytes.
  package static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc = CRC32()
    bytes.withUnsafeBytes { crc.add($0) }
    return crc.value
  }

  /// The archive.
  package var bytes: [UInt8] {
    var out: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let offset = UInt64(out.count)
      let sum = UInt64(entry.checksum ?? Self.checksum(entry.bytes))
      let size = entry.size ?? UInt64(entry.bytes.count)
      let local = Array((entry.localName ?? entry.name).utf8)
      out += Self.little(0x0403_4B50, 4) + Self.little(20, 2) + Self.little(UInt64(entry.flags), 2) + Self.little(UInt64(entry.method), 2)
      out += Self.little(0, 4) + Self.little(sum, 4) + Self.little(size, 4) + Self.little(size, 4)
      out += Self.little(UInt64(local.count), 2) + Self.little(0, 2) + local + entry.bytes
      directory += record(entry, sum: sum, size: size, offset: entry.offset ?? offset)
    }
    let start = UInt64(out.count)
    let count = UInt64(entries.count + excess)
    out += directory
    if hasExtendedEnd {
      let end = UInt64(out.count)
      out += Self.little(0x0606_4B50, 4) + Self.little(44, 8) + Self.little(45, 2) + Self.little(45, 2) + Self.little(0, 8)
      out += Self.little(count, 8) + Self.little(count, 8) + Self.little(UInt64(directory.count), 8) + Self.little(start, 8)
      out += Self.little(0x0706_4B50, 4) + Self.little(0, 4) + Self.little(end, 8) + Self.little(1, 4)
    }
    out += Self.little(0x0605_4B50, 4) + Self.little(0, 4) + Self.little(count, 2) + Self.little(count, 2)
    out += Self.little(UInt64(directory.count), 4) + Self.little(start, 4) + Self.little(0, 2)
    return out + trailer
  }

  private func record(_ entry: Entry, sum: UInt64, size: UInt64, offset: UInt64) -> [UInt8] {
    let full: UInt64 = 0xFFFF_FFFF
    let name = Array(entry.name.utf8)
    let extra =
      entry.isExtended ? Self.little(1, 2) + Self.little(24, 2) + Self.little(size, 8) + Self.little(size, 8) + Self.little(offset, 8) : []
    var out = Self.little(0x0201_4B50, 4) + Self.little(20, 2) + Self.little(20, 2) + Self.little(UInt64(entry.flags), 2)
    out += Self.little(UInt64(entry.method), 2) + Self.little(0, 4) + Self.little(sum, 4)
    out += Self.little(entry.isExtended ? full : size, 4) + Self.little(entry.isExtended ? full : size, 4)
    out +=
      Self.little(UInt64(name.count), 2) + Self.little(UInt64(extra.count), 2) + Self.little(0, 2) + Self.little(0, 2) + Self.little(0, 6)
    return out + Self.little(entry.isExtended ? full : offset, 4) + name + extra
  }
}
