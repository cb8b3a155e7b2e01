import Base

/// Reads a block of bytes from front to back; whatever goes beyond the end is an error with the byte's offset.
struct ByteCursor {
  let buffer: ByteBuffer
  /// What the bytes are, for messages.
  let name: String
  private(set) var position = 0

  init(_ buffer: ByteBuffer, name: String) {
    self.buffer = buffer
    self.name = name
  }

  var remaining: Int { buffer.count - position }

  /// The error of something wrong at `offset`, or at the next byte.
  func fault(_ what: String, at offset: Int? = nil, code: SVFAPError.Code = .format) -> SVFAPError {
    let place = "byte \(offset ?? position) of \(name)"
    return SVFAPError(code, "\(place): \(what)", detail: ["where": place])
  }

  /// The next byte.
  mutating func byte() throws(SVFAPError) -> UInt8 {
    guard position < buffer.count else { throw fault("it ends too early") }
    defer { position += 1 }
    return buffer.pointer[position]
  }

  /// Steps over `count` bytes and returns where they are.
  mutating func take(_ count: UInt64) throws(SVFAPError) -> Range<Int> {
    guard count <= UInt64(remaining) else { throw fault("\(count) bytes are claimed here, \(remaining) remain") }
    let start = position
    position += Int(count)
    return start..<position
  }

  /// Goes to `offset`.
  mutating func seek(_ offset: Int) throws(SVFAPError) {
    guard offset >= 0, offset <= buffer.count else { throw fault("there is no byte \(offset)") }
    position = offset
  }

  /// An unsigned number of 1 to 8 bytes, lowest byte first.
  mutating func little(bytes count: Int) throws(SVFAPError) -> UInt64 {
    let range = try take(UInt64(count))
    return buffer.bytes[range].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  }

  /// A signed number in two's complement of 1 to 8 bytes, lowest byte first.
  mutating func signed(bytes count: Int) throws(SVFAPError) -> Int64 {
    let unused = 64 - 8 * Int64(count)
    return (Int64(bitPattern: try little(bytes: count)) << unused) >> unused
  }

  /// The bytes in `range` as text; nil if they are not UTF-8.
  func text(_ range: Range<Int>) -> String? { String(validating: buffer.bytes[range], as: UTF8.self) }

  /// The text up to the next line feed, which is stepped over.
  mutating func line(limit: Int) throws(SVFAPError) -> String {
    let start = position
    while true {
      guard position - start <= limit else { throw fault("a line of more than \(limit) bytes", at: start) }
      if try byte() == UInt8(ascii: "\n") { break }
    }
    guard let text = text(start..<position - 1) else { throw fault("a name that is not UTF-8", at: start) }
    return text
  }
}
