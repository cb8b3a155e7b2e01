import Base
import CSVFAPPlugin
import Glibc

/// What a plugin's entry says, read and checked: nothing of the plugin has been called yet.
struct PluginEntry {
  let id: String
  let version: String
  let license: String
  let summary: String
  /// Names of the interfaces that it offers, unknown ones included.
  let interfaces: [String]
  let taskHead: svfap_task_head?
  let videoSource: svfap_video_source?
  let videoSink: svfap_video_sink?
  let initialize: @convention(c) (UnsafePointer<svfap_host>?) -> svfap_status

  /// - Parameters:
  ///   - address: of the entry, and `size` its bytes as the library declares them, 0 if it does not.
  ///   - note: what the file said before it was mapped.
  ///   - path: what the file is called in messages.
  /// - Throws: `plugin` for whatever is not as the header wants it.
  init(at address: UnsafeRawPointer, size: UInt64, note: PluginNote, path: String) throws(SVFAPError) {
    func broken(_ what: String) -> SVFAPError {
      SVFAPError(.plugin, "the plugin \(path) broke its contract: \(what)", detail: ["path": path, "found": what])
    }
    guard size == 0 || size >= UInt64(note.entrySize) else {
      throw broken("its symbol \"\(PluginLibrary.symbol)\" has \(size) bytes, expected \(note.entrySize), as its note says")
    }
    // The first 16 bytes never change; nothing behind them is read before they agree.
    let head = address.loadUnaligned(as: (UInt32, UInt32, UInt32, UInt32).self)
    guard head.0 == SVFAP_PLUGIN_MAGIC else {
      throw broken("its entry starts with \(Self.hexadecimal(head.0)), expected the magic number \(Self.hexadecimal(SVFAP_PLUGIN_MAGIC))")
    }
    guard head.2 == note.major, head.3 == note.minor else {
      throw broken("its entry says version \(head.2).\(head.3), expected \(note.major).\(note.minor), as its note says")
    }
    guard head.1 == note.entrySize else { throw broken("its entry says \(head.1) bytes, expected \(note.entrySize), as its note says") }
    guard UInt(bitPattern: address) % UInt(MemoryLayout<svfap_plugin>.alignment) == 0 else { throw broken("its entry is not aligned") }
    let plugin = address.load(as: svfap_plugin.self)
    func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(SVFAPError) -> String {
      guard let pointer else { throw broken("its \(name) is missing") }
      guard strnlen(pointer, 257) <= 256 else { throw broken("its \(name) is longer than 256 bytes") }
      let text = String(cString: pointer)
      guard !text.isEmpty else { throw broken("its \(name) is empty") }
      guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0 != "\u{FFFD}" }) else {
        throw broken("its \(name) holds characters that cannot be printed")
      }
      return text
    }
    id = try text(plugin.id, "id")
    version = try text(plugin.version, "version")
    license = try text(plugin.license, "license")
    summary = try text(plugin.summary, "summary")
    guard PluginName.isValid(id) else { throw broken("its id \"\(id)\" is not made of a-z, 0-9 and '-' only, 1 to 64 of them") }
    guard (1...64).contains(plugin.interface_count), let table = plugin.interfaces else {
      throw broken(
        "it offers \(plugin.interface_count) interfaces\(plugin.interfaces == nil ? " and no list of them" : ""), expected 1 to 64")
    }
    var tables: [String: UnsafeRawPointer] = [:]
    var names: [String] = []
    for index in 0..<Int(plugin.interface_count) {
      let name = try text(table[index].name, "interface name \(index)")
      names.append(name)
      // Of names that this host does not know nothing is looked at.
      guard [SVFAP_TASK_HEAD, SVFAP_VIDEO_SOURCE, SVFAP_VIDEO_SINK].contains(name) else { continue }
      guard let pointer = table[index].table else { throw broken("its interface \"\(name)\" has no table") }
      guard UInt(bitPattern: pointer) % UInt(MemoryLayout<UInt64>.alignment) == 0 else {
        throw broken("the table of its interface \"\(name)\" is not aligned to 8 bytes")
      }
      guard tables.updateValue(pointer, forKey: name) == nil else { throw broken("it offers the interface \"\(name)\" twice") }
    }
    interfaces = names
    taskHead = try InterfaceTable.checked(
      tables[SVFAP_TASK_HEAD], empty: svfap_task_head(), sizeOfFirstVersion: InterfaceTable.taskHeadSize,
      required: InterfaceTable.taskHeadSlots, broken)
    videoSource = try InterfaceTable.checked(
      tables[SVFAP_VIDEO_SOURCE], empty: svfap_video_source(), sizeOfFirstVersion: InterfaceTable.videoSourceSize,
      required: InterfaceTable.videoSourceSlots, broken)
    videoSink = try InterfaceTable.checked(
      tables[SVFAP_VIDEO_SINK], empty: svfap_video_sink(), sizeOfFirstVersion: InterfaceTable.videoSinkSize,
      required: InterfaceTable.videoSinkSlots, broken)
    guard let initialize = plugin.`init` else { throw broken("it has no init function") }
    self.initialize = initialize
  }

  private static func hexadecimal(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }

  /// Refuses a plugin that is not what the name of its file says.
  static func check(
    id found: String, interfaces: [String], against id: String, _ kind: PluginName.Kind, path: String
  ) throws(SVFAPError) {
    guard found == id else {
      throw SVFAPError(
        .plugin, "the plugin \(path) calls itself \"\(found)\", its file name says \"\(id)\"",
        detail: ["path": path, "expected": id, "found": found])
    }
    guard interfaces.contains(where: kind.interfaces.contains) else {
      let offered = interfaces.joined(separator: ", ")
      throw SVFAPError(
        .plugin, "the plugin \(path) offers none of the interfaces that its file name promises (\(kind.rawValue)): found \(offered)",
        detail: ["path": path, "expected": kind.interfaces.joined(separator: ", "), "found": offered])
    }
  }
}

extension PluginName.Kind {
  /// Interfaces of which a plugin of this kind offers one or more.
  var interfaces: [String] {
    switch self {
    case .head: [SVFAP_TASK_HEAD]
    case .video: [SVFAP_VIDEO_SOURCE, SVFAP_VIDEO_SINK]
    }
  }
}
