import Base

/// Rows of text fields, all of one width, in little memory: the text in one block, 8 bytes a field and 4 bytes a row beside it.
///
/// A manifest of a million lines is held like this; texts are made when somebody asks for them.
final class FieldTable: @unchecked Sendable {
  // Filled by whoever makes it, then only read.

  /// Bytes that one field may have.
  static let fieldLimit = 1 << 24 - 1
  /// Rows that a table may have.
  static let rowLimit = 1 << 27

  let columns: Int
  let text: GrowingBuffer<UInt8>
  /// Start of every field in `text`, shifted by 24 bits, plus its length in bytes.
  private let fields = GrowingBuffer<UInt64>()
  /// Number of the line that every row stands on, from 1; 0 for rows that come from no file.
  private let lines = GrowingBuffer<UInt32>()

  /// - Parameter text: where fields may lie already.
  init(columns: Int, text: GrowingBuffer<UInt8> = GrowingBuffer()) {
    self.columns = columns
    self.text = text
  }

  var rows: Int { lines.count }

  /// The field as bytes; valid while the table lives and no row is added.
  func bytes(_ row: Int, _ column: Int) -> UnsafeBufferPointer<UInt8> {
    let field = fields[row * columns + column]
    let start = Int(field >> 24)
    return UnsafeBufferPointer(rebasing: text.values[start..<start + Int(field & 0xFF_FFFF)])
  }

  /// Where a field begins in `text`.
  func offset(_ row: Int, _ column: Int) -> Int { Int(fields[row * columns + column] >> 24) }

  /// The field as text.
  func field(_ row: Int, _ column: Int) -> String { String(decoding: bytes(row, column), as: UTF8.self) }

  /// The line that a row stands on, from 1; 0 if it comes from no file.
  func line(_ row: Int) -> Int { Int(lines[row]) }

  /// Adds a row whose fields lie in `text` already.
  ///
  /// - Throws: `limit`, `noMemory`.
  func append(fields ranges: some Collection<Range<Int>>, line: Int) throws(SVFAPError) {
    guard rows < Self.rowLimit else { throw SVFAPError(.limit, "more than \(Self.rowLimit) rows in one list; split it") }
    for range in ranges {
      guard range.count <= Self.fieldLimit else {
        throw SVFAPError(.limit, "a field of \(range.count) bytes; at most \(Self.fieldLimit) are read")
      }
      try fields.append(UInt64(range.lowerBound) << 24 | UInt64(range.count))
    }
    try lines.append(UInt32(clamping: line))
  }

  /// Adds a row of `columns` fields.
  ///
  /// - Throws: `limit`, `noMemory`.
  func append(_ row: [String], line: Int = 0) throws(SVFAPError) {
    var ranges: [Range<Int>] = []
    for field in row {
      let start = text.count
      try text.append(contentsOf: field.utf8)
      ranges.append(start..<text.count)
    }
    try append(fields: ranges, line: line)
  }
}
