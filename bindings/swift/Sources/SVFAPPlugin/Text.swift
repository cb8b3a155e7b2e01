import CSVFAPPlugin

/// Text that stays where it is for as long as this object lives, to be handed to the host.
final class StableText: @unchecked Sendable {
  // Written once in init and only read afterwards, hence safe to share.
  private let storage: UnsafeMutableBufferPointer<CChar>

  init(_ text: String) {
    storage = .allocate(capacity: text.utf8.count + 1)
    _ = storage.initialize(from: text.utf8.map(CChar.init(bitPattern:)) + [0])
  }

  deinit { storage.deallocate() }

  /// The text as the host sees it.
  var text: svfap_text { svfap_text(data: UnsafePointer(storage.baseAddress), size: UInt64(storage.count - 1)) }
}

extension String {
  /// Text of the host, whose size is always the true one.
  init(_ data: UnsafePointer<CChar>?, _ size: UInt64) {
    self = String(decoding: UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : Int(clamping: size)), as: UTF8.self)
  }

  init(_ text: svfap_text) { self.init(text.data, text.size) }

  /// The text as a JSON string.
  var quoted: String {
    var out = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"", "\\": out += "\\\(scalar)"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
