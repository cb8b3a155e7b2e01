extension String {
  /// The text with every character that means something in HTML replaced, for content and quoted attributes.
  var escapedForHTML: String {
    var out = ""
    out.reserveCapacity(utf8.count)
    for scalar in unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "\n", "\t": out.unicodeScalars.append(scalar)
      // Control characters are not allowed in HTML at all.
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): out.unicodeScalars.append("\u{FFFD}")
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}

/// A number of a drawing: one decimal is a tenth of a pixel.
func coordinate(_ value: Double) -> String { decimalText(value, 1) }
