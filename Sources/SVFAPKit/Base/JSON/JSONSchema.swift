/// The part of JSON Schema in which plugins and jobs describe their options: type, properties, required, enum, minimum,
/// maximum, exclusiveMinimum, items, minItems, maxItems, minLength, uniqueItems, default, additionalProperties.
///
/// Unlike the standard, an object takes no keys but those in `properties` unless `additionalProperties` is true.
package struct JSONSchema: Sendable {
  package let json: JSONValue

  package init(_ json: JSONValue) { self.json = json }

  /// Checks a value and fills in defaults, members in the order of the schema.
  ///
  /// - Throws: `config` with the JSON pointer of what is wrong; `plugin` if the schema itself makes no sense.
  package func resolve(_ value: JSONValue, at pointer: String = "") throws(SVFAPError) -> JSONValue {
    try Self.resolve(value, json, pointer)
  }

  private static func resolve(_ value: JSONValue, _ schema: JSONValue, _ pointer: String) throws(SVFAPError) -> JSONValue {
    guard let rules = schema.objectValue else { throw SVFAPError(.plugin, "the schema at \(pointer) is no JSON object") }
    if let types = rules["type"] { try checkType(value, types, pointer) }
    if let choices = rules["enum"]?.arrayValue, !choices.contains(value) {
      throw ObjectReader.wrong(pointer, expected: "one of \(choices.map { $0.text() }.joined(separator: ", "))", found: value.text())
    }
    if let number = value.doubleValue { try checkRange(number, rules, pointer) }
    if let text = value.stringValue, let least = rules["minLength"]?.intValue, text.count < least {
      throw ObjectReader.wrong(pointer, expected: "at least \(least) characters", found: value.text())
    }
    if let elements = value.arrayValue { return try resolve(elements, rules, pointer) }
    if let object = value.objectValue, rules["properties"] != nil || rules["additionalProperties"] == nil {
      return try resolve(object, rules, pointer)
    }
    return value
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

  private static func checkRange(_ number: Double, _ rules: JSONObject, _ pointer: String) throws(SVFAPError) {
    if let least = rules["minimum"]?.doubleValue, number < least {
      throw ObjectReader.wrong(pointer, expected: "at least \(JSONValue.number(least).text())", found: "\(number)")
    }
    if let most = rules["maximum"]?.doubleValue, number > most {
      throw ObjectReader.wrong(pointer, expected: "at most \(JSONValue.number(most).text())", found: "\(number)")
    }
    if let bound = rules["exclusiveMinimum"]?.doubleValue, number <= bound {
      throw ObjectReader.wrong(pointer, expected: "more than \(JSONValue.number(bound).text())", found: "\(number)")
    }
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
      let nearest = nearestText(to: unknown, among: properties.keys)
      let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
      let known = properties.isEmpty ? "none" : properties.keys.joined(separator: ", ")
      throw SVFAPError(
        .config, "\(pointer)/\(unknown): there is no such option\(hint) (known: \(known))",
        detail: ["where": "\(pointer)/\(unknown)", "expected": nearest ?? known, "found": unknown])
    }
    var resolved = JSONObject()
    for (key, propertyRules) in properties.members {
      if let value = object[key], value != .null {
        resolved[key] = try resolve(value, propertyRules, "\(pointer)/\(key)")
      } else if let fallback = propertyRules["default"] {
        resolved[key] = fallback
      }
    }
    for (key, value) in object.members where properties[key] == nil { resolved[key] = value }
    for key in rules["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] where resolved[key] == nil {
      throw SVFAPError(.config, "\(pointer)/\(key): is needed and missing", detail: ["where": "\(pointer)/\(key)"])
    }
    return .object(resolved)
  }
}
