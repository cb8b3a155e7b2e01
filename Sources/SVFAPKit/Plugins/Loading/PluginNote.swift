import Base
import CSVFAPPlugin

/// What a plugin's file says of itself in the ELF note `.note.svfap`, which is read before any of its code runs.
package struct PluginNote: Equatable, Sendable {
  package let major: UInt32
  package let minor: UInt32
  /// Hosts with a smaller minor refuse the plugin.
  package let neededMinor: UInt32
  /// Bytes of its entry.
  package let entrySize: UInt32

  /// Bytes of the entry of version 1.0, with which all later ones begin.
  static let firstEntrySize: UInt32 = 72

  /// Owner of the note, its NUL included.
  private static let owner = Array("SVFAP\0".utf8)

  /// The note of an image.
  ///
  /// - Parameter path: what the file is called in messages.
  /// - Throws: `format` if there is none, or one that is broken.
  init(of image: ElfImage, path: String) throws(SVFAPError) {
    var found: PluginNote?
    for note in try image.notes() where note.name == Self.owner && note.type == SVFAP_PLUGIN_NOTE_TYPE {
      guard note.description.count == 16 else {
        throw SVFAPError(
          .format, "the plugin \(path) has a damaged note .note.svfap: \(note.description.count) bytes, expected 16",
          detail: ["path": path, "where": ".note.svfap", "expected": "16", "found": "\(note.description.count)"])
      }
      let numbers = stride(from: 0, to: 16, by: 4).map { UInt32(ElfImage.number(note.description, $0, 4)) }
      let next = PluginNote(numbers)
      if let found, found != next {
        throw SVFAPError(
          .format,
          "the plugin \(path) has two notes .note.svfap that differ: \(found) and \(next), expected one; define svfap_plugin_v1 once",
          detail: ["path": path, "where": ".note.svfap", "expected": "one note", "found": "\(found); \(next)"])
      }
      found = next
    }
    guard let found else {
      throw SVFAPError(
        .format, "\(path) is not a plugin of libsvfap: it has no note .note.svfap, which SVFAP_PLUGIN_EXPORT of svfap_plugin.h makes",
        detail: ["path": path, "where": ".note.svfap", "expected": "a note of SVFAP", "found": "none"])
    }
    self = found
  }

  private init(_ numbers: [UInt32]) {
    (major, minor, neededMinor, entrySize) = (numbers[0], numbers[1], numbers[2], numbers[3])
  }

  /// Whether this library can work with the plugin.
  ///
  /// - Throws: `abi`.
  func check(path: String) throws(SVFAPError) {
    let host = "\(SVFAP_ABI_MAJOR).\(SVFAP_ABI_MINOR)"
    guard major == UInt32(SVFAP_ABI_MAJOR) else {
      throw SVFAPError(
        .abi,
        "the plugin \(path) was built for version \(major).\(minor) of the plugin interface, expected \(SVFAP_ABI_MAJOR).x: build it with the svfap_plugin.h of this library, \(host)",
        detail: ["path": path, "where": ".note.svfap", "expected": "\(SVFAP_ABI_MAJOR)", "found": "\(major).\(minor)"])
    }
    guard neededMinor <= UInt32(SVFAP_ABI_MINOR) else {
      throw SVFAPError(
        .abi,
        "the plugin \(path) needs version \(major).\(neededMinor) of the plugin interface or a later one, found \(host), which is what this library has: use a newer libsvfap",
        detail: ["path": path, "where": ".note.svfap", "expected": "\(major).\(neededMinor)", "found": host])
    }
    guard entrySize >= Self.firstEntrySize else {
      throw SVFAPError(
        .abi, "the plugin \(path) declares an entry of \(entrySize) bytes, expected \(Self.firstEntrySize) or more",
        detail: ["path": path, "where": ".note.svfap", "expected": "\(Self.firstEntrySize)", "found": "\(entrySize)"])
    }
  }
}

extension PluginNote: CustomStringConvertible {
  package var description: String { "version \(major).\(minor), needed minor \(neededMinor), entry of \(entrySize) bytes" }
}
