import Base

/// The resolved configuration of a training run, and which of its members may change when the run is continued.
package struct RunConfiguration: Sendable {
  package let value: JSONValue
  /// JSON pointers of members on which no result depends ("/threads", "/log_every"): they may differ on resuming.
  package let free: [String]

  package init(_ value: JSONValue, free: [String] = []) {
    self.value = value
    self.free = free
  }

  /// CRC-32C of the members that may not change, as eight hexadecimal digits; the order of members does not count.
  package var digest: String {
    CRC32C.text(Array(Self.canonical(value, at: "", without: free).text().utf8).withUnsafeBytes { CRC32C.of($0) })
  }

  /// Members sorted by key, those in `free` left out.
  private static func canonical(_ value: JSONValue, at pointer: String, without free: [String]) -> JSONValue {
    switch value {
    case .object(let object):
      let members = object.members.filter { !free.contains("\(pointer)/\($0.key)") }.sorted { $0.key < $1.key }
      return .object(
        JSONObject(uniqueMembers: members.map { ($0.key, canonical($0.value, at: "\(pointer)/\($0.key)", without: free)) }))
    case .array(let elements):
      return .array(elements.enumerated().map { canonical($1, at: "\(pointer)/\($0)", without: free) })
    default: return value
    }
  }

  /// The first member that may not change and is not the same in `other`; nil if there is none.
  package func difference(from other: JSONValue) -> Difference? {
    Self.difference(Self.canonical(value, at: "", without: free), Self.canonical(other, at: "", without: free), at: "")
  }

  /// A member that is not the same in two configurations; nil stands for an absent one.
  package struct Difference: Sendable, Equatable {
    package let pointer: String
    package let own: JSONValue?
    package let other: JSONValue?
  }

  private static func difference(_ own: JSONValue?, _ other: JSONValue?, at pointer: String) -> Difference? {
    if let own = own?.objectValue, let other = other?.objectValue {
      for key in own.keys + other.keys.filter({ own[$0] == nil }) {
        if let found = difference(own[key], other[key], at: "\(pointer)/\(key)") { return found }
      }
      return nil
    }
    if let own = own?.arrayValue, let other = other?.arrayValue, own.count == other.count {
      return zip(own, other).enumerated().lazy.compactMap { difference($1.0, $1.1, at: "\(pointer)/\($0)") }.first
    }
    if let own = own?.doubleValue, let other = other?.doubleValue, own == other { return nil }
    return own == other ? nil : Difference(pointer: pointer, own: own, other: other)
  }
}
