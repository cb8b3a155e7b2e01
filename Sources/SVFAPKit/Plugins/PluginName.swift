import Base

/// Names of plugins and of their files.
package enum PluginName {
  /// What a plugin's file is for: the middle of its name, svfap_KIND_ID.so.
  package enum Kind: String, CaseIterable, Sendable {
    case head
    case video
  }

  /// Whether `id` may be an id: a-z, 0-9 and '-', 1 to 64 of them. Nothing else can become part of a path.
  package static func isValid(_ id: String) -> Bool {
    (1...64).contains(id.utf8.count)
      && id.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
  }

  /// "svfap_head_classification.so"
  package static func file(_ kind: Kind, _ id: String) -> String { "svfap_\(kind.rawValue)_\(id).so" }

  /// Kind and id of a file's name, nil if it is not one of a plugin.
  package static func parse(file name: String) -> (kind: Kind, id: String)? {
    for kind in Kind.allCases {
      let prefix = "svfap_\(kind.rawValue)_"
      if name.hasPrefix(prefix), name.hasSuffix(".so") {
        let id = String(name.dropFirst(prefix.count).dropLast(3))
        return isValid(id) ? (kind, id) : nil
      }
    }
    return nil
  }
}
