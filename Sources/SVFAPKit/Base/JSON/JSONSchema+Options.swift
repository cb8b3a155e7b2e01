extension JSONSchema {
  // Schemas of single options. Every option says in a phrase what it is: help texts are made of these tables, and the same
  // tables check what is given.

  /// A number within bounds. No default: the option may be absent.
  package static func number(_ phrase: String, _ range: ClosedRange<Double>, default fallback: Double? = nil) -> JSONValue {
    described(
      ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)], phrase,
      default: fallback.map { .number($0) })
  }

  /// A number above a bound.
  package static func number(_ phrase: String, above bound: Double, to largest: Double, default fallback: Double? = nil) -> JSONValue {
    described(
      ["type": "number", "exclusiveMinimum": .number(bound), "maximum": .number(largest)], phrase, default: fallback.map { .number($0) })
  }

  package static func integer(_ phrase: String, _ range: ClosedRange<Int>, default fallback: Int? = nil) -> JSONValue {
    described(
      ["type": "integer", "minimum": .integer(Int64(range.lowerBound)), "maximum": .integer(Int64(range.upperBound))], phrase,
      default: fallback.map { .integer(Int64($0)) })
  }

  package static func integer(_ phrase: String, from least: Int, default fallback: Int? = nil) -> JSONValue {
    described(["type": "integer", "minimum": .integer(Int64(least))], phrase, default: fallback.map { .integer(Int64($0)) })
  }

  package static func flag(_ phrase: String, default fallback: Bool) -> JSONValue {
    described(["type": "boolean"], phrase, default: .bool(fallback))
  }

  /// A text that is not empty.
  package static func text(_ phrase: String, default fallback: String? = nil) -> JSONValue {
    described(["type": "string", "minLength": 1], phrase, default: fallback.map { .string($0) })
  }

  /// One of some names.
  package static func choice(_ phrase: String, _ names: [String], default fallback: String? = nil) -> JSONValue {
    described(["enum": .array(names.map { .string($0) })], phrase, default: fallback.map { .string($0) })
  }

  /// A list whose elements have a schema of their own.
  package static func list(
    _ phrase: String, of items: JSONObject, count: ClosedRange<Int>, default fallback: [JSONValue]? = nil
  ) -> JSONValue {
    described(
      [
        "type": "array", "items": .object(items), "minItems": .integer(Int64(count.lowerBound)),
        "maxItems": .integer(Int64(count.upperBound)),
      ], phrase, default: fallback.map { .array($0) })
  }

  /// Options that belong together, given as an object; absent, each has its default.
  package static func section(_ phrase: String, _ properties: JSONObject) -> JSONValue {
    described(["type": "object", "properties": .object(properties)], phrase, default: [:])
  }

  /// A section that the text "none" switches off; that it is no other text, the reader of the options checks.
  package static func optionalSection(_ phrase: String, _ properties: JSONObject) -> JSONValue {
    described(["type": ["object", "string"], "properties": .object(properties)], phrase, default: [:])
  }

  /// An object whose members somebody else knows.
  package static func open(_ phrase: String) -> JSONValue {
    described(["type": "object", "additionalProperties": true], phrase, default: [:])
  }

  private static func described(_ rules: JSONObject, _ phrase: String, default fallback: JSONValue?) -> JSONValue {
    var rules = rules
    rules["description"] = .string(phrase)
    rules["default"] = fallback
    return .object(rules)
  }
}
