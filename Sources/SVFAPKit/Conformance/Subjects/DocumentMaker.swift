import Base

/// Draws JSON documents that fit a schema of options, that lie on the bounds of it, and that do not fit.
struct DocumentMaker {
  let schema: JSONValue
  private var options: [(key: String, rules: JSONValue)] { schema["properties"]?.objectValue?.members.map { ($0.key, $0.value) } ?? [] }
  var keys: [String] { options.map(\.key) }

  init(_ schema: JSONSchema) { self.schema = schema.json }

  /// Every value that lies on a bound of an option, and every choice of one: the option's name and the value.
  var atBounds: [(key: String, value: JSONValue)] {
    options.flatMap { option in Self.bounds(option.rules).map { (option.key, $0) } }
  }

  /// Every option with values that its rules do not allow.
  var outside: [(key: String, value: JSONValue)] {
    options.flatMap { option in Self.misfits(option.rules).map { (option.key, $0) } }
  }

  /// The options that change what a plugin computes in kind: every choice, true and false.
  var choices: [(key: String, value: JSONValue)] {
    options.flatMap { option -> [(key: String, value: JSONValue)] in
      if let choices = option.rules["enum"]?.arrayValue { return choices.map { (option.key, $0) } }
      return option.rules["type"] == "boolean" ? [(option.key, .bool(true)), (option.key, .bool(false))] : []
    }
  }

  /// A document that fits: some options, with random values.
  func fitting(_ random: inout RandomSequence) -> JSONValue {
    var members = JSONObject()
    for option in options where random.chance(0.5) { members[option.key] = Self.value(option.rules, &random) }
    return .object(members)
  }

  /// A document of the options' names with anything in them.
  func unfitting(_ random: inout RandomSequence) -> JSONValue {
    var members = JSONObject()
    for option in options where random.chance(0.7) { members[option.key] = Self.anything(&random, depth: 0) }
    if random.chance(0.3) { members["x\(random.integer(below: 100))"] = Self.anything(&random, depth: 0) }
    return .object(members)
  }

  private static func bounds(_ rules: JSONValue) -> [JSONValue] {
    if let choices = rules["enum"]?.arrayValue { return choices }
    switch type(rules) {
    case "boolean": return [true, false]
    case "integer": return [rules["minimum"], rules["maximum"]].compactMap { $0?.intValue.map { .integer(Int64($0)) } }
    case "number":
      let above = rules["exclusiveMinimum"]?.doubleValue.map { JSONValue.number($0.nextUp) }
      return [rules["minimum"], rules["maximum"], above].compactMap(\.self)
    case "string": return [.string(String(repeating: "x", count: max(rules["minLength"]?.intValue ?? 0, 0)))]
    case "array":
      let counts = [rules["minItems"]?.intValue, rules["maxItems"]?.intValue].compactMap(\.self).filter { $0 <= 1 << 16 }
      return counts.map { list(rules, count: $0) }
    default: return []
    }
  }

  private static func misfits(_ rules: JSONValue) -> [JSONValue] {
    let wrongTypes: [JSONValue] = [true, 4711, 0.5, "no such thing", [], [[]], ["a": 1]]
    let types = rules["type"]?.arrayValue ?? [rules["type"] ?? ""]
    var found = wrongTypes.filter { value in
      if let choices = rules["enum"]?.arrayValue { return !choices.contains(value) }
      return !types.contains { $0.stringValue == value.typeName || $0 == "number" && value.typeName == "integer" }
    }
    if let least = rules["minimum"]?.doubleValue { found.append(number(least - 1, rules)) }
    if let least = rules["exclusiveMinimum"]?.doubleValue { found.append(.number(least)) }
    if let most = rules["maximum"]?.doubleValue { found += [number(most + 1, rules), number(most * 1e3 + 1e9, rules)] }
    if let least = rules["minItems"]?.intValue, least > 0 { found.append(list(rules, count: least - 1)) }
    if let most = rules["maxItems"]?.intValue, most < 1 << 16 { found.append(list(rules, count: most + 1)) }
    if rules["minLength"]?.intValue ?? 0 > 0 { found.append("") }
    return found
  }

  /// A number as an integer where the rules ask for one.
  private static func number(_ value: Double, _ rules: JSONValue) -> JSONValue {
    Int64(exactly: value).map { .integer($0) } ?? .number(value)
  }

  private static func list(_ rules: JSONValue, count: Int) -> JSONValue {
    let items = rules["items"] ?? [:]
    return .array(
      (0..<count).map { index in
        switch type(items) {
        case "string": .string("name\(index)")
        case "integer", "number": items["minimum"] ?? .integer(Int64(index))
        default: .bool(index % 2 == 0)
        }
      })
  }

  private static func type(_ rules: JSONValue) -> String {
    rules["type"]?.stringValue ?? rules["type"]?.arrayValue?.first?.stringValue ?? ""
  }

  private static func value(_ rules: JSONValue, _ random: inout RandomSequence) -> JSONValue {
    if let choices = rules["enum"]?.arrayValue, !choices.isEmpty { return choices[random.integer(below: choices.count)] }
    let least = rules["minimum"]?.doubleValue ?? rules["exclusiveMinimum"]?.doubleValue ?? -10
    let most = max(rules["maximum"]?.doubleValue ?? least + 100, least)
    switch type(rules) {
    case "boolean": return .bool(random.chance(0.5))
    case "integer":
      // Small numbers more often than the middle of a range of millions.
      let span = min(most - least, random.chance(0.8) ? 64 : 1e6)
      return .integer(Int64((least + random.uniform() * span).rounded()))
    case "number": return .number(max(least + random.uniform() * (most - least), least.nextUp))
    case "array":
      let count = (rules["minItems"]?.intValue ?? 0) + random.integer(below: 6)
      return list(rules, count: min(count, rules["maxItems"]?.intValue ?? count))
    case "string": return .string(String(repeating: "y", count: (rules["minLength"]?.intValue ?? 0) + random.integer(below: 12)))
    default: return [:]
    }
  }

  private static func anything(_ random: inout RandomSequence, depth: Int) -> JSONValue {
    let numbers: [JSONValue] = [
      0, -1, 1, .integer(.max), .integer(.min), 1e308, -1e308, 5e-324, 0.1, 4294967296, 2147483648, -2147483649, 65536,
    ]
    let texts = [
      "", " ", "auto", "..", "/", "%s%n", "\u{0}", "\u{FEFF}", "\u{1F600}", String(repeating: "a", count: 5000), "1e999", "null",
    ]
    switch random.integer(below: depth < 3 ? 7 : 5) {
    case 0: return .null
    case 1: return .bool(random.chance(0.5))
    case 2: return numbers[random.integer(below: numbers.count)]
    case 3: return .number(random.normal() * 1000)
    case 4: return .string(texts[random.integer(below: texts.count)])
    case 5: return .array((0..<random.integer(below: 5)).map { _ in anything(&random, depth: depth + 1) })
    default: return .object(["a": anything(&random, depth: depth + 1)])
    }
  }
}
