import Base

/// The lines of a small text file that is no table.
struct TextLines {
  /// Bytes that are read.
  private static let sizeLimit = 64 << 20

  let lines: [(number: Int, text: String)]

  /// - Throws: `notFound`, `io`, `limit`, `noMemory`.
  init(_ path: String) throws(SVFAPError) {
    let file = try InputFile(path)
    guard file.size <= Self.sizeLimit else {
      throw SVFAPError(.limit, "\(path) has \(file.size) bytes; at most \(Self.sizeLimit) are read", detail: ["path": path])
    }
    let text = GrowingBuffer<UInt8>()
    try text.fill(from: file)
    var reader = LineReader(text.values, from: 0)
    var lines: [(number: Int, text: String)] = []
    while let line = reader.next() {
      lines.append(
        (line.number, trimmed(Substring(String(decoding: UnsafeBufferPointer(rebasing: text.values[line.range]), as: UTF8.self)))))
    }
    self.lines = lines
  }
}

/// Without blanks at both ends.
func trimmed(_ text: Substring) -> String {
  var text = text
  while let last = text.last, last == " " || last == "\t" { text.removeLast() }
  return String(text.drop { $0 == " " || $0 == "\t" })
}
