import Base

/// A zip archive as torch.save writes it: entries stored as they are. Compressed ones may be there, but are not read.
///
/// Only the central directory is believed, and only after it was compared with the file: every entry's bytes lie within
/// the file, before the directory, and overlap no other entry's.
struct ZipArchive {
  /// One entry.
  struct Entry: Sendable {
    let name: String
    /// Its bytes, counted from the start of the file.
    let range: Range<Int>
    /// Whether the bytes are not the entry itself but packed in some way, which is not read.
    let isCompressed: Bool
    /// CRC-32 of its bytes; nil if the writer stated none (torch can be told to leave it 0).
    let checksum: UInt32?
  }

  /// Most entries: a base-size checkpoint with its optimizer has about 1400.
  static let entryLimit = 1 << 17
  /// Largest central directory in bytes.
  static let directoryLimit = 32 << 20

  let file: InputFile
  /// In the order of their bytes.
  let entries: [Entry]
  private let indices: [String: Int]

  /// - Throws: `format` with the place, `unsupported` for encrypted entries, `limit`, `io`.
  init(_ file: InputFile) throws(SVFAPError) {
    let directory = try ZipDirectory(file)
    var entries: [Entry] = []
    var end = 0
    for record in directory.records.sorted(by: { $0.headerOffset < $1.headerOffset }) {
      guard record.headerOffset >= end else {
        throw SVFAPError(
          .format, "the zip entries \"\(entries.last?.name ?? "")\" and \"\(record.name)\" overlap", detail: ["where": record.name])
      }
      let range = try Self.extent(of: record, in: file, before: directory.start)
      entries.append(
        Entry(name: record.name, range: range, isCompressed: record.isCompressed, checksum: record.checksum == 0 ? nil : record.checksum))
      end = range.upperBound
    }
    self.file = file
    self.entries = entries
    indices = Dictionary(entries.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  subscript(name: String) -> Entry? { indices[name].map { entries[$0] } }

  /// Where an entry's bytes lie: behind its local header, which must bear the same name.
  private static func extent(of record: ZipDirectory.Record, in file: InputFile, before end: Int) throws(SVFAPError) -> Range<Int> {
    let name = "the zip header of \"\(record.name)\""
    let damaged = SVFAPError(
      .format, "\(name) is damaged or not where the directory says (byte \(record.headerOffset))",
      detail: ["where": "byte \(record.headerOffset)"])
    let size = 30 + record.name.utf8.count
    guard record.headerOffset <= end, size <= end - record.headerOffset else { throw damaged }
    var cursor = ByteCursor(try file.buffer(record.headerOffset..<record.headerOffset + size), name: name)
    guard try cursor.little(bytes: 4) == 0x0403_4B50 else { throw damaged }
    _ = try cursor.take(2)
    let flags = try cursor.little(bytes: 2)
    let method = try cursor.little(bytes: 2)
    _ = try cursor.take(16)
    let nameLength = try cursor.little(bytes: 2)
    let extraLength = Int(try cursor.little(bytes: 2))
    guard (method != 0) == record.isCompressed, flags & 1 == 0, nameLength == UInt64(record.name.utf8.count) else { throw damaged }
    guard cursor.text(try cursor.take(nameLength)) == record.name else { throw damaged }
    let start = record.headerOffset + size
    guard extraLength <= end - start, record.size <= end - start - extraLength else {
      throw SVFAPError(
        .format,
        "the zip entry \"\(record.name)\" claims \(record.size) bytes from byte \(start + extraLength) on, beyond the data of the file",
        detail: ["where": record.name])
    }
    return start + extraLength..<start + extraLength + record.size
  }

  /// Compares an entry with the checksum that the archive states for it.
  ///
  /// - Throws: `format` if it is damaged, `unsupported` if it is compressed, `io`.
  func verify(_ entry: Entry) throws(SVFAPError) {
    guard !entry.isCompressed else {
      throw SVFAPError(
        .unsupported,
        "the zip entry \"\(entry.name)\" is compressed, which torch.save never does; unpack the archive and pack it again with: zip -0 -r",
        detail: ["where": entry.name])
    }
    guard let expected = entry.checksum else { return }
    let piece = try ByteBuffer(count: min(max(entry.range.count, 1), 1 << 20))
    var crc = CRC32()
    for start in stride(from: entry.range.lowerBound, to: entry.range.upperBound, by: piece.count) {
      let part = UnsafeMutableRawBufferPointer(rebasing: piece.bytes[..<min(piece.count, entry.range.upperBound - start)])
      try file.read(at: start, into: part)
      crc.add(UnsafeRawBufferPointer(part))
    }
    guard crc.value == expected else {
      throw SVFAPError(
        .format, "\"\(entry.name)\" is damaged: its CRC-32 is \(CRC32C.text(crc.value)), the archive says \(CRC32C.text(expected))",
        detail: ["where": entry.name, "expected": CRC32C.text(expected), "found": CRC32C.text(crc.value)])
    }
  }

  /// The bytes of a small entry, verified.
  ///
  /// - Throws: `limit` if it has more than `limit` bytes; as `verify`.
  func contents(_ entry: Entry, limit: Int) throws(SVFAPError) -> ByteBuffer {
    guard entry.range.count <= limit else {
      throw SVFAPError(.limit, "\"\(entry.name)\" has \(entry.range.count) bytes; at most \(limit) are read", detail: ["where": entry.name])
    }
    try verify(entry)
    return try file.buffer(entry.range)
  }
}
