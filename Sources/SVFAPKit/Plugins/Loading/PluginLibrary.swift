import Base
import CBaseShims
import CSVFAPPlugin
import Glibc
import Synchronization

/// The file of a plugin in this process: mapped, for as long as the process lives.
package struct PluginLibrary {
  /// Name of the entry.
  package static let symbol = "svfap_plugin_v1"

  /// Descriptors of the files that are mapped, those included that turned out to be no plugins.
  private static let descriptors = Mutex<[FileIdentity: Int32]>([:])

  private let handle: UnsafeMutableRawPointer

  /// Maps a checked file, which runs its constructors. The checked descriptor is what gets mapped, whatever the path names
  /// by now.
  ///
  /// The descriptor stays open as long as the file is mapped, that is for ever: the loader knows a library by the name
  /// that it was opened with, here the number of the descriptor, and a number used again would give this library for
  /// another file.
  ///
  /// - Throws: `format` with the system's reason.
  init(mapping file: borrowing PluginFile) throws(SVFAPError) {
    let path = file.path
    let identity = file.identity
    let kept = Self.descriptors.withLock { $0[identity] }
    let descriptor = if let kept { kept } else { try file.keptDescriptor() }
    let name = "/proc/self/fd/\(descriptor)"
    guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
      let reason = (dlerror().map { String(cString: $0) } ?? "the system gave no reason").replacing(name, with: path)
      if kept == nil { close(descriptor) }
      throw SVFAPError(
        .format, "the plugin \(path) cannot be loaded as a shared library: \(reason)", detail: ["path": path, "found": reason])
    }
    Self.descriptors.withLock { $0[identity] = descriptor }
    handle = library
  }

  /// Where the library's own entry stands, and how many bytes it has as the library declares it, 0 if it does not.
  ///
  /// - Throws: `format` if it has none.
  func entry(path: String) throws(SVFAPError) -> (address: UnsafeRawPointer, size: UInt64) {
    var size: UInt64 = 0
    guard let address = base_own_symbol(handle, Self.symbol, &size) else { throw Self.noSymbol(path) }
    return (address, size)
  }

  static func noSymbol(_ path: String) -> SVFAPError {
    SVFAPError(
      .format, "\(path) is not a plugin of libsvfap: it has no symbol \"\(symbol)\"",
      detail: ["path": path, "expected": symbol, "found": "none"])
  }
}
