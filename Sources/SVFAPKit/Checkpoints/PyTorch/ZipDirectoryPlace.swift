import Base

/// Where the central directory of a zip archive lies: what the records at the end of the file say.
struct ZipDirectoryPlace {
  let range: Range<Int>
  /// How many entries it has.
  let count: Int

  /// - Throws: `format` if the end of the archive is not at the end of the file, or contradicts itself.
  init(_ file: InputFile) throws(SVFAPError) {
    let missing = SVFAPError(
      .format, "the end of the zip archive is missing: the file is cut short, or something was added to it",
      detail: ["where": "byte \(max(file.size - 22, 0))"])
    // torch writes no comment: the record is the last thing in the file.
    guard file.size >= 22 else { throw missing }
    let start = file.size - 22
    var cursor = ByteCursor(try file.buffer(start..<file.size), name: "the end of the zip archive")
    guard try cursor.little(bytes: 4) == 0x0605_4B50 else { throw missing }
    let disks = try cursor.little(bytes: 4)
    let here = try cursor.little(bytes: 2)
    let count = try cursor.little(bytes: 2)
    let size = try cursor.little(bytes: 4)
    let offset = try cursor.little(bytes: 4)
    guard try cursor.little(bytes: 2) == 0 else { throw missing }
    guard disks == 0 || disks == 0xFFFF_FFFF, here == count else { throw cursor.fault("an archive in several parts") }
    if let extended = try Self.extended(file, endRecord: start) {
      // What the small record can express it must express alike.
      guard count == min(UInt64(extended.count), 0xFFFF), size == min(UInt64(extended.range.count), 0xFFFF_FFFF),
        offset == min(UInt64(extended.range.lowerBound), 0xFFFF_FFFF)
      else { throw cursor.fault("the 32-bit and the 64-bit record contradict each other") }
      self = extended
    } else {
      try self.init(offset: offset, size: size, count: count, end: start, cursor)
    }
  }

  private init(offset: UInt64, size: UInt64, count: UInt64, end: Int, _ cursor: ByteCursor) throws(SVFAPError) {
    let (sum, overflow) = offset.addingReportingOverflow(size)
    // An entry takes at least 46 bytes of the directory.
    guard !overflow, sum == UInt64(end), count <= size / 46 else {
      throw cursor.fault(
        "the directory (\(count) entries, \(size) bytes from byte \(offset) on) does not end where this record starts", at: 0)
    }
    range = Int(offset)..<end
    self.count = Int(count)
  }

  /// The 64-bit record, if the file has one: a locator of 20 bytes stands before the small record.
  private static func extended(_ file: InputFile, endRecord: Int) throws(SVFAPError) -> ZipDirectoryPlace? {
    guard endRecord >= 20 + 56 else { return nil }
    let locator = endRecord - 20
    var cursor = ByteCursor(try file.buffer(locator..<endRecord), name: "the 64-bit locator of the zip archive")
    guard try cursor.little(bytes: 4) == 0x0706_4B50 else { return nil }
    let disk = try cursor.little(bytes: 4)
    let offset = try cursor.little(bytes: 8)
    let disks = try cursor.little(bytes: 4)
    guard disk == 0, disks <= 1, offset <= UInt64(locator - 56) else { throw cursor.fault("it points nowhere", at: 0) }
    let start = Int(offset)
    cursor = ByteCursor(try file.buffer(start..<start + 56), name: "the 64-bit end of the zip archive")
    guard try cursor.little(bytes: 4) == 0x0606_4B50, try cursor.little(bytes: 8) == UInt64(locator - start - 12) else {
      throw cursor.fault("no such record", at: 0)
    }
    _ = try cursor.take(4)
    let parts = try cursor.little(bytes: 8)
    let here = try cursor.little(bytes: 8)
    let count = try cursor.little(bytes: 8)
    let size = try cursor.little(bytes: 8)
    let directory = try cursor.little(bytes: 8)
    guard parts == 0, here == count else { throw cursor.fault("an archive in several parts", at: 0) }
    return try ZipDirectoryPlace(offset: directory, size: size, count: count, end: start, cursor)
  }
}
