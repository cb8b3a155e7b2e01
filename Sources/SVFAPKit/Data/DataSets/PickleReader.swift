import Base

/// A value of a pickle that this reader takes.
enum PickledValue {
  case none
  case text(String)
  case number(Double)
  case dictionary(PickledDictionary)
}

/// A dictionary of a pickle; its keys are texts. A reference, because a pickle fills it while it lies on the stack.
final class PickledDictionary {
  fileprivate(set) var items: [String: PickledValue] = [:]
  /// Dictionaries within dictionaries, itself included.
  fileprivate var depth = 1
}

/// Reads Python pickles that hold nothing but dictionaries, texts and numbers, protocols 0 to 5.
///
/// A pickle is a program for a small stack machine. This one knows the instructions that build such values and refuses every
/// other one by name and position: classes are not looked up, nothing is called, nothing is executed.
struct PickleReader {
  /// Bytes that are read of one file.
  static let sizeLimit = 64 << 20
  /// Dictionaries within dictionaries: released one within the other, so a long chain would use up the stack.
  private static let depthLimit = 16

  private let name: String
  private let bytes: [UInt8]
  private var position = 0
  private var stack: [PickledValue] = []
  /// Heights of the stack at the marks.
  private var marks: [Int] = []
  private var memo: [UInt64: PickledValue] = [:]

  /// The value in a file.
  ///
  /// - Throws: `notFound`, `io`, `limit`; `format` with the byte offset; `unsupported` for instructions that are not read.
  static func read(_ path: String) throws(SVFAPError) -> PickledValue {
    let file = try InputFile(path)
    guard file.size <= sizeLimit else {
      throw SVFAPError(.limit, "\(path) has \(file.size) bytes; at most \(sizeLimit) are read as annotations", detail: ["path": path])
    }
    var reader = PickleReader(name: path, bytes: try file.bytes(at: 0, count: file.size))
    return try reader.run()
  }

  init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// Runs the pickle to its end.
  mutating func run() throws(SVFAPError) -> PickledValue {
    while true {
      let start = position
      let code = try byte()
      if code == UInt8(ascii: ".") { return try pop(start) }
      try step(code, start)
    }
  }

  private mutating func step(_ code: UInt8, _ start: Int) throws(SVFAPError) {
    switch Character(Unicode.Scalar(code)) {
    case "\u{80}": _ = try byte()  // PROTO
    case "\u{95}": _ = try little(8)  // FRAME
    case "(": marks.append(stack.count)
    case "}": stack.append(.dictionary(PickledDictionary()))
    case "d", "u": try takeItems(makingDictionary: code == UInt8(ascii: "d"), start)
    case "s":
      let (value, key) = (try pop(start), try pop(start))
      try put(key, value, into: try top(start), start)
    case "S": stack.append(.text(try quotedLine(start)))
    case "V": stack.append(.text(latin1(try line(start))))
    case "U", "\u{8C}": stack.append(.text(try counted(try little(1), start)))
    case "T", "X": stack.append(.text(try counted(try little(4), start)))
    case "\u{8D}": stack.append(.text(try counted(try little(8), start)))
    case "F", "I", "L": stack.append(.number(try numberLine(start)))
    case "G": stack.append(.number(Double(bitPattern: UInt64(bigEndianBytes: try take(8, start)))))
    case "K": stack.append(.number(Double(try little(1))))
    case "M": stack.append(.number(Double(try little(2))))
    case "J": stack.append(.number(Double(Int32(truncatingIfNeeded: try little(4)))))
    case "N": stack.append(.none)
    case "p": memo[try index(start)] = try peek(start)
    case "q": memo[try little(1)] = try peek(start)
    case "r": memo[try little(4)] = try peek(start)
    case "\u{94}": memo[UInt64(memo.count)] = try peek(start)  // MEMOIZE
    case "g": stack.append(try remembered(try index(start), start))
    case "h": stack.append(try remembered(try little(1), start))
    case "j": stack.append(try remembered(try little(4), start))
    default: throw refused(code, start)
    }
  }

  // MARK: Dictionaries

  /// DICT and SETITEMS: keys and values since the last mark.
  private mutating func takeItems(makingDictionary: Bool, _ start: Int) throws(SVFAPError) {
    guard let mark = marks.popLast(), mark <= stack.count, (stack.count - mark) % 2 == 0 else {
      throw fault(start, "a dictionary without a mark or with half an item")
    }
    let items = stack[mark...]
    stack.removeSubrange(mark...)
    if makingDictionary { stack.append(.dictionary(PickledDictionary())) }
    let dictionary = try top(start)
    var index = items.startIndex
    while index < items.endIndex {
      try put(items[index], items[index + 1], into: dictionary, start)
      index += 2
    }
  }

  private func top(_ start: Int) throws(SVFAPError) -> PickledDictionary {
    guard case .dictionary(let dictionary) = try peek(start) else { throw fault(start, "an item for something that is no dictionary") }
    return dictionary
  }

  private func put(_ key: PickledValue, _ value: PickledValue, into dictionary: PickledDictionary, _ start: Int) throws(SVFAPError) {
    guard case .text(let name) = key else { throw fault(start, "a key that is no text") }
    if case .dictionary(let inner) = value { dictionary.depth = max(dictionary.depth, inner.depth + 1) }
    guard dictionary.depth <= Self.depthLimit else { throw fault(start, "more than \(Self.depthLimit) dictionaries within each other") }
    dictionary.items[name] = value
  }

  // MARK: The stack and the memo

  private mutating func pop(_ start: Int) throws(SVFAPError) -> PickledValue {
    guard stack.count > marks.last ?? 0, let value = stack.popLast() else { throw fault(start, "a value that was never put there") }
    return value
  }

  private func peek(_ start: Int) throws(SVFAPError) -> PickledValue {
    guard let value = stack.last else { throw fault(start, "a value that was never put there") }
    return value
  }

  private func remembered(_ index: UInt64, _ start: Int) throws(SVFAPError) -> PickledValue {
    guard let value = memo[index] else { throw fault(start, "value \(index), which was never remembered") }
    // A dictionary in two places could be put into itself; annotations have no use for one.
    if case .dictionary = value { throw fault(start, "a dictionary for the second time") }
    return value
  }

  // MARK: Bytes

  private mutating func byte() throws(SVFAPError) -> UInt8 {
    guard position < bytes.count else { throw fault(position, "the file ends in the middle") }
    position += 1
    return bytes[position - 1]
  }

  private mutating func take(_ count: Int, _ start: Int) throws(SVFAPError) -> ArraySlice<UInt8> {
    guard count <= bytes.count - position else { throw fault(start, "\(count) bytes wanted, \(bytes.count - position) are left") }
    position += count
    return bytes[position - count..<position]
  }

  private mutating func little(_ count: Int) throws(SVFAPError) -> UInt64 {
    try take(count, position).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func counted(_ count: UInt64, _ start: Int) throws(SVFAPError) -> String {
    decoded(try take(Int(clamping: count), start))
  }

  /// Up to the end of the line, which is passed.
  private mutating func line(_ start: Int) throws(SVFAPError) -> ArraySlice<UInt8> {
    guard let end = bytes[position...].firstIndex(of: 0x0A) else { throw fault(start, "a line without an end") }
    let line = bytes[position..<end]
    position = end + 1
    return line.last == 0x0D ? line.dropLast() : line
  }

  private mutating func index(_ start: Int) throws(SVFAPError) -> UInt64 {
    guard let index = UInt64(latin1(try line(start))) else { throw fault(start, "a place in the memo that is no number") }
    return index
  }

  private mutating func numberLine(_ start: Int) throws(SVFAPError) -> Double {
    var text = latin1(try line(start))
    if text.hasSuffix("L") { text.removeLast() }
    guard let number = Double(text) else { throw fault(start, "\"\(text.prefix(40))\", which is no number") }
    return number
  }

  /// A text as Python writes it in quotes, with its escapes.
  private mutating func quotedLine(_ start: Int) throws(SVFAPError) -> String {
    let line = try line(start)
    guard line.count >= 2, let quote = line.first, quote == line.last, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw fault(start, "a text without quotes")
    }
    var text: [UInt8] = []
    var rest = line.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "x"):
        guard rest.count >= 2, let value = UInt8(latin1(rest.prefix(2)), radix: 16) else {
          throw fault(start, "a text with a broken escape")
        }
        text.append(value)
        rest = rest.dropFirst(2)
      case let other?: text.append(other)
      case nil: throw fault(start, "a text with a broken escape")
      }
    }
    return decoded(text[...])
  }

  /// UTF-8, or Latin 1 where it is not: Python 2 did not tell.
  private func decoded(_ bytes: ArraySlice<UInt8>) -> String { String(validating: bytes, as: UTF8.self) ?? latin1(bytes) }

  private func latin1(_ bytes: ArraySlice<UInt8>) -> String { String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })) }

  // MARK: Errors

  private func fault(_ offset: Int, _ what: String) -> SVFAPError {
    SVFAPError(
      .format, "\(name) is no pickle that can be read: at byte \(offset) \(what)", detail: ["path": name, "where": "byte \(offset)"])
  }

  private func refused(_ code: UInt8, _ start: Int) -> SVFAPError {
    let names: [Character: String] = [
      "c": "GLOBAL", "R": "REDUCE", "b": "BUILD", "i": "INST", "o": "OBJ", "\u{81}": "NEWOBJ", "\u{93}": "STACK_GLOBAL", "l": "LIST",
      "]": "EMPTY_LIST",
      "t": "TUPLE", ")": "EMPTY_TUPLE", "P": "PERSID", "Q": "BINPERSID",
    ]
    let instruction = names[Character(Unicode.Scalar(code))] ?? "0x" + String(code, radix: 16)
    return SVFAPError(
      .unsupported,
      "\(name): the instruction \(instruction) at byte \(start) is refused: only dictionaries of texts and numbers are read from a pickle",
      detail: ["path": name, "where": "byte \(start)", "found": instruction])
  }
}

extension UInt64 {
  fileprivate init(bigEndianBytes bytes: ArraySlice<UInt8>) { self = bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
