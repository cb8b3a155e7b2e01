import PluginKit

/// Paths as the host gives them.
enum FilePath {
  /// A path that the system can be given.
  ///
  /// - Throws: `invalidArgument` if it is empty or holds a NUL.
  static func checked(_ data: UnsafePointer<CChar>?, _ size: UInt64) throws(PluginError) -> String {
    let path = String(data, size)
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw PluginError(Status.invalidArgument, "the path is empty or holds a NUL character")
    }
    return path
  }

  /// "a/b//" as "a/b"; "/" stays.
  static func withoutTrailingSlashes(_ path: String) -> String {
    var path = Substring(path)
    while path.count > 1, path.hasSuffix("/") { path = path.dropLast() }
    return String(path)
  }

  /// The folder that a path lies in and the name in it.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
  }
}
