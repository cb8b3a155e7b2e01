/// How far a container says that it reaches: what tells a file that was cut from one that is whole.
///
/// Only the headers of its outermost elements are read. Program streams do not say.
struct ContainerExtent {
  /// The first byte behind the last element that begins inside the file; nil if the container does not say.
  private(set) var end: Int?
  /// Whether an mp4 or mov file has its index, the moov box; nil for other kinds.
  private(set) var hasIndex: Bool?

  init(_ file: VideoFile) {
    let head = file.bytes(at: 0, count: 4096)
    switch head.withUnsafeBufferPointer({ Container.kind(of: $0) }) {
    case "mov": readBoxes(file)
    case "avi": readRIFF(file)
    case "matroska": readSegment(head)
    case "flv": readTags(file)
    case "ogg": readPages(file)
    case "asf": readProperties(file)
    case "mpegts": readTransportPackets(file)
    default: break
    }
  }

  /// What is missing of a file that ends before its container does; nil if it does not.
  func cut(_ file: VideoFile) -> String? {
    guard let end, end > file.size else { return nil }
    return "the file is cut: it ends at byte \(file.size), its last part would reach to byte \(end)"
  }

  /// Most elements that are looked at: a day of video has fewer.
  private static let elementLimit = 1 << 23

  /// ISO/IEC 14496-12: size (4 bytes, big-endian), type (4 characters), and the size in 8 bytes if the first is 1.
  private mutating func readBoxes(_ file: VideoFile) {
    let known: Set<String> = [
      "ftyp", "moov", "mdat", "free", "skip", "wide", "moof", "mfra", "sidx", "ssix", "styp", "uuid", "meta", "pdin", "udta", "emsg",
      "prft",
      "pnot",
    ]
    var hasIndex = false
    end = Self.walk { offset in
      let header = file.bytes(at: offset, count: 16)
      guard header.count >= 8 else { return nil }
      let type = String(decoding: header[4..<8], as: UTF8.self)
      // What is no known box is garbage behind the last one, and its size means nothing.
      guard known.contains(type) else { return nil }
      var size = Self.number(header[0..<4])
      if size == 1, header.count == 16 { size = Self.number(header[8..<16]) }
      // 0: to the end of the file, wherever that is.
      guard let size, size >= 8 else { return nil }
      if type == "moov" || type == "moof" { hasIndex = true }
      return size
    }
    self.hasIndex = hasIndex
  }

  /// RIFF: "RIFF", size of the rest (4 bytes, little-endian), "AVI "; long files have more such chunks, "AVIX".
  private mutating func readRIFF(_ file: VideoFile) {
    end = Self.walk { offset in
      let header = file.bytes(at: offset, count: 12)
      // A recorder that was stopped hard leaves 0 as the size.
      guard header.count == 12, header.starts(with: Array("RIFF".utf8)), let size = Self.number(header[4..<8].reversed()), size > 4,
        size < 0xFFFF_FFFF
      else { return nil }
      return 8 + size + size & 1
    }
    // The byte that makes an odd size even may be missing.
    if end == file.size + 1 { end = file.size }
  }

  /// EBML: the header element, then the Segment, whose size may be unknown.
  private mutating func readSegment(_ head: [UInt8]) {
    guard let (headerSize, length) = Self.variableNumber(head, at: 4), let headerSize, headerSize < 128 else { return }
    let segment = 4 + length + headerSize
    guard head.count > segment + 4, head[segment..<segment + 4].elementsEqual([0x18, 0x53, 0x80, 0x67]),
      let (size, sizeLength) = Self.variableNumber(head, at: segment + 4), let size
    else { return }
    let (end, overflow) = (segment + 4 + sizeLength).addingReportingOverflow(size)
    if !overflow { self.end = end }
  }

  /// FLV: a header that tells its own size, then tags of type (8, 9 or 18), size (3 bytes, big-endian), 7 bytes, data, and 4 bytes.
  private mutating func readTags(_ file: VideoFile) {
    guard let start = Self.number(file.bytes(at: 5, count: 4)) else { return }
    end = Self.walk(from: start + 4) { offset in
      let header = file.bytes(at: offset, count: 11)
      guard let type = header.first, [8, 9, 18].contains(type & 0x1F) else { return nil }
      guard header.count == 11, let size = Self.number(header[1..<4]) else { return 11 }
      return 11 + size + 4
    }
  }

  /// Ogg (RFC 3533): 27 bytes, the last of which counts the segments; their sizes, a byte each; the segments.
  private mutating func readPages(_ file: VideoFile) {
    end = Self.walk { offset in
      let header = file.bytes(at: offset, count: 27 + 255)
      guard header.starts(with: Array("OggS".utf8)) else { return nil }
      guard header.count > 27, header.count >= 27 + Int(header[26]) else { return 27 + 255 }
      return 27 + Int(header[26]) + header[27..<27 + Int(header[26])].reduce(0) { $0 + Int($1) }
    }
  }

  /// ASF: the file properties object holds the file's size; unless it is of a broadcast, when nobody knew.
  private mutating func readProperties(_ file: VideoFile) {
    let header = file.bytes(at: 0, count: 1 << 16)
    let name: [UInt8] = [0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11, 0x8E, 0xE4, 0x00, 0xC0, 0x0C, 0x20, 0x53, 0x65]
    guard header.count > 104,
      let start = (0..<header.count - 104).first(where: { header[$0] == name[0] && header[$0..<$0 + 16].elementsEqual(name) })
    else { return }
    guard header[start + 88] & 1 == 0, let size = Self.number(header[start + 40..<start + 48].reversed()), size > 0 else { return }
    end = size
  }

  /// A transport stream consists of packets of 188 bytes; where the last one is not whole, something is missing.
  private mutating func readTransportPackets(_ file: VideoFile) {
    let last = file.size / 188 * 188
    guard file.size > last, last > 188, [0, last - 188, last].allSatisfy({ file.bytes(at: $0, count: 1) == [0x47] }) else { return }
    end = last + 188
  }

  /// Goes from element to element: `size` says how long the one at a place is, nil if there is none.
  ///
  /// - Returns: the end of the last one; nil if there is not even one.
  private static func walk(from start: Int = 0, _ size: (Int) -> Int?) -> Int? {
    var end: Int?
    for _ in 0..<elementLimit {
      guard let size = size(end ?? start) else { break }
      let (next, overflow) = (end ?? start).addingReportingOverflow(size)
      guard !overflow else { break }
      end = next
    }
    return end
  }

  /// A big-endian number; nil if it does not fit.
  private static func number(_ bytes: some Sequence<UInt8>) -> Int? {
    Int(exactly: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  /// An EBML number of 1 to 8 bytes and its length; nil instead of the number if all its bits are set: unknown.
  private static func variableNumber(_ bytes: [UInt8], at offset: Int) -> (value: Int?, length: Int)? {
    guard offset < bytes.count, bytes[offset] != 0 else { return nil }
    let length = bytes[offset].leadingZeroBitCount + 1
    guard offset + length <= bytes.count else { return nil }
    let mask = UInt64(1) << UInt64(7 * length) - 1
    let value = bytes[offset..<offset + length].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } & mask
    return (value == mask ? nil : Int(exactly: value), length)
  }
}
