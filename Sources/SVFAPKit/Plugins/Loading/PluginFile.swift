import Base
import Glibc

/// The file of a plugin, opened and checked against the rules for what may be loaded: an absolute path; a regular file, no
/// symbolic link, that belongs to root or this user and that nobody else may write, in a folder that `FolderWalk` found
/// to be safe.
struct PluginFile: ~Copyable {
  /// Largest file that is loaded.
  static let sizeLimit = 256 << 20

  let path: String
  let descriptor: Int32
  /// Device and inode: what makes two paths the same file.
  let identity: FileIdentity
  /// What changes when the file does.
  let stamp: FileStamp

  /// - Throws: `invalidArgument`, `notFound`, `policy`, `limit`, `io`.
  init(checking path: String) throws(SVFAPError) {
    guard path.hasPrefix("/") else {
      throw SVFAPError(
        .invalidArgument, "the plugin path \"\(path)\" is not absolute; plugins are loaded by absolute path or by id only",
        detail: ["path": path])
    }
    guard !path.utf8.contains(0) else { throw SVFAPError(.invalidArgument, "the plugin path holds a NUL character") }
    // From here on the folder is this one, whatever its path leads to by then.
    let (folder, name) = try FolderWalk.open(folderOf: path)
    defer { close(folder) }
    let descriptor = retryingOnInterrupt { openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
    guard descriptor >= 0 else {
      if errno == ELOOP { throw Self.refusal(path, "it is a symbolic link", "give the path of the file itself") }
      if errno == ENXIO { throw Self.refusal(path, "it is not a regular file", "give the path of a shared library") }
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
    self.stamp = FileStamp(status)
  }

  deinit { close(descriptor) }

  /// A descriptor of the same file that outlives this value.
  func keptDescriptor() throws(SVFAPError) -> Int32 {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw SVFAPError.system("cannot keep open", path: path) }
    return copy
  }

  static func refusal(_ path: String, _ why: String, _ what: String) -> SVFAPError {
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
      throw SVFAPError(
        .limit, "the plugin \(path) has \(status.st_size) bytes; at most \(sizeLimit) are loaded",
        detail: ["path": path, "expected": "\(sizeLimit)", "found": "\(status.st_size)"])
    }
  }
}

/// What tells whether a file is what it was: its identity, size, and when its content or its rights changed last.
struct FileStamp: Equatable, Sendable {
  let identity: FileIdentity
  let size: Int64
  private let times: [Int]

  init(_ status: stat) {
    identity = FileIdentity(status)
    size = Int64(status.st_size)
    times = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
  }

  /// Of what stands at a path, links not followed; nil if nothing does.
  init?(of path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}
