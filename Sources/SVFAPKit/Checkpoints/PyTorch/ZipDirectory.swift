import Base

/// The central directory of a zip archive (APPNOTE 4.3.12 to 4.3.16), with or without the 64-bit extension.
struct ZipDirectory {
  /// One entry as the directory states it.
  struct Record {
    let name: String
    /// Bytes in the archive.
    let size: Int
    let isCompressed: Bool
    let checksum: UInt32
    /// Offset of its local header.
    let headerOffset: Int
  }

  let records: [Record]
  /// First byte of the directory: entries end before it.
  let start: Int

  init(_ file: InputFile) throws(SVFAPError) {
    let place = try ZipDirectoryPlace(file)
    guard place.count <= ZipArchive.entryLimit, place.range.count <= ZipArchive.directoryLimit else {
      throw SVFAPError(
        .limit, "the zip archive has \(place.count) entries; at most \(ZipArchive.entryLimit) are read", detail: ["found": "\(place.count)"]
      )
    }
    var cursor = ByteCursor(try file.buffer(place.range), name: "the zip directory")
    var records: [Record] = []
    var names: Set<String> = []
    for _ in 0..<place.count {
      let record = try Self.record(&cursor)
      guard names.insert(record.name).inserted else {
        throw cursor.fault("the entry \"\(record.name)\" stands twice")
      }
      records.append(record)
    }
    guard cursor.remaining == 0 else { throw cursor.fault("\(cursor.remaining) bytes follow the last entry") }
    self.records = records
    start = place.range.lowerBound
  }

  private static func record(_ cursor: inout ByteCursor) throws(SVFAPError) -> Record {
    let start = cursor.position
    guard try cursor.little(bytes: 4) == 0x0201_4B50 else { throw cursor.fault("no directory entry", at: start) }
    _ = try cursor.take(4)
    let flags = try cursor.little(bytes: 2)
    let method = try cursor.little(bytes: 2)
    _ = try cursor.take(4)
    let checksum = UInt32(truncatingIfNeeded: try cursor.little(bytes: 4))
    var stored = try cursor.little(bytes: 4)
    var size = try cursor.little(bytes: 4)
    let nameLength = try cursor.little(bytes: 2)
    let extraLength = try cursor.little(bytes: 2)
    let commentLength = try cursor.little(bytes: 2)
    let disk = try cursor.little(bytes: 2)
    _ = try cursor.take(6)
    var offset = try cursor.little(bytes: 4)
    let nameRange = try cursor.take(nameLength)
    guard let name = cursor.text(nameRange), !name.isEmpty, !name.utf8.contains(0) else {
      throw cursor.fault("a name that is not UTF-8 text", at: nameRange.lowerBound)
    }
    let extra = try cursor.take(extraLength)
    _ = try cursor.take(commentLength)
    // In this order, and each only if its 32-bit field is full.
    try extend(cursor, extra, &size, &stored, &offset)
    guard flags & 0x2041 == 0 else { throw SVFAPError(.unsupported, "the zip entry \"\(name)\" is encrypted", detail: ["where": name]) }
    guard disk == 0, method != 0 || stored == size, let stored = Int(exactly: stored), let offset = Int(exactly: offset) else {
      throw cursor.fault("the sizes of \"\(name)\" contradict each other", at: start)
    }
    return Record(name: name, size: stored, isCompressed: method != 0, checksum: checksum, headerOffset: offset)
  }

  /// Replaces fields that are full (2^32 - 1) by their 64-bit values from the extra field of kind 1.
  private static func extend(
    _ directory: ByteCursor, _ extra: Range<Int>, _ size: inout UInt64, _ stored: inout UInt64, _ offset: inout UInt64
  ) throws(SVFAPError) {
    let full: UInt64 = 0xFFFF_FFFF
    guard size == full || stored == full || offset == full else { return }
    var cursor = directory
    try cursor.seek(extra.lowerBound)
    while extra.upperBound - cursor.position >= 4 {
      let kind = try cursor.little(bytes: 2)
      let length = try cursor.little(bytes: 2)
      guard length <= UInt64(extra.upperBound - cursor.position) else { break }
      let end = cursor.position + Int(length)
      guard kind == 1 else {
        try cursor.seek(end)
        continue
      }
      func next(_ field: inout UInt64) throws(SVFAPError) {
        guard field == full else { return }
        guard end - cursor.position >= 8 else { throw cursor.fault("a 64-bit size is missing") }
        field = try cursor.little(bytes: 8)
      }
      try next(&size)
      try next(&stored)
      try next(&offset)
      return
    }
    throw directory.fault("a 64-bit size is missing", at: extra.lowerBound)
  }
}
