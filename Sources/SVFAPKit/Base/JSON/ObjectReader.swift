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

  /// The error of a member that is not what it should be.
  package static func wrong(_ pointer: String, expected: String, found: String) -> SVFAPError {
    SVFAPError(
      .config, "\(pointer.isEmpty ? "the document" : pointer): expected \(expected), found \(found)",
      detail: ["where": pointer, "expected": expected, "found": found])
  }

  /// Any member; nil if absent or null.
  package func member(_ key: String) throws(SVFAPError) -> JSONValue? {
    asked.append(key)
    let value = object[key]
    return value == .null ? nil : value
  }

  private func path(_ key: String) -> String { "\(pointer)/\(key)" }

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
    let nearest = nearestText(to: unknown, among: asked)
    let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
    throw SVFAPError(
      .config, "\(path(unknown)): there is no such option\(hint) (known: \(asked.sorted().joined(separator: ", ")))",
      detail: ["where": path(unknown), "expected": nearest ?? asked.joined(separator: ", "), "found": unknown])
  }
}

/// The candidate with the smallest edit distance to `text`, if it is near enough to be meant.
package func nearestText(to text: String, among candidates: [String]) -> String? {
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
