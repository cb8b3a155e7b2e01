import Base
import CSVFAPPlugin
import Glibc
import Synchronization

/// A plugin that is in this process, for as long as the process lives.
package final class LoadedPlugin: @unchecked Sendable {
  // Immutable after init; the slots are functions of a library that is never unloaded.
  package let id: String
  package let version: String
  package let license: String
  package let summary: String
  package let path: String
  let identity: FileIdentity
  let taskHead: svfap_task_head?
  let videoSource: svfap_video_source?
  let videoSink: svfap_video_sink?
  /// Names of the interfaces that it offers, unknown ones included.
  package let interfaces: [String]

  package static let symbol = "svfap_plugin_v1"

  /// All plugins of this process. A file is loaded and initialised once, however many runtimes ask for it.
  private static let all = Mutex<[FileIdentity: LoadedPlugin]>([:])

  /// Loads the plugin at an absolute path, or returns the one that was loaded from this file before.
  ///
  /// - Throws: `invalidArgument`, `notFound`, `policy`, `format` (not a plugin), `abi`, `plugin`.
  static func load(_ path: String) throws(SVFAPError) -> LoadedPlugin {
    let file = try PluginFile(checking: path)
    let identity = file.identity
    // One after the other: a plugin is initialised once. The lock may be taken again by a plugin's log line on the way.
    pthread_mutex_lock(loading)
    defer { pthread_mutex_unlock(loading) }
    if let loaded = all.withLock({ $0[identity] }) { return loaded }
    do throws(SVFAPError) {
      try Self.examine(file)
      let library = try Self.map(file)
      let plugin = try LoadedPlugin(try Self.entry(of: library, path: path), path: path, identity: identity)
      all.withLock { $0[identity] = plugin }
      return plugin
    } catch {
      throw error.with("path", path)
    }
  }

  nonisolated(unsafe) private static let loading: UnsafeMutablePointer<pthread_mutex_t> = {
    // Made once, never freed.
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    var attributes = pthread_mutexattr_t()
    pthread_mutexattr_init(&attributes)
    pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
    pthread_mutex_init(mutex, &attributes)
    pthread_mutexattr_destroy(&attributes)
    return mutex
  }()

  /// Refuses what is no plugin before any of its code runs.
  private static func examine(_ file: borrowing PluginFile) throws(SVFAPError) {
    let path = file.path
    let image = try ElfImage(try InputFile("/proc/self/fd/\(file.descriptor)"), path: path)
    guard try image.names(symbol) else { throw noPlugin(path) }
  }

  private static func noPlugin(_ path: String) -> SVFAPError {
    SVFAPError(
      .format, "\(path) is not a plugin of libsvfap: it has no symbol \"\(symbol)\"", detail: ["path": path, "expected": symbol])
  }

  /// Descriptors of the files that are mapped, those included that turned out to be no plugins.
  private static let descriptors = Mutex<[FileIdentity: Int32]>([:])

  /// Maps a checked file. The checked descriptor is what gets mapped, whatever the path names by now.
  ///
  /// The descriptor stays open as long as the file is mapped, that is for ever: the loader knows a library by the name
  /// that it was opened with, here the number of the descriptor, and a number used again would give this library for
  /// another file.
  private static func map(_ file: borrowing PluginFile) throws(SVFAPError) -> UnsafeMutableRawPointer {
    let path = file.path
    let identity = file.identity
    let kept = descriptors.withLock { $0[identity] }
    let descriptor = if let kept { kept } else { try file.keptDescriptor() }
    let name = "/proc/self/fd/\(descriptor)"
    guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
      let reason = dlerror().map { String(cString: $0) } ?? "the system gave no reason"
      if kept == nil { close(descriptor) }
      throw SVFAPError(
        .format, "the plugin \(path) cannot be loaded as a shared library: \(reason.replacing(name, with: path))", detail: ["path": path])
    }
    descriptors.withLock { $0[identity] = descriptor }
    return library
  }

  private static func entry(of library: UnsafeMutableRawPointer, path: String) throws(SVFAPError) -> UnsafePointer<svfap_plugin> {
    guard let symbol = dlsym(library, symbol) else { throw noPlugin(path) }
    return UnsafePointer(symbol.assumingMemoryBound(to: svfap_plugin.self))
  }

  private init(_ entry: UnsafePointer<svfap_plugin>, path: String, identity: FileIdentity) throws(SVFAPError) {
    func broken(_ what: String) -> SVFAPError {
      SVFAPError(.plugin, "the plugin \(path) broke its contract: \(what)", detail: ["path": path])
    }
    // The first 16 bytes never change; nothing behind them is read before they agree.
    let head = UnsafeRawPointer(entry).loadUnaligned(as: (UInt32, UInt32, UInt32, UInt32).self)
    guard head.0 == SVFAP_PLUGIN_MAGIC else {
      throw SVFAPError(.format, "\(path) is not a plugin of libsvfap: \"\(Self.symbol)\" does not start with the magic number")
    }
    try Self.checkVersion(major: head.2, minor: head.3, path: path)
    guard Int(head.1) >= MemoryLayout<svfap_plugin>.size else {
      throw SVFAPError(
        .abi,
        "the plugin \(path) declares an entry of \(head.1) bytes; version \(SVFAP_ABI_MAJOR).\(SVFAP_ABI_MINOR) has \(MemoryLayout<svfap_plugin>.size)",
        detail: ["expected": "\(MemoryLayout<svfap_plugin>.size)", "found": "\(head.1)"])
    }
    let plugin = entry.pointee
    func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(SVFAPError) -> String {
      guard let pointer, strnlen(pointer, 257) <= 256 else { throw broken("its \(name) is missing or longer than 256 bytes") }
      let text = String(cString: pointer)
      guard !text.isEmpty, text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0 != "\u{FFFD}" }) else {
        throw broken("its \(name) is empty or holds characters that cannot be printed")
      }
      return text
    }
    id = try text(plugin.id, "id")
    version = try text(plugin.version, "version")
    license = try text(plugin.license, "license")
    summary = try text(plugin.summary, "summary")
    guard PluginName.isValid(id) else { throw broken("its id \"\(id)\" is not made of a-z, 0-9 and '-' only, 1 to 64 of them") }
    guard (1...64).contains(plugin.interface_count), let table = plugin.interfaces else {
      throw broken("it offers \(plugin.interface_count) interfaces; 1 to 64 are allowed")
    }
    var tables: [String: UnsafeRawPointer] = [:]
    var names: [String] = []
    for index in 0..<Int(plugin.interface_count) {
      let name = try text(table[index].name, "interface name \(index)")
      guard let pointer = table[index].table else { throw broken("its interface \"\(name)\" has no table") }
      guard UInt(bitPattern: pointer) % UInt(MemoryLayout<UInt64>.alignment) == 0 else {
        throw broken("the table of its interface \"\(name)\" is not aligned")
      }
      guard tables.updateValue(pointer, forKey: name) == nil else { throw broken("it offers the interface \"\(name)\" twice") }
      names.append(name)
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
    self.path = path
    self.identity = identity
    guard let initialize = plugin.`init` else { throw broken("it has no init function") }
    try PluginCall.check(id, "start") { initialize(HostTable.pointer) }
  }

  private static func checkVersion(major: UInt32, minor: UInt32, path: String) throws(SVFAPError) {
    let host = (major: UInt32(SVFAP_ABI_MAJOR), minor: UInt32(SVFAP_ABI_MINOR))
    // Below 1.0 a minor may change anything; from 1.0 on, any minor of the same major works.
    guard major == host.major, major > 0 || minor == host.minor else {
      throw SVFAPError(
        .abi,
        "the plugin \(path) was built for version \(major).\(minor) of the plugin interface; this library has \(host.major).\(host.minor): build the plugin with its svfap_plugin.h",
        detail: ["expected": "\(host.major).\(host.minor)", "found": "\(major).\(minor)"])
    }
  }
}
