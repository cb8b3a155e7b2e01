/// Finds a key that stands twice in one object of a JSON text, which decoders pass over in silence.
enum RepeatedKey {
  /// The first such key, as it is written there. The text is JSON: nothing else of it is checked.
  static func first(in text: String) -> Substring? {
    // The keys of the objects that are open; nil stands for an array.
    var open: [Set<Substring>?] = []
    var rest = text.utf8[...]
    while let byte = rest.first {
      switch byte {
      case UInt8(ascii: "{"): open.append([])
      case UInt8(ascii: "["): open.append(nil)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
      case UInt8(ascii: "\""):
        let string = Substring(string(at: rest))
        rest = rest[string.endIndex...]
        let isKey = rest.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: ":")
        if isKey, let last = open.indices.last {
          if open[last]?.contains(string) == true { return string }
          open[last]?.insert(string)
        }
        continue
      default: break
      }
      rest = rest.dropFirst()
    }
    return nil
  }

  /// The string that a text begins with, with its quotes.
  private static func string(at text: Substring.UTF8View) -> Substring.UTF8View {
    var isEscaped = false
    var index = text.index(after: text.startIndex)
    while index < text.endIndex {
      let byte = text[index]
      index = text.index(after: index)
      if byte == UInt8(ascii: "\""), !isEscaped { break }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    return text[..<index]
  }
}
