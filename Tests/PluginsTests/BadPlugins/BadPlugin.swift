import Base
import Glibc
import TestSupport
import Testing

/// A file that must not be loaded as a plugin.
struct BadPlugin: Sendable, CustomTestStringConvertible {
  /// What is wrong with it.
  let name: String
  /// How the loader refuses it.
  let code: SVFAPError.Code
  /// What the message says, besides the path.
  let words: [String]
  /// Makes the file, named `BadPlugin.file`, in a workshop.
  let make: @Sendable (PluginWorkshop) throws -> Void

  var testDescription: String { name }

  /// What the files are called: as their plugins call themselves, if nothing is wrong with that.
  static let file = "svfap_head_entry.so"

  /// A plugin whose source is wrong: entry.c with these macros.
  static func source(_ name: String, _ defines: [String], _ code: SVFAPError.Code, _ words: String...) -> BadPlugin {
    BadPlugin(name: name, code: code, words: words) { try $0.build("entry", as: file, defines) }
  }

  /// A good plugin's file with other bytes.
  static func bytes(
    _ name: String, _ code: SVFAPError.Code, _ words: String..., change: @escaping @Sendable (inout PluginBytes) throws -> Void
  ) -> BadPlugin {
    BadPlugin(name: name, code: code, words: words) { workshop in
      let path = try workshop.build("entry", as: "good.so")
      var bytes = PluginBytes(Fixtures.bytes(path))
      try change(&bytes)
      _ = workshop.file(file, bytes.all)
    }
  }

  /// A file of any bytes.
  static func text(_ name: String, _ bytes: [UInt8], _ code: SVFAPError.Code, _ words: String...) -> BadPlugin {
    BadPlugin(name: name, code: code, words: words) { _ = $0.file(file, bytes) }
  }

  /// A good plugin whose file or folder has something wrong.
  static func place(
    _ name: String, _ code: SVFAPError.Code, _ words: String...,
    change: @escaping @Sendable (_ path: String, _ folder: String) throws -> Void
  ) -> BadPlugin {
    BadPlugin(name: name, code: code, words: words) { workshop in
      try change(try workshop.build("entry", as: file), workshop.path)
    }
  }

  /// All of them.
  static let all = files + libraries + notes + symbols + entries + interfaces + starts
}

/// The bytes of a plugin's file, and where in it the parts are that tests change (64-bit little-endian ELF).
struct PluginBytes: Sendable {
  var all: [UInt8]

  init(_ all: [UInt8]) { self.all = all }

  func number(at offset: Int, _ count: Int) -> Int { (0..<count).reversed().reduce(0) { $0 << 8 | Int(all[offset + $1]) } }

  mutating func set(_ offset: Int, _ count: Int, _ value: Int) {
    for index in 0..<count { all[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
  }

  /// Where the first segment header of a kind is.
  func segment(_ kind: Int) throws -> Int {
    let table = number(at: 32, 8)
    for index in 0..<number(at: 56, 2) where number(at: table + 56 * index, 4) == kind { return table + 56 * index }
    throw SVFAPError(.notFound, "no segment of kind \(kind)")
  }

  /// Where the note of SVFAP begins.
  var note: Int {
    get throws {
      let start: [UInt8] = [6, 0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0] + Array("SVFAP\0".utf8)
      for offset in 0..<all.count - start.count where all[offset..<offset + start.count].elementsEqual(start) { return offset }
      throw SVFAPError(.notFound, "no note")
    }
  }

  /// Changes a number of the note: 0 major, 1 minor, 2 needed minor, 3 size of the entry.
  mutating func setNote(_ index: Int, _ value: Int) throws { try set(try note + 20 + 4 * index, 4, value) }
}
