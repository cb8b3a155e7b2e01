import Base

/// What stands between the fields of a text table.
package enum FieldSeparator: String, Sendable, CaseIterable {
  /// The first lines decide: a tab if all have one, otherwise a comma if all have one, otherwise spaces.
  case automatic
  /// Any number of spaces and tabs.
  case space
  case comma
  case tab
}

/// Reads a text table: one row a line, fields separated by spaces, commas or tabs.
///
/// Fields that hold a separator stand in double quotes, double quotes inside them are doubled. Blank lines and lines that
/// begin with # are skipped. Lines end with LF, CR LF or CR; a byte order mark is skipped. All rows have as many fields as
/// the first.
struct TableText {
  /// Bytes that are read of one file.
  static let sizeLimit = 1 << 32
  /// Fields that one row may have.
  static let columnLimit = 4096
  /// Lines that are looked at to find out the separator.
  private static let sampleLines = 50

  /// Name for messages.
  let name: String
  let separator: FieldSeparator
  private let text: GrowingBuffer<UInt8>
  private let start: Int

  /// Reads a file into memory and checks that it is text.
  ///
  /// - Throws: `notFound`, `io`, `limit`; `format` with line and column for what is not UTF-8.
  init(file path: String, separator: FieldSeparator) throws(SVFAPError) {
    let file = try InputFile(path)
    guard file.size <= Self.sizeLimit else {
      throw SVFAPError(
        .limit, "\(path) has \(file.size) bytes; at most \(Self.sizeLimit) are read as a list: split it", detail: ["path": path])
    }
    let text = GrowingBuffer<UInt8>()
    try text.fill(from: file)
    try self.init(text, name: path, separator: separator)
  }

  /// - Throws: `format` with line and column for what is not UTF-8.
  init(_ text: GrowingBuffer<UInt8>, name: String, separator: FieldSeparator) throws(SVFAPError) {
    self.text = text
    self.name = name
    let values = text.values
    start = values.count >= 3 && values[0] == 0xEF && values[1] == 0xBB && values[2] == 0xBF ? 3 : 0
    if values.count >= 2, values[0] == 0xFF && values[1] == 0xFE || values[0] == 0xFE && values[1] == 0xFF {
      throw SVFAPError(.format, "\(name) is UTF-16 text; save it as UTF-8", detail: ["path": name, "expected": "UTF-8", "found": "UTF-16"])
    }
    self.separator = separator == .automatic ? Self.separator(of: values, from: start) : separator
    do {
      _ = try UTF8Span(validating: Span(_unsafeElements: UnsafeBufferPointer(values)))
    } catch {
      throw fault(
        at: error.byteOffsets.lowerBound, "these bytes are not UTF-8 text; save the file as UTF-8", found: "bytes that are not UTF-8")
    }
  }

  // MARK: Rows

  /// All rows, the first one (perhaps a header) among them.
  ///
  /// The fields are cut out of the text where it lies, so this can be done once.
  ///
  /// - Throws: `format` with line and column, `limit`, `noMemory`.
  func rows() throws(SVFAPError) -> FieldTable {
    var table: FieldTable?
    var fields: [Range<Int>] = []
    var lines = LineReader(text.values, from: start)
    while let line = lines.next() {
      try cut(line, into: &fields)
      if fields.isEmpty { continue }
      let filled = table ?? FieldTable(columns: fields.count, text: text)
      table = filled
      guard fields.count == filled.columns else { throw wrongCount(fields, filled, line) }
      try filled.append(fields: fields, line: line.number)
    }
    return table ?? FieldTable(columns: 0, text: text)
  }

  private func wrongCount(_ fields: [Range<Int>], _ table: FieldTable, _ line: LineReader.Line) -> SVFAPError {
    let columns = table.columns
    var advice = "every line must have as many fields as the first"
    if separator == .space, fields.count > columns {
      advice = "if a path holds spaces, put it in double quotes, or separate the fields by tabs"
    }
    let place = fields.count > columns ? fields[columns].lowerBound : line.range.upperBound
    return fault(
      at: place,
      "\(columns) \(columns == 1 ? "field" : "fields") as on line \(table.line(0)) expected, \(fields.count) found (separator: \(separator.rawValue)); \(advice)",
      expected: "\(columns) fields", found: "\(fields.count)")
  }

  /// Cuts a line into fields; none if it is blank or a comment.
  private func cut(_ line: LineReader.Line, into fields: inout [Range<Int>]) throws(SVFAPError) {
    fields.removeAll(keepingCapacity: true)
    let bytes = text.values
    let end = line.range.upperBound
    var position = Self.skipBlanks(bytes, line.range.lowerBound, end, separator)
    if position == end || bytes[position] == UInt8(ascii: "#") { return }
    if separator != .space { position = line.range.lowerBound }
    while true {
      guard fields.count < Self.columnLimit else {
        throw fault(at: position, "more than \(Self.columnLimit) fields on one line; is this a list of videos?")
      }
      position = Self.skipBlanks(bytes, position, end, separator)
      if position < end, bytes[position] == UInt8(ascii: "\"") {
        fields.append(try quoted(&position, end))
        let closing = position
        position = Self.skipBlanks(bytes, position, end, separator)
        guard position == end || isSeparator(bytes[position]) || separator == .space && position > closing else {
          throw fault(at: position, "text behind the closing quote; a double quote inside a quoted field is doubled (\"\")")
        }
      } else {
        fields.append(try plain(&position, end))
      }
      if separator == .space {
        position = Self.skipBlanks(bytes, position, end, separator)
        if position == end { return }
      } else {
        if position == end { return }
        position += 1
      }
    }
  }

  private func isSeparator(_ byte: UInt8) -> Bool {
    switch separator {
    case .comma: byte == UInt8(ascii: ",")
    case .tab: byte == UInt8(ascii: "\t")
    case .space, .automatic: byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
  }

  /// A field without quotes, blanks at its end left out; stops at the separator.
  private func plain(_ position: inout Int, _ end: Int) throws(SVFAPError) -> Range<Int> {
    let bytes = text.values
    let first = position
    while position < end, !isSeparator(bytes[position]) {
      if bytes[position] == 0 { throw fault(at: position, "a zero byte; no file name can hold one") }
      position += 1
    }
    var last = position
    while last > first, bytes[last - 1] == UInt8(ascii: " ") || bytes[last - 1] == UInt8(ascii: "\t") { last -= 1 }
    return first..<last
  }

  /// A field in quotes. Doubled quotes are made single where they lie: the field only becomes shorter.
  private func quoted(_ position: inout Int, _ end: Int) throws(SVFAPError) -> Range<Int> {
    let bytes = text.values
    let opening = position
    let first = position + 1
    var target = first
    position = first
    while position < end {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") {
        guard position < end, bytes[position] == UInt8(ascii: "\"") else { return first..<target }
        position += 1
      }
      if byte == 0 { throw fault(at: position - 1, "a zero byte; no file name can hold one") }
      bytes[target] = byte
      target += 1
    }
    throw fault(at: opening, "this quoted field has no closing quote on its line")
  }

  /// Past spaces, and tabs where they do not separate.
  private static func skipBlanks(_ bytes: UnsafeMutableBufferPointer<UInt8>, _ from: Int, _ end: Int, _ separator: FieldSeparator) -> Int {
    var position = from
    while position < end, bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\t") && separator != .tab {
      position += 1
    }
    return position
  }

  // MARK: The separator

  private static func separator(of bytes: UnsafeMutableBufferPointer<UInt8>, from start: Int) -> FieldSeparator {
    var lines = LineReader(bytes, from: start)
    var seen = 0
    var (tabs, commas) = (true, true)
    while seen < sampleLines, let line = lines.next() {
      let first = skipBlanks(bytes, line.range.lowerBound, line.range.upperBound, .space)
      if first == line.range.upperBound || bytes[first] == UInt8(ascii: "#") { continue }
      seen += 1
      var isQuoted = false
      var (hasTab, hasComma) = (false, false)
      for byte in bytes[line.range] {
        if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
        if !isQuoted { (hasTab, hasComma) = (hasTab || byte == UInt8(ascii: "\t"), hasComma || byte == UInt8(ascii: ",")) }
      }
      (tabs, commas) = (tabs && hasTab, commas && hasComma)
    }
    guard seen > 0 else { return .space }
    return tabs ? .tab : commas ? .comma : .space
  }

  // MARK: Errors

  /// An error at a byte of the text: "NAME:LINE:COLUMN: what".
  func fault(at offset: Int, _ what: String, expected: String? = nil, found: String? = nil) -> SVFAPError {
    let place = TextPlace(of: offset, in: text.values, from: start)
    return place.fault(name, what, expected: expected, found: found)
  }
}
