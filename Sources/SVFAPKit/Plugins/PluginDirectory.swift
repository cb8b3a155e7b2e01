import CBaseShims
import Glibc

/// Where the plugins of a build or an installation live: `svfap/plugins-1` beside the file that this code is in,
/// the same rule in the build tree, under an installed prefix and in a Python package.
package enum PluginDirectory {
  /// Absolute path, or nil if the address of this code cannot be traced to a file.
  package static let besideLibrary = beside("plugins-1")

  /// Where the program stands that runs jobs in processes of their own.
  package static let worker = beside("svfap-worker")

  private static func beside(_ name: String) -> String? {
    guard let own = base_own_file(), let resolved = realpath(own, nil) else { return nil }
    defer { free(resolved) }
    let file = String(cString: resolved)
    guard let slash = file.lastIndex(of: "/") else { return nil }
    return file[..<slash] + "/svfap/\(name)"
  }
}
