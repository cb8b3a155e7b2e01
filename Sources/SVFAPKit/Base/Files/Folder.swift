import Glibc

/// A folder that is held open: what is done in it is done in that folder, wherever its path may lead by then.
package final class Folder: Sendable {
  /// As it was given, for messages.
  package let path: String
  package let descriptor: Int32

  /// - Throws: `notFound`, `io`.
  package init(_ path: String) throws(SVFAPError) {
    descriptor = retryingOnInterrupt { open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw SVFAPError.system("cannot open the folder", path: path) }
    self.path = path
  }

  deinit { close(descriptor) }

  /// Path of something in it.
  package func path(of name: String) -> String { path.hasSuffix("/") ? path + name : "\(path)/\(name)" }

  /// Names of all that is in it but "." and "..", sorted.
  ///
  /// - Throws: `io`; `notFound` if the folder was removed.
  package func names() throws(SVFAPError) -> [String] {
    // A descriptor of its own: reading a listing moves the descriptor's position and ends with closing it.
    let copy = retryingOnInterrupt { openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard copy >= 0 else { throw SVFAPError.system("cannot list", path: path) }
    guard let listing = fdopendir(copy) else {
      let error = SVFAPError.system("cannot list", path: path)
      close(copy)
      throw error
    }
    defer { closedir(listing) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(listing) else {
        guard errno == 0 else { throw SVFAPError.system("cannot list", path: path) }
        return names.sorted()
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
  }

  /// Whether there is something of that name, a symbolic link to nothing included.
  package func contains(_ name: String) -> Bool {
    var status = stat()
    return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0
  }

  /// Removes a file. It is no error if it is not there.
  package func remove(_ name: String) throws(SVFAPError) {
    guard unlinkat(descriptor, name, 0) == 0 || errno == ENOENT else { throw SVFAPError.system("cannot remove", path: path(of: name)) }
  }

  /// Gives a file another name; what had that name is replaced.
  package func rename(_ name: String, to other: String) throws(SVFAPError) {
    guard renameat(descriptor, name, descriptor, other) == 0 else { throw SVFAPError.system("cannot put in place", path: path(of: other)) }
  }

  /// Makes sure that names given and removed so far survive a power cut.
  package func flush() throws(SVFAPError) {
    // Some file systems cannot flush a folder and say EINVAL; there is nothing better to be had there.
    guard retryingOnInterrupt({ fsync(descriptor) }) == 0 || errno == EINVAL else {
      throw SVFAPError.system("cannot flush to the disk the folder", path: path)
    }
  }
}

/// Makes a folder and those above it, if they are not there, so that they survive a power cut.
///
/// - Throws: `io` if there is something else of that name, `noSpace`.
package func makeFolder(_ path: String) throws(SVFAPError) {
  var status = stat()
  if stat(path, &status) == 0 {
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw SVFAPError(.io, "\(path) is there and is not a folder; choose another name", detail: ["path": path])
    }
    return
  }
  let trimmed = path.hasSuffix("/") && path.count > 1 ? String(path.dropLast()) : path
  let slash = trimmed.lastIndex(of: "/")
  let parent = slash.map { $0 == trimmed.startIndex ? "/" : String(trimmed[..<$0]) } ?? "."
  if parent != "/", parent != "." { try makeFolder(parent) }
  guard mkdir(trimmed, 0o777) == 0 || errno == EEXIST else { throw SVFAPError.system("cannot make the folder", path: path) }
  // A parent that may not be read cannot be opened to be flushed; the folder is there all the same.
  if let folder = try? Folder(parent) { try folder.flush() }
}
