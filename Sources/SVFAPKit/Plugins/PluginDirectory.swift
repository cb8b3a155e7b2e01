import CBaseShims
import Glibc

/// Where the plugins of a build or an installation live: `svfap/plugins-1` beside the file that this code is in,
/// the same rule in the build tree, under an installed prefix and in a Python package.
package enum PluginDirectory {
  /// Absolute path of the folder that the library is in, nil if the address of this code cannot be traced to a file.
  static let library: String? = {
    guard let own = base_own_file(), let resolved = realpath(own, nil) else { return nil }
    defer { free(resolved) }
    let file = String(cString: resolved)
    return file.lastIndex(of: "/").map { String(file[..<$0]) }
  }()

  /// Absolute path of the plugins.
  package static let besideLibrary = library.map { "\($0)/svfap/plugins-1" }

  /// Absolute path of the program that runs jobs in processes of their own.
  package static let worker = library.map { "\($0)/svfap/svfap-worker" }
}
