import Base

/// The schema of a list of two numbers, the smaller one first.
func jsonRange(_ phrase: String, _ limits: ClosedRange<Double>, default fallback: ClosedRange<Double>) -> JSONValue {
  JSONSchema.list(
    phrase, of: ["type": "number", "minimum": .number(limits.lowerBound), "maximum": .number(limits.upperBound)], count: 2...2,
    default: jsonList(fallback).arrayValue)
}

/// The range that a list of such a schema holds; nil if it is absent.
func jsonRange(_ value: JSONValue?, at pointer: String) throws(SVFAPError) -> ClosedRange<Double>? {
  guard let values = value?.arrayValue?.compactMap(\.doubleValue), values.count == 2 else { return nil }
  guard values[0] <= values[1] else {
    throw ObjectReader.wrong(pointer, expected: "two numbers, the smaller one first", found: "\(values)")
  }
  return values[0]...values[1]
}

/// A range as `jsonRange` reads it.
func jsonList(_ range: ClosedRange<Double>) -> JSONValue { [.number(range.lowerBound), .number(range.upperBound)] }

/// Whether a section is the text "none", which switches it off. Any other text is an error.
func isOff(_ value: JSONValue, at pointer: String) throws(SVFAPError) -> Bool {
  guard let text = value.stringValue else { return false }
  guard text == "none" else { throw ObjectReader.wrong(pointer, expected: "an object or \"none\"", found: "\"\(text)\"") }
  return true
}
