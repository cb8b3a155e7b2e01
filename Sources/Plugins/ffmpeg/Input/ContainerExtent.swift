/// How far a container says that it reaches: what tells a file that was cut from one that is whole.
struct ContainerExtent {
  /// The first byte behind the last element that begins inside the file; nil if the container does not say.
  private(set) var end: Int?
  /// Whether an mp4 or mov file has its index, the moov box; nil for other kinds.
  private(set) var hasIndex: Bool?

  /// Reads the headers of the outermost elements.
  init(_ file: VideoFile) {
    let head = file.bytes(at: 0, count: 16)
    switch head.withUnsafeBufferPointer({ Container.kind(of: $0) }) {
    case "mov": readBoxes(file)
    case "avi": readRIFF(file)
    case "matroska": readSegment(file)
    default: break
    }
  }

  /// Whether the file ends before its container does.
  func isCut(_ file: VideoFile) -> Bool { (end ?? 0) > file.size }

  /// Most elements that are looked at; a fragmented video has two a second or so.
  private static let elementLimit = 1 << 20

  /// ISO/IEC 14496-12: size (4 bytes, big-endian), type (4 characters), and the size in 8 bytes if the first is 1.
  private mutating func readBoxes(_ file: VideoFile) {
    let known: Set<String> = [
      "ftyp", "moov", "mdat", "free", "skip", "wide", "moof", "mfra", "sidx", "ssix", "styp", "uuid", "meta", "pdin", "udta", "emsg", "prft", "pnot",
    ]
    var offset = 0
    hasIndex = false
    for _ in 0..<Self.elementLimit {
      let header = file.bytes(at: offset, count: 16)
      guard header.count >= 8 else { return }
      let type = String(decoding: header[4..<8], as: UTF8.self)
      // What is no known box is garbage behind the last one, and its size means nothing.
      guard known.contains(type) else { return }
      var size = Self.number(header[0..<4])
      if size == 1, header.count == 16 { size = Self.number(header[8..<16]) }
      // 0: to the end of the file, wherever that is.
      guard let size, size >= 8 else { return }
      let (end, overflow) = offset.addingReportingOverflow(size)
      guard !overflow else { return }
      if type == "moov" || type == "moof" { hasIndex = true }
      self.end = end
      offset = end
    }
  }

  /// RIFF: "RIFF", size of the rest (4 bytes, little-endian), "AVI "; long files have more such chunks, "AVIX".
  private mutating func readRIFF(_ file: VideoFile) {
    var offset = 0
    for _ in 0..<Self.elementLimit {
      let header = file.bytes(at: offset, count: 12)
      guard header.count == 12, header.starts(with: Array("RIFF".utf8)), let size = Self.number(header[4..<8].reversed()) else { return }
      // A recorder that was stopped hard leaves 0 there.
      guard size > 4, size < 0xFFFF_FFFF else { return }
      end = offset + 8 + size
      offset += 8 + size + size & 1
    }
  }

  /// EBML: the header element, then the Segment, whose size may be unknown.
  private mutating func readSegment(_ file: VideoFile) {
    let head = file.bytes(at: 0, count: 256)
    guard let (headerSize, length) = Self.variableNumber(head, at: 4), let headerSize, headerSize < 128 else { return }
    let segment = 4 + length + headerSize
    guard head.count > segment + 4, head[segment..<segment + 4].elementsEqual([0x18, 0x53, 0x80, 0x67]),
      let (size, sizeLength) = Self.variableNumber(head, at: segment + 4), let size
    else { return }
    let (end, overflow) = (segment + 4 + sizeLength).addingReportingOverflow(size)
    if !overflow { self.end = end }
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
