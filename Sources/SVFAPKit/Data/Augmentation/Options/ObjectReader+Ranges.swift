import Base

extension ObjectReader {
  /// A list of two numbers, the smaller one first, both within `limits`.
  func range(_ key: String, at pointer: String, within limits: ClosedRange<Double>) throws(SVFAPError) -> ClosedRange<Double>? {
    guard let values = try numbers(key, count: 2) else { return nil }
    guard limits.contains(values[0]), limits.contains(values[1]), values[0] <= values[1] else {
      throw Self.wrong(
        "\(pointer)/\(key)", expected: "two numbers from \(limits.lowerBound) to \(limits.upperBound), the smaller one first",
        found: "\(values)")
    }
    return values[0]...values[1]
  }
}

/// A range as ObjectReader.range reads it.
func jsonList(_ range: ClosedRange<Double>) -> JSONValue { [.number(range.lowerBound), .number(range.upperBound)] }

/// Whether a section is the text "none", which switches it off. Any other text is an error.
func isOff(_ value: JSONValue, at pointer: String) throws(SVFAPError) -> Bool {
  guard let text = value.stringValue else { return false }
  guard text == "none" else { throw ObjectReader.wrong(pointer, expected: "an object or \"none\"", found: "\"\(text)\"") }
  return true
}
