import Base
import Glibc

/// What a name in a folder leads to.
struct FolderEntry {
  enum Kind {
    case file(size: Int)
    case folder(FileIdentity)
    /// A link that leads nowhere, a device, a name that is not UTF-8: with the reason.
    case other(String)
  }

  let name: String
  let kind: Kind

  /// Everything in a folder in natural order, hidden names left out, links followed.
  ///
  /// - Throws: `notFound`, `io`; `limit` if there is more than `limit`.
  static func list(_ folder: String, limit: Int = 10_000_000) throws(SVFAPError) -> [FolderEntry] {
    guard let listing = opendir(folder) else { throw SVFAPError.system("cannot look into", path: folder) }
    defer { closedir(listing) }
    var entries: [FolderEntry] = []
    while true {
      errno = 0
      guard let item = readdir(listing) else { break }
      let bytes = withUnsafeBytes(of: &item.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard let first = bytes.first, first != UInt8(ascii: ".") else { continue }
      guard entries.count < limit else { throw SVFAPError(.limit, "\(folder) holds more than \(limit) names", detail: ["path": folder]) }
      guard let name = String(validating: bytes, as: UTF8.self) else {
        entries.append(FolderEntry(name: String(decoding: bytes, as: UTF8.self), kind: .other("its name is not UTF-8 text")))
        continue
      }
      // Lists have a line a file.
      let isOneLine = !bytes.contains(0x0A) && !bytes.contains(0x0D)
      entries.append(FolderEntry(name: name, kind: isOneLine ? kind(of: name, in: dirfd(listing)) : .other("its name holds a line break")))
    }
    guard errno == 0 else { throw SVFAPError.system("cannot read the folder", path: folder) }
    return entries.sorted { naturallyPrecedes($0.name, $1.name) }
  }

  private static func kind(of name: String, in folder: Int32) -> Kind {
    var status = stat()
    guard fstatat(folder, name, &status, 0) == 0 else { return .other(systemErrorText(errno)) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file(size: Int(status.st_size))
    case S_IFDIR: return .folder(FileIdentity(status))
    default: return .other("neither a file nor a folder")
    }
  }
}

/// Whether a path leads to a folder.
package func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}
