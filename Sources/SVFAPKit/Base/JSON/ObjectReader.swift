/// Reads the members of a JSON object with their types and ranges checked, and refuses members that nobody asked for.
package final class ObjectReader {
  private let object: JSONObject
  private let pointer: String
  private var asked: [String] = []

  /// - Parameter pointer: JSON pointer of the object, "" for the document.
  /// - Throws: `config` if the value is no object.
  package init(_ json: JSONValue, at pointer: String) throws(SVFAPError) {
    guard let object = json.objectValue else { throw Self.wrong(pointer, expected: "an object", found: json.typeName) }
    self.object = object
    self.pointer = pointer
  }

  /// The error of a member that is not what it should be. What was found is shortened: it may be megabytes long.
  package static func wrong(_ pointer: String, expected: String, found: String) -> SVFAPError {
    let found = excerpt(found)
    return SVFAPError(
      .config, "\(pointer.isEmpty ? "the document" : pointer): expected \(expected), found \(found)",
      detail: ["where": pointer, "expected": expected, "found": found])
  }

  /// The error of a member that nobody knows, with the nearest known one.
  static func unknown(_ key: String, at pointer: String, known: [String]) -> SVFAPError {
    let nearest = nearestText(to: key, among: known)
    let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
    let list = known.isEmpty ? "none" : known.joined(separator: ", ")
    let place = excerpt(jsonPointer(pointer, key))
    return SVFAPError(
      .config, "\(place): there is no such option\(hint) (known: \(list))",
      detail: ["where": place, "expected": nearest ?? list, "found": excerpt(key)])
  }

  /// Any member; nil if absent or null.
  package func member(_ key: String) throws(SVFAPError) -> JSONValue? {
    asked.append(key)
    let value = object[key]
    return value == .null ? nil : value
  }

  private func path(_ key: String) -> String { jsonPointer(pointer, key) }

  package func text(_ key: String) throws(SVFAPError) -> String? {
    guard let value = try member(key) else { return nil }
    guard let text = value.stringValue else { throw Self.wrong(path(key), expected: "a text", found: value.text()) }
    return text
  }

  /// A text that is one of `choices`.
  package func text(_ key: String, oneOf choices: [String]) throws(SVFAPError) -> String? {
    guard let text = try text(key) else { return nil }
    guard choices.contains(text) else {
      throw Self.wrong(path(key), expected: "one of \(choices.map { "\"\($0)\"" }.joined(separator: ", "))", found: "\"\(text)\"")
    }
    return text
  }

  package func flag(_ key: String) throws(SVFAPError) -> Bool? {
    guard let value = try member(key) else { return nil }
    guard let flag = value.boolValue else { throw Self.wrong(path(key), expected: "true or false", found: value.text()) }
    return flag
  }

  package func integer(_ key: String, in range: ClosedRange<Int>) throws(SVFAPError) -> Int? {
    guard let value = try member(key) else { return nil }
    return try Self.integer(value, in: range, at: path(key))
  }

  private static func integer(_ value: JSONValue, in range: ClosedRange<Int>, at pointer: String) throws(SVFAPError) -> Int {
    guard let integer = value.intValue, range.contains(integer) else {
      throw wrong(pointer, expected: "an integer from \(range.lowerBound) to \(range.upperBound)", found: value.text())
    }
    return integer
  }

  package func number(_ key: String, in range: ClosedRange<Double>) throws(SVFAPError) -> Double? {
    guard let value = try member(key) else { return nil }
    guard let number = value.doubleValue, range.contains(number) else {
      throw Self.wrong(path(key), expected: "a number from \(range.lowerBound) to \(range.upperBound)", found: value.text())
    }
    return number
  }

  package func integers(_ key: String, in range: ClosedRange<Int>) throws(SVFAPError) -> [Int]? {
    guard let value = try member(key) else { return nil }
    guard let elements = value.arrayValue else { throw Self.wrong(path(key), expected: "a list of integers", found: value.text()) }
    var integers: [Int] = []
    for (index, element) in elements.enumerated() {
      integers.append(try Self.integer(element, in: range, at: "\(path(key))/\(index)"))
    }
    return integers
  }

  package func numbers(_ key: String, count: Int) throws(SVFAPError) -> [Double]? {
    guard let value = try member(key) else { return nil }
    let numbers = value.arrayValue?.compactMap(\.doubleValue)
    guard let numbers, numbers.count == count, value.arrayValue?.count == count else {
      throw Self.wrong(path(key), expected: "a list of \(count) numbers", found: value.text())
    }
    return numbers
  }

  package func texts(_ key: String) throws(SVFAPError) -> [String]? {
    guard let value = try member(key) else { return nil }
    let texts = value.arrayValue?.compactMap(\.stringValue)
    guard let texts, texts.count == value.arrayValue?.count else {
      throw Self.wrong(path(key), expected: "a list of texts", found: value.text())
    }
    return texts
  }

  /// Refuses members that were not asked for: to be called when everything was read.
  ///
  /// - Throws: `config` that names the first unknown key and the nearest known one.
  package func finish() throws(SVFAPError) {
    guard let unknown = object.keys.first(where: { !asked.contains($0) }) else { return }
    throw Self.unknown(unknown, at: pointer, known: asked.sorted())
  }
}

/// The JSON pointer (RFC 6901) of a member of the object at `parent`.
func jsonPointer(_ parent: String, _ key: String) -> String {
  "\(parent)/" + key.replacing("~", with: "~0").replacing("/", with: "~1")
}

/// The beginning of a text, for messages.
private func excerpt(_ text: String) -> String {
  let limit = 200
  return text.utf8.count <= limit ? text : String(decoding: Array(text.utf8.prefix(limit)), as: UTF8.self) + "..."
}

/// The candidate with the smallest edit distance to `text`, if it is near enough to be meant.
package func nearestText(to text: String, among candidates: [String]) -> String? {
  // Nobody mistypes a key of hundreds of letters; the search takes time in proportion to its length.
  guard text.utf8.count <= 64 else { return nil }
  let best = candidates.map { ($0, editDistance(Array(text.utf8), Array($0.utf8))) }.min { $0.1 < $1.1 }
  guard let best, best.1 <= max(2, text.utf8.count / 3) else { return nil }
  return best.0
}

/// Levenshtein distance.
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (i, left) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, right) in b.enumerated() {
      let above = row[j + 1]
      row[j + 1] = min(above + 1, row[j] + 1, diagonal + (left == right ? 0 : 1))
      diagonal = above
    }
  }
  return row[b.count]
}
