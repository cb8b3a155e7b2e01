/// Strict look at a JSON text before json-c reads it: RFC 8259 grammar, no duplicate keys, no lone surrogates,
/// UTF-8 only, numbers within range, bounded depth and size. json-c 0.16 accepts all of those even when strict.
struct JSONScanner {
  /// Nesting allowed; deeper documents are refused.
  static let depthLimit = 64
  /// Bytes allowed.
  static let sizeLimit = 64 << 20
  /// Values allowed, members and elements included: bounds the memory of what is parsed.
  static let valueLimit = 1 << 20

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var values = 0

  /// Throws a `format` or `limit` error that names the byte offset of the first fault.
  static func check(_ bytes: UnsafeBufferPointer<UInt8>) throws(SVFAPError) {
    guard bytes.count <= sizeLimit else {
      throw SVFAPError(.limit, "JSON text of \(bytes.count) bytes; at most \(sizeLimit) are read")
    }
    var scanner = JSONScanner(bytes: bytes)
    scanner.skipSpace()
    try scanner.value(depth: 0)
    scanner.skipSpace()
    guard scanner.position == bytes.count else { throw scanner.fault("unexpected text after the document") }
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func fault(_ what: String, at offset: Int? = nil) -> SVFAPError {
    let offset = offset ?? position
    return SVFAPError(.format, "JSON: \(what) at byte \(offset)", detail: ["where": "byte \(offset)"])
  }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(SVFAPError) {
    guard depth < Self.depthLimit else {
      throw SVFAPError(.limit, "JSON: nested deeper than \(Self.depthLimit) levels at byte \(position)")
    }
    values += 1
    guard values <= Self.valueLimit else { throw SVFAPError(.limit, "JSON: more than \(Self.valueLimit) values at byte \(position)") }
    switch current {
    case UInt8(ascii: "{"): try object(depth: depth)
    case UInt8(ascii: "["): try array(depth: depth)
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"): try word("true")
    case UInt8(ascii: "f"): try word("false")
    case UInt8(ascii: "n"): try word("null")
    case let byte? where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte): try number()
    case nil: throw fault("the text ends where a value should stand")
    default: throw fault("expected a value")
    }
  }

  private mutating func word(_ text: StaticString) throws(SVFAPError) {
    let start = position
    for index in 0..<text.utf8CodeUnitCount {
      guard take(text.utf8Start[index]) else { throw fault("expected \"\(text)\"", at: start) }
    }
  }

  private mutating func object(depth: Int) throws(SVFAPError) {
    position += 1
    var keys = Set<[UInt8]>()
    skipSpace()
    if take(UInt8(ascii: "}")) { return }
    while true {
      skipSpace()
      let start = position
      guard current == UInt8(ascii: "\"") else { throw fault("expected a key in double quotes") }
      let key = try string()
      guard keys.insert(key).inserted else {
        throw fault("the key \"\(String(decoding: key, as: UTF8.self).prefix(200))\" stands twice in one object, again", at: start)
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw fault("expected ':'") }
      skipSpace()
      try value(depth: depth + 1)
      skipSpace()
      if take(UInt8(ascii: "}")) { return }
      guard take(UInt8(ascii: ",")) else { throw fault("expected ',' or '}'") }
    }
  }

  private mutating func array(depth: Int) throws(SVFAPError) {
    position += 1
    skipSpace()
    if take(UInt8(ascii: "]")) { return }
    while true {
      skipSpace()
      try value(depth: depth + 1)
      skipSpace()
      if take(UInt8(ascii: "]")) { return }
      guard take(UInt8(ascii: ",")) else { throw fault("expected ',' or ']'") }
    }
  }

  /// Reads a string and returns its decoded UTF-8, by which keys are compared: `"a"` and `"\u0061"` are one key.
  private mutating func string() throws(SVFAPError) -> [UInt8] {
    let start = position
    position += 1
    var decoded: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard String(validating: decoded, as: UTF8.self) != nil else { throw fault("text that is not UTF-8", at: start) }
        return decoded
      case UInt8(ascii: "\\"):
        try escape(into: &decoded)
      case 0..<0x20:
        throw fault("a control character inside a string", at: position - 1)
      default:
        decoded.append(byte)
      }
    }
    throw fault("a string without its closing quote", at: start)
  }

  private mutating func escape(into decoded: inout [UInt8]) throws(SVFAPError) {
    let start = position - 1
    guard let kind = current else { throw fault("the text ends inside a string") }
    position += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(kind)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"):
      var scalar = try hexadecimal()
      if (0xD800..<0xDC00).contains(scalar), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) {
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw fault("half of a surrogate pair", at: start) }
        scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let unicode = Unicode.Scalar(scalar) else { throw fault("half of a surrogate pair", at: start) }
      guard scalar != 0 else { throw fault("a NUL character", at: start) }
      decoded.append(contentsOf: Array(String(Character(unicode)).utf8))
    default: throw fault("an unknown escape", at: start)
    }
  }

  private mutating func hexadecimal() throws(SVFAPError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("expected four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    return position - start
  }

  private mutating func number() throws(SVFAPError) {
    let start = position
    _ = take(UInt8(ascii: "-"))
    let leading = current
    let count = digits()
    guard count > 0, count == 1 || leading != UInt8(ascii: "0") else { throw fault("a malformed number", at: start) }
    var isInteger = true
    if take(UInt8(ascii: ".")) {
      isInteger = false
      guard digits() > 0 else { throw fault("a malformed number", at: start) }
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isInteger = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      guard digits() > 0 else { throw fault("a malformed number", at: start) }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    let fits = isInteger ? Int64(text) != nil : Double(text)?.isFinite == true
    guard fits else { throw fault("the number \(text.prefix(40)) is out of range", at: start) }
  }
}
