import Glibc

/// Where the plugins of a build or an installation live: `svfap/plugins-1` beside the file that this code is in,
/// the same rule in the build tree, under an installed prefix and in a Python package.
package enum PluginDirectory {
  /// Absolute path, or nil if the address of this code cannot be traced to a file.
  package static let besideLibrary: String? = {
    var info = Dl_info()
    let here = unsafeBitCast(marker, to: UnsafeRawPointer.self)
    guard dladdr(here, &info) != 0, let name = info.dli_fname, let resolved = realpath(name, nil) else { return nil }
    defer { free(resolved) }
    let file = String(cString: resolved)
    guard let slash = file.lastIndex(of: "/") else { return nil }
    return file[..<slash] + "/svfap/plugins-1"
  }()

  /// A function whose address lies in the file that this code is linked into.
  private static let marker: @convention(c) () -> Void = {}
}
