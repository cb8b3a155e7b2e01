/// The part of JSON Schema in which plugins and jobs describe their options: type, properties, required, enum, minimum,
/// maximum, exclusiveMinimum, items, minItems, maxItems, minLength, uniqueItems, default, additionalProperties; a description
/// is for people.
///
/// Unlike the standard, an object takes no keys but those in `properties` unless `additionalProperties` is true.
package struct JSONSchema: Sendable {
  package let json: JSONValue

  package init(_ json: JSONValue) { self.json = json }

  /// The schema of an object with these members.
  package init(properties: JSONObject) { json = ["type": "object", "properties": .object(properties)] }

  /// Checks a value and fills in defaults, members in the order of the schema.
  ///
  /// - Throws: `config` with the JSON pointer of what is wrong; `plugin` if the schema itself makes no sense.
  package func resolve(_ value: JSONValue, at pointer: String = "") throws(SVFAPError) -> JSONValue {
    try Self.resolve(value, json, pointer)
  }

  private static func resolve(_ value: JSONValue, _ schema: JSONValue, _ pointer: String) throws(SVFAPError) -> JSONValue {
    guard let rules = schema.objectValue else { throw SVFAPError(.plugin, "the schema at \(pointer) is no JSON object") }
    let value = whole(value, rules["type"])
    if let types = rules["type"] { try checkType(value, types, pointer) }
    if let choices = rules["enum"]?.arrayValue, !choices.contains(value) {
      throw ObjectReader.wrong(pointer, expected: "one of \(choices.map { $0.text() }.joined(separator: ", "))", found: value.text())
    }
    try checkRange(value, rules, pointer)
    if let text = value.stringValue, let least = rules["minLength"]?.intValue, text.count < least {
      throw ObjectReader.wrong(pointer, expected: "at least \(least) characters", found: value.text())
    }
    if let elements = value.arrayValue { return try resolve(elements, rules, pointer) }
    if let object = value.objectValue { return try resolve(object, rules, pointer) }
    return value
  }

  /// `16.0` where an integer is asked for is 16: who reads the resolved options need not know of it.
  private static func whole(_ value: JSONValue, _ type: JSONValue?) -> JSONValue {
    guard type == "integer", case .number = value, let integer = value.intValue else { return value }
    return .integer(Int64(integer))
  }

  private static func checkType(_ value: JSONValue, _ types: JSONValue, _ pointer: String) throws(SVFAPError) {
    let names = types.arrayValue?.compactMap(\.stringValue) ?? [types.stringValue ?? ""]
    let fits = names.contains { name in
      switch name {
      case "number": value.doubleValue != nil
      case "integer": value.intValue != nil
      default: name == value.typeName
      }
    }
    guard fits else {
      throw ObjectReader.wrong(pointer, expected: names.joined(separator: " or "), found: "\(value.text()) (\(value.typeName))")
    }
  }

  private static func checkRange(_ value: JSONValue, _ rules: JSONObject, _ pointer: String) throws(SVFAPError) {
    guard let number = value.doubleValue else { return }
    func check(_ rule: String, _ words: String, _ fits: (Double) -> Bool) throws(SVFAPError) {
      guard let bound = rules[rule], let limit = bound.doubleValue, !fits(limit) else { return }
      // Whoever is out of a range wants to know both of its ends.
      let both = rules["minimum"].flatMap { low in rules["maximum"].map { "\(low.text()) to \($0.text())" } }
      throw ObjectReader.wrong(pointer, expected: both ?? "\(words) \(bound.text())", found: value.text())
    }
    try check("minimum", "at least") { number >= $0 }
    try check("maximum", "at most") { number <= $0 }
    try check("exclusiveMinimum", "more than") { number > $0 }
  }

  private static func resolve(_ elements: [JSONValue], _ rules: JSONObject, _ pointer: String) throws(SVFAPError) -> JSONValue {
    if let least = rules["minItems"]?.intValue, elements.count < least {
      throw ObjectReader.wrong(pointer, expected: "at least \(least) elements", found: "\(elements.count)")
    }
    if let most = rules["maxItems"]?.intValue, elements.count > most {
      throw ObjectReader.wrong(pointer, expected: "at most \(most) elements", found: "\(elements.count)")
    }
    if rules["uniqueItems"]?.boolValue == true {
      for (index, element) in elements.enumerated() where elements[..<index].contains(element) {
        throw ObjectReader.wrong("\(pointer)/\(index)", expected: "elements that differ", found: "\(element.text()) again")
      }
    }
    guard let itemRules = rules["items"] else { return .array(elements) }
    var resolved: [JSONValue] = []
    for (index, element) in elements.enumerated() { resolved.append(try resolve(element, itemRules, "\(pointer)/\(index)")) }
    return .array(resolved)
  }

  private static func resolve(_ object: JSONObject, _ rules: JSONObject, _ pointer: String) throws(SVFAPError) -> JSONValue {
    let properties = rules["properties"]?.objectValue ?? JSONObject()
    if rules["additionalProperties"]?.boolValue != true, let unknown = object.keys.first(where: { properties[$0] == nil }) {
      throw ObjectReader.unknown(unknown, at: pointer, known: properties.keys)
    }
    var members: [(key: String, value: JSONValue)] = []
    for (key, propertyRules) in properties.members {
      if let value = object[key], value != .null {
        members.append((key, try resolve(value, propertyRules, jsonPointer(pointer, key))))
      } else if let fallback = propertyRules["default"] {
        // The default of a section is filled in in its turn.
        let isSection = fallback.objectValue != nil
        members.append((key, isSection ? try resolve(fallback, propertyRules, jsonPointer(pointer, key)) : fallback))
      }
    }
    members += object.members.filter { properties[$0.key] == nil }
    let resolved = JSONObject(uniqueMembers: members)
    for key in rules["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] where resolved[key] == nil {
      let place = jsonPointer(pointer, key)
      throw SVFAPError(.config, "\(place): is needed and missing", detail: ["where": place])
    }
    return .object(resolved)
  }
}
