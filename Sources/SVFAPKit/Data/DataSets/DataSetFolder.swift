import Base
import Glibc

/// The folder that a user says a data set lies in.
///
/// Archives unpack into folders of their own, so what a layout looks for may lie a folder or two deeper.
package struct DataSetFolder: Sendable {
  /// Absolute, links resolved, without a slash at its end.
  package let root: String

  private static let depthLimit = 2
  /// Folders that are looked into for a wanted name.
  private static let folderLimit = 2000

  /// - Throws: `notFound`, `format` if it is no folder.
  package init(_ path: String) throws(SVFAPError) {
    guard let real = realpath(path, nil) else { throw SVFAPError.system("cannot open", path: path) }
    defer { free(real) }
    root = String(cString: real)
    guard isFolder(root) else {
      throw SVFAPError(.format, "\(path) is a file; the folder of the data set is needed", detail: ["path": path, "expected": "a folder"])
    }
  }

  /// The first of `names` (paths such as "Clip/jpg_256") that lies below the root, or a folder or two deeper.
  func find(_ names: [String]) -> String? {
    var level = [root]
    var looked = 0
    for depth in 0...Self.depthLimit {
      for name in names {
        for folder in level where fileExists("\(folder)/\(name)") { return "\(folder)/\(name)" }
      }
      if depth == Self.depthLimit { break }
      var deeper: [String] = []
      for folder in level where looked < Self.folderLimit {
        looked += 1
        deeper += subfolders(of: folder)
      }
      level = deeper
    }
    return nil
  }

  /// As `find`, with an error that says what was looked for.
  func require(_ names: [String], for layout: any DataSetLayout) throws(SVFAPError) -> String {
    if let found = find(names) { return found }
    let list = names.map { "\"\($0)\"" }.joined(separator: " or ")
    throw SVFAPError(
      .notFound, "\(root) does not hold \(layout.title) as it ships: \(list) is not there. Expected:\n\(layout.expects)",
      detail: ["path": root, "expected": names.joined(separator: ", ")])
  }

  private func subfolders(of folder: String) -> [String] {
    // A folder that cannot be looked into holds nothing that could be used.
    let entries = (try? FolderEntry.list(folder)) ?? []
    return entries.compactMap { entry in
      guard case .folder = entry.kind else { return nil }
      return "\(folder)/\(entry.name)"
    }
  }
}

/// Whether a path leads to anything.
func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }
