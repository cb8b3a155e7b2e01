import Glibc

/// Writes a file so that a reader finds the old one or the new one, complete, whatever happens in between.
///
/// The bytes go to a temporary file in the same directory; it is flushed to the disk, read again and compared by
/// checksum, and only then renamed over the old file, and the directory flushed. If anything fails the temporary
/// file is removed and the old file stands.
package final class DurableFile {
  private let target: String
  private let temporary: String
  private let directory: String
  private var descriptor: Int32
  private var checksum = CRC32C()
  private var size = 0

  /// - Throws: `notFound` if the directory is not there, `io`, `noSpace`.
  package init(writing path: String) throws(SVFAPError) {
    let target = Self.resolved(path)
    let slash = target.lastIndex(of: "/")
    let directory = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
    let name = slash.map { String(target[target.index(after: $0)...]) } ?? target
    var status = stat()
    let exists = stat(target, &status) == 0
    if exists, status.st_mode & S_IFMT != S_IFREG {
      throw SVFAPError(.io, "cannot write \(path): there is something that is not a file", detail: ["path": path])
    }
    let mask = umask(0)
    umask(mask)
    let mode = exists ? status.st_mode & 0o777 : 0o666 & ~mask
    let temporary = "\(directory)/.\(name).\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
    self.target = target
    self.directory = directory
    self.temporary = temporary
    descriptor = retryingOnInterrupt { open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode) }
    guard descriptor >= 0 else { throw SVFAPError.system("cannot write", path: path) }
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      unlink(temporary)
    }
  }

  /// The file behind a symbolic link: it is replaced, the link stays.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Adds bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SVFAPError) {
    var done = 0
    while done < bytes.count {
      let piece = min(bytes.count - done, 64 << 20)
      let count = retryingOnInterrupt { Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, piece) }
      guard count > 0 else { throw SVFAPError.system("cannot write", path: target) }
      done += count
    }
    checksum.add(bytes)
    size += bytes.count
  }

  /// Adds text.
  package func write(_ text: String) throws(SVFAPError) {
    let bytes = Array(text.utf8)
    let result: Result<Void, SVFAPError> = bytes.withUnsafeBytes { buffer in
      do throws(SVFAPError) { return .success(try write(buffer)) } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Makes the file appear under its name.
  ///
  /// - Throws: `io`, `noSpace`; then nothing has changed.
  package func commit() throws(SVFAPError) {
    guard fsync(descriptor) == 0 else { throw SVFAPError.system("cannot flush to the disk", path: target) }
    try verify()
    let finished = descriptor
    descriptor = -1
    guard close(finished) == 0, rename(temporary, target) == 0 else {
      let error = SVFAPError.system("cannot put in place", path: target)
      unlink(temporary)
      throw error
    }
    let folder = retryingOnInterrupt { open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard folder >= 0 else { throw SVFAPError.system("cannot flush the folder of", path: target) }
    defer { close(folder) }
    // Some file systems cannot flush a directory and say EINVAL; there is nothing better to be had there.
    guard fsync(folder) == 0 || errno == EINVAL else { throw SVFAPError.system("cannot flush the folder of", path: target) }
  }

  private func verify() throws(SVFAPError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) == size else {
      throw SVFAPError(.io, "\(target): the disk holds \(status.st_size) of \(size) bytes written", detail: ["path": target])
    }
    var read = CRC32C()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var offset = 0
    while offset < size {
      let count = retryingOnInterrupt { pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
      guard count > 0 else { throw SVFAPError.system("cannot read back", path: target) }
      read.add(UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
      offset += count
    }
    guard read.value == checksum.value else {
      throw SVFAPError(.io, "\(target): what the disk gives back is not what was written", detail: ["path": target])
    }
  }
}

/// Makes a folder and those above it, if they are not there.
package func makeFolder(_ path: String) throws(SVFAPError) {
  var status = stat()
  if stat(path, &status) == 0 {
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw SVFAPError(.io, "\(path) is there and is not a folder; choose another name", detail: ["path": path])
    }
    return
  }
  if let slash = path.lastIndex(of: "/"), slash != path.startIndex { try makeFolder(String(path[..<slash])) }
  guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw SVFAPError.system("cannot make the folder", path: path) }
}
