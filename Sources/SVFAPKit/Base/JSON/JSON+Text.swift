extension JSONValue {
  /// JSON text: on one line, or with one member a line indented by two spaces.
  ///
  /// Numbers are written so that reading them gives the same value; numbers that JSON cannot express (NaN and
  /// infinities) are written as `null`.
  package func text(pretty: Bool = false) -> String {
    var out = ""
    write(to: &out, indent: pretty ? 0 : nil)
    return out
  }

  private func write(to out: inout String, indent: Int?) {
    switch self {
    case .null: out += "null"
    case .bool(let value): out += value ? "true" : "false"
    case .integer(let value): out += String(value)
    case .number(let value): out += Self.numberText(value)
    case .string(let value): Self.writeString(value, to: &out)
    case .array(let elements):
      // Arrays of plain values stay on one line: they are read as rows.
      let flat = elements.allSatisfy { $0.arrayValue == nil && $0.objectValue == nil }
      Self.writeList(elements, open: "[", close: "]", indent: flat ? nil : indent, spaced: indent != nil, to: &out) { element, out, inner in
        element.write(to: &out, indent: inner)
      }
    case .object(let object):
      Self.writeList(object.members, open: "{", close: "}", indent: indent, spaced: true, to: &out) { member, out, inner in
        Self.writeString(member.key, to: &out)
        out += ": "
        member.value.write(to: &out, indent: inner)
      }
    }
  }

  private static func writeList<Element>(
    _ elements: [Element], open: String, close: String, indent: Int?, spaced: Bool, to out: inout String,
    each: (Element, inout String, Int?) -> Void
  ) {
    out += open
    for (index, element) in elements.enumerated() {
      if index > 0 { out += indent == nil && spaced ? ", " : "," }
      if let indent { out += "\n" + String(repeating: "  ", count: indent + 1) }
      each(element, &out, indent.map { $0 + 1 })
    }
    if let indent, !elements.isEmpty { out += "\n" + String(repeating: "  ", count: indent) }
    out += close
  }

  private static func numberText(_ value: Double) -> String {
    guard value.isFinite else { return "null" }
    return "\(value)"
  }

  private static func writeString(_ text: String, to out: inout String) {
    out += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    out += "\""
  }
}
