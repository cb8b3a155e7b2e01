import Base
import CSVFAPPlugin
import Glibc
import Synchronization

/// A plugin that is in this process, for as long as the process lives.
package final class LoadedPlugin: @unchecked Sendable {
  // Immutable after init; the slots are functions of a library that is never unloaded.
  private let entry: PluginEntry
  package let path: String
  /// The host that `init` received, and every slot that wants one.
  package let host: UnsafePointer<svfap_host>

  package var id: String { entry.id }
  package var version: String { entry.version }
  package var license: String { entry.license }
  package var summary: String { entry.summary }
  /// Names of the interfaces that it offers, unknown ones included.
  package var interfaces: [String] { entry.interfaces }
  package var taskHead: svfap_task_head? { entry.taskHead }
  package var videoSource: svfap_video_source? { entry.videoSource }
  package var videoSink: svfap_video_sink? { entry.videoSink }
  /// The plugin's init function, which was called once.
  package var initialize: @convention(c) (UnsafePointer<svfap_host>?) -> svfap_status { entry.initialize }

  private init(_ entry: PluginEntry, path: String, host: UnsafePointer<svfap_host>) {
    self.entry = entry
    self.path = path
    self.host = host
  }

  /// What became of the files that are mapped in this process.
  private enum State {
    case loaded(LoadedPlugin)
    /// Its init function runs.
    case starting
    /// It was mapped and then refused.
    case refused(SVFAPError, FileStamp)
  }

  /// All files of this process. A plugin is initialised once, however many runtimes ask for it, and whatever came of it.
  private static let states = Mutex<[FileIdentity: State]>([:])

  /// Loads the plugin at an absolute path, or returns the one that was loaded from this file before.
  ///
  /// Checks first what can be known without running any of its code: the file, its place, that it is a library for this
  /// machine, its note. A file that was refused after it was mapped is refused again with the same error: the system does
  /// not map it anew.
  ///
  /// - Parameters:
  ///   - host: the host of a plugin that is not loaded yet.
  ///   - accepting: refuses a plugin that the caller has no use for, before its init function is called. One that is loaded
  ///     already is not asked about.
  /// - Throws: `invalidArgument`, `notFound`, `policy`, `format` (not a plugin), `abi`, `plugin`; `busy` if this plugin is
  ///   being initialised by the calling thread.
  package static func load(
    _ path: String, host: UnsafePointer<svfap_host> = HostTable.pointer,
    accepting: (_ id: String, _ interfaces: [String]) throws(SVFAPError) -> Void = { _, _ in }
  ) throws(SVFAPError) -> LoadedPlugin {
    let file = try PluginFile(checking: path)
    let identity = file.identity
    // One after the other. The lock may be taken again by a plugin's log line on the way.
    pthread_mutex_lock(loading)
    defer { pthread_mutex_unlock(loading) }
    switch states.withLock({ $0[identity] }) {
    case .loaded(let plugin)?: return plugin
    case .starting?: throw SVFAPError(.busy, "the plugin \(path) is being loaded at this moment, by this thread", detail: ["path": path])
    case .refused(let error, let stamp)?: throw again(error, isChanged: stamp != file.stamp, path)
    case nil: break
    }
    let note = try examine(file)
    let library = try PluginLibrary(mapping: file)
    let entry: PluginEntry
    do throws(SVFAPError) {
      let (address, size) = try library.entry(path: path)
      entry = try PluginEntry(at: address, size: size, note: note, path: path)
    } catch {
      states.withLock { $0[identity] = .refused(error, file.stamp) }
      throw error
    }
    try accepting(entry.id, entry.interfaces)
    states.withLock { $0[identity] = .starting }
    do throws(SVFAPError) {
      try PluginCall.check(entry.id, "start") { entry.initialize(host) }
    } catch {
      let error = error.within("the plugin \(path) refuses to work").with("path", path)
      states.withLock { $0[identity] = .refused(error, file.stamp) }
      throw error
    }
    let plugin = LoadedPlugin(entry, path: path, host: host)
    states.withLock { $0[identity] = .loaded(plugin) }
    return plugin
  }

  /// What a file that may be loaded says of itself. None of its code runs.
  ///
  /// - Throws: `format`, `abi`, `io`.
  static func examine(_ file: borrowing PluginFile) throws(SVFAPError) -> PluginNote {
    try examine(try InputFile("/proc/self/fd/\(file.descriptor)"), path: file.path)
  }

  /// The same for any file.
  package static func examine(_ file: InputFile, path: String) throws(SVFAPError) -> PluginNote {
    let image = try ElfImage(file, path: path)
    let note = try PluginNote(of: image, path: path)
    try note.check(path: path)
    guard try image.names(PluginLibrary.symbol) else { throw PluginLibrary.noSymbol(path) }
    return note
  }

  private static func again(_ error: SVFAPError, isChanged: Bool, _ path: String) -> SVFAPError {
    var error = error
    if let before = error.detail["path"] { error.message = error.message.replacing(before, with: path) }
    error.detail["path"] = path
    if isChanged {
      error.message +=
        " (so it was when it was loaded; it has changed since, but a process keeps what it has loaded: replace the file by a new one instead of writing into it, or start the program anew)"
    }
    return error
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
}
