import Base
import CSVFAPPlugin

/// What the file of a shared library says of itself, read without mapping it: segments, dynamic entries, symbols, notes.
///
/// By the layout of 64-bit little-endian ELF (System V gABI). Whatever lies outside of the file reads as 0.
struct SharedObject {
  struct Segment {
    let kind: UInt64
    let flags: UInt64
    let offset: UInt64
    let address: UInt64
    let fileSize: UInt64
  }

  struct Symbol {
    let name: String
    /// False: the library expects it from others.
    let isDefined: Bool
    /// Whether others may see it: neither local nor hidden.
    let isVisible: Bool
  }

  private let bytes: [UInt8]
  let segments: [Segment]
  /// Tags and values of the dynamic segment, in order.
  let dynamic: [(tag: UInt64, value: UInt64)]

  /// - Throws: `failed` if the file is no such library.
  init(_ path: String) throws(Verdict) {
    let bytes = try attempt { () throws(SVFAPError) in
      let file = try InputFile(path)
      guard file.size <= 256 << 20 else { throw SVFAPError(.limit, "\(path) has \(file.size) bytes; plugins have at most 256 MiB") }
      return try file.bytes(at: 0, count: file.size)
    }
    guard bytes.count >= 64, bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]), Self.number(bytes, 16, 2) == 3 else {
      throw .failed("\(path) is no 64-bit little-endian ELF shared library")
    }
    self.bytes = bytes
    let table = Self.number(bytes, 32, 8)
    let size = Self.number(bytes, 54, 2)
    let count = Self.number(bytes, 56, 2)
    guard size == 56, count < 512, table < UInt64(bytes.count) else { throw .failed("\(path) has a table of segments that makes no sense") }
    segments = (0..<count).map { index in
      let start = table + index * size
      return Segment(
        kind: Self.number(bytes, start, 4), flags: Self.number(bytes, start + 4, 4), offset: Self.number(bytes, start + 8, 8),
        address: Self.number(bytes, start + 16, 8), fileSize: Self.number(bytes, start + 32, 8))
    }
    var dynamic: [(UInt64, UInt64)] = []
    if let segment = segments.first(where: { $0.kind == 2 }) {
      for index in 0..<min(segment.fileSize / 16, 4096) {
        let (start, overflow) = segment.offset.addingReportingOverflow(index * 16)
        let tag = Self.number(bytes, start, 8)
        if overflow || tag == 0 { break }
        dynamic.append((tag, Self.number(bytes, start &+ 8, 8)))
      }
    }
    self.dynamic = dynamic
  }

  /// First value of a tag of the dynamic segment.
  func value(_ tag: UInt64) -> UInt64? { dynamic.first { $0.tag == tag }?.value }

  /// Text of the entries with a tag, such as RUNPATH.
  func texts(_ tag: UInt64) -> [String] { dynamic.filter { $0.tag == tag }.map { name($0.value) } }

  /// The symbols that the loader knows, and nothing else.
  var symbols: [Symbol] {
    guard let start = value(6).flatMap(offset), let count = symbolCount else { return [] }
    return (0..<min(count, 1 << 20)).compactMap { index in
      let place = start + index * 24
      let info = Self.number(bytes, place + 4, 1)
      let visibility = Self.number(bytes, place + 5, 1) & 3
      let name = name(Self.number(bytes, place, 4))
      guard !name.isEmpty else { return nil }
      return Symbol(
        name: name, isDefined: Self.number(bytes, place + 6, 2) != 0, isVisible: info >> 4 != 0 && (visibility == 0 || visibility == 3))
    }
  }

  /// How many symbols there are: as the hash table says, of either kind.
  private var symbolCount: UInt64? {
    if let hash = value(4).flatMap(offset) { return Self.number(bytes, hash + 4, 4) }
    guard let hash = value(0x6FFF_FEF5).flatMap(offset) else { return nil }
    let buckets = Self.number(bytes, hash, 4)
    let first = Self.number(bytes, hash + 4, 4)
    let table = hash + 16 + 8 * Self.number(bytes, hash + 8, 4)
    guard buckets < 1 << 20 else { return nil }
    var last = (0..<buckets).map { Self.number(bytes, table + 4 * $0, 4) }.max() ?? 0
    guard last >= first else { return first }
    // Chains end with a number whose lowest bit is 1.
    let chains = table + 4 * buckets
    while last < 1 << 20, Self.number(bytes, chains + 4 * (last - first), 4) & 1 == 0, chains + 4 * (last - first) < UInt64(bytes.count) {
      last += 1
    }
    return last + 1
  }

  /// The notes of plugins (`svfap_plugin_note`): major, minor, needed minor, size of the entry.
  var pluginNotes: [(major: UInt64, minor: UInt64, neededMinor: UInt64, entrySize: UInt64)] {
    var found: [(UInt64, UInt64, UInt64, UInt64)] = []
    for segment in segments where segment.kind == 4 {
      var place = segment.offset
      let end = segment.offset &+ segment.fileSize
      while place < end, end <= UInt64(bytes.count), end - place >= 12 {
        let nameSize = Self.number(bytes, place, 4)
        let size = Self.number(bytes, place + 4, 4)
        let kind = Self.number(bytes, place + 8, 4)
        let name = place + 12
        let description = name + (nameSize + 3) & ~3
        if nameSize == 6, size == 16, kind == UInt64(SVFAP_PLUGIN_NOTE_TYPE), text(name) == "SVFAP" {
          found.append(
            (
              Self.number(bytes, description, 4), Self.number(bytes, description + 4, 4), Self.number(bytes, description + 8, 4),
              Self.number(bytes, description + 12, 4)
            ))
        }
        place = description + (size + 3) & ~3
      }
    }
    return found
  }

  /// A name of the table that symbols and dynamic entries take theirs from.
  private func name(_ index: UInt64) -> String {
    guard let table = value(5).flatMap(offset) else { return "" }
    return text(table &+ index)
  }

  private func text(_ start: UInt64) -> String {
    guard start < UInt64(bytes.count) else { return "" }
    return String(decoding: bytes[Int(start)...].prefix(4096).prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Where in the file an address lies that is mapped from it.
  private func offset(_ address: UInt64) -> UInt64? {
    segments.first { $0.kind == 1 && address >= $0.address && address - $0.address < $0.fileSize }
      .flatMap { segment in
        let (offset, overflow) = segment.offset.addingReportingOverflow(address - segment.address)
        return overflow || offset >= UInt64(bytes.count) ? nil : offset
      }
  }

  private static func number(_ bytes: [UInt8], _ offset: UInt64, _ count: Int) -> UInt64 {
    guard offset < UInt64(bytes.count), UInt64(bytes.count) - offset >= UInt64(count) else { return 0 }
    return bytes[Int(offset)..<Int(offset) + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
