import Glibc

/// Follows symbolic links by hand where `realpath` gives up: at links whose target does not exist yet.
enum SymbolicLink {
  /// The path that writing to `path` would create or replace. Only the last component is followed.
  ///
  /// - Throws: `io` if links go round in a circle, or to a name that is not UTF-8.
  static func target(of path: String) throws(SVFAPError) -> String {
    var path = path
    for _ in 0..<40 {
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let count = readlink(path, &buffer, Int(PATH_MAX))
      guard count > 0 else { return path }
      guard let link = String(validating: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) else {
        throw SVFAPError(.io, "cannot write \(path): it is a link to a name that is not UTF-8", detail: ["path": path])
      }
      if link.hasPrefix("/") {
        path = link
      } else {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        path = folder + link
      }
    }
    throw SVFAPError.system("cannot write", path: path, errno: ELOOP)
  }
}
