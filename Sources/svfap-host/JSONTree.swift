import FoundationEssentials

/// JSON of any shape, to be read, changed and passed on.
indirect enum JSONTree: Codable {
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  case array([JSONTree])
  case object([String: JSONTree])
  case null

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONTree].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONTree].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    case .null: try container.encodeNil()
    }
  }

  /// What is wrong with a JSON text.
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  /// A JSON object.
  ///
  /// - Throws: `Problem`, also for a key that stands twice in an object: one of its values would be lost.
  init(object text: String) throws(Problem) {
    guard let value = try? JSONDecoder().decode(JSONTree.self, from: Data(text.utf8)) else { throw Problem(description: "not JSON") }
    guard case .object = value else { throw Problem(description: "not a JSON object") }
    if let key = RepeatedKey.first(in: text) { throw Problem(description: "the key \(key) stands twice") }
    self = value
  }

  /// A value as typed on the command line: JSON where it is JSON, plain text otherwise.
  init(typed text: String) throws(Problem) {
    if let key = RepeatedKey.first(in: text) { throw Problem(description: "the key \(key) stands twice") }
    self = (try? JSONDecoder().decode(JSONTree.self, from: Data(text.utf8))) ?? .text(text)
  }

  /// Sets a member; `path` names the objects on the way, which are made where they are missing.
  mutating func set(_ path: ArraySlice<Substring>, to value: JSONTree) {
    guard let first = path.first else {
      self = value
      return
    }
    var members: [String: JSONTree] = [:]
    if case .object(let object) = self { members = object }
    var member = members[String(first)] ?? .object([:])
    member.set(path.dropFirst(), to: value)
    members[String(first)] = member
    self = .object(members)
  }
}
