import Base
import Glibc

/// The file of a plugin, opened and checked against the rules for what may be loaded:
/// an absolute path, no symbolic link at its end, a regular file that belongs to root or this user and that
/// nobody else may write, in a directory of which the same holds (a sticky directory is fine).
struct PluginFile: ~Copyable {
  /// Largest file that is loaded.
  static let sizeLimit = 256 << 20

  let path: String
  let descriptor: Int32
  /// Device and inode: what makes two paths the same file.
  let identity: FileIdentity

  init(checking path: String) throws(SVFAPError) {
    guard path.hasPrefix("/") else {
      throw SVFAPError(
        .invalidArgument, "the plugin path \"\(path)\" is not absolute; plugins are loaded by absolute path or by id only",
        detail: ["path": path])
    }
    guard !path.utf8.contains(0) else { throw SVFAPError(.invalidArgument, "the plugin path holds a NUL character") }
    try Self.checkDirectory(of: path)
    let descriptor = retryingOnInterrupt { open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
    guard descriptor >= 0 else {
      if errno == ELOOP { throw Self.refusal(path, "it is a symbolic link", "give the path of the file itself") }
      throw SVFAPError.system("cannot open plugin", path: path)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = SVFAPError.system("cannot look at plugin", path: path)
      close(descriptor)
      throw error
    }
    do throws(SVFAPError) {
      try Self.check(status, path: path)
    } catch {
      close(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
    self.identity = FileIdentity(status)
  }

  deinit { close(descriptor) }

  /// A descriptor of the same file that outlives this value.
  func keptDescriptor() throws(SVFAPError) -> Int32 {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw SVFAPError.system("cannot keep open", path: path) }
    return copy
  }

  private static func refusal(_ path: String, _ why: String, _ what: String) -> SVFAPError {
    SVFAPError(.policy, "the plugin \(path) is refused: \(why); \(what)", detail: ["path": path, "found": why])
  }

  private static func check(_ status: stat, path: String) throws(SVFAPError) {
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw refusal(path, "it is not a regular file", "give the path of a shared library")
    }
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      throw refusal(path, "it belongs to user \(status.st_uid)", "only files of root and of this user are loaded")
    }
    guard status.st_mode & 0o022 == 0 else {
      throw refusal(path, "others may write to it", "take that right away with: chmod go-w \(path)")
    }
    guard status.st_size <= sizeLimit else {
      throw SVFAPError(.limit, "the plugin \(path) has \(status.st_size) bytes; at most \(sizeLimit) are loaded", detail: ["path": path])
    }
  }

  private static func checkDirectory(of path: String) throws(SVFAPError) {
    let directory = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    let name = directory.isEmpty ? "/" : String(directory)
    var status = stat()
    guard stat(name, &status) == 0 else { throw SVFAPError.system("cannot look at the directory of the plugin", path: path) }
    let isSticky = status.st_mode & UInt32(S_ISVTX) != 0
    guard status.st_mode & 0o022 == 0 || isSticky else {
      throw refusal(path, "others may write to its directory", "take that right away with: chmod go-w \(name)")
    }
    guard status.st_uid == 0 || status.st_uid == geteuid() || isSticky else {
      throw refusal(path, "its directory belongs to user \(status.st_uid)", "only directories of root and of this user are used")
    }
  }
}
