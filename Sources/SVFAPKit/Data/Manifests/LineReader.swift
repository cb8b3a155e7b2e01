import Base

/// The lines of a text, which end with LF, CR LF or CR.
struct LineReader {
  struct Line {
    /// Without the line's end.
    let range: Range<Int>
    /// From 1.
    let number: Int
  }

  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private var position: Int
  private var number = 0

  init(_ bytes: UnsafeMutableBufferPointer<UInt8>, from start: Int) {
    self.bytes = bytes
    position = start
  }

  mutating func next() -> Line? {
    guard position < bytes.count else { return nil }
    let first = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n"), bytes[position] != UInt8(ascii: "\r") { position += 1 }
    let last = position
    if position < bytes.count {
      let isPair = bytes[position] == UInt8(ascii: "\r") && position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n")
      position += isPair ? 2 : 1
    }
    number += 1
    return Line(range: first..<last, number: number)
  }
}

/// A place in a text as editors name it.
struct TextPlace {
  /// From 1.
  let line: Int
  /// In characters, from 1; 0 where only the line is known.
  let column: Int

  init(line: Int, column: Int = 0) {
    self.line = line
    self.column = column
  }

  /// The place of the byte at `offset`.
  init(of offset: Int, in bytes: UnsafeMutableBufferPointer<UInt8>, from start: Int) {
    var lines = LineReader(bytes, from: start)
    var found: LineReader.Line?
    while let line = lines.next() {
      found = line
      if line.range.upperBound >= offset { break }
    }
    guard let found else {
      self.init(line: 1, column: 1)
      return
    }
    let before = bytes[found.range.lowerBound..<max(min(offset, found.range.upperBound), found.range.lowerBound)]
    // Bytes 10xxxxxx continue a character.
    self.init(line: found.number, column: before.reduce(1) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) })
  }

  func fault(_ name: String, _ what: String, expected: String? = nil, found: String? = nil) -> SVFAPError {
    let place = column > 0 ? "\(line):\(column)" : "\(line)"
    var detail = ["path": name, "where": place]
    if let expected { detail["expected"] = expected }
    if let found { detail["found"] = found }
    return SVFAPError(.format, "\(name):\(place): \(what)", detail: detail)
  }
}
