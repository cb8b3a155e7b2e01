import Glibc
import Synchronization

/// Writes a file so that a reader finds the old one or the new one, complete, whatever happens in between.
///
/// The bytes go to a temporary file in the same folder; it is flushed to the disk, read again from there and compared
/// by checksum, and only then renamed over the old file, and the folder flushed. If anything fails before the rename
/// the temporary file is removed and the old file stands. A killed process leaves its temporary file
/// (`isLeftover`) and the old file.
///
/// The new file has the permissions of the one that it replaces and, where the system permits it, its owner. Behind a
/// symbolic link the file that it points to is made or replaced, and the link stays.
package final class DurableFile {
  /// Tells apart the temporary files of one process. A name that is taken all the same is met with the next number.
  private static let serial = Atomic<UInt64>(0)

  private let target: String
  private let name: String
  private let folder: Folder
  private let temporary: String
  private var descriptor: Int32
  private var checksum = CRC32C()
  private var size = 0

  /// CRC-32C of the bytes written so far.
  package var checksumSoFar: UInt32 { checksum.value }

  /// - Throws: `notFound` if the directory is not there, `io`, `noSpace`.
  package init(writing path: String) throws(SVFAPError) {
    let target = try SymbolicLink.target(of: path)
    let slash = target.lastIndex(of: "/")
    let folder = try Folder(slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? ".")
    let name = slash.map { String(target[target.index(after: $0)...]) } ?? target
    var status = stat()
    let exists = fstatat(folder.descriptor, name, &status, 0) == 0
    guard exists || errno == ENOENT else { throw SVFAPError.system("cannot write", path: path) }
    guard !name.isEmpty, !exists || status.st_mode & S_IFMT == S_IFREG else {
      throw SVFAPError(.io, "cannot write \(path): there is something that is not a file", detail: ["path": path])
    }
    // The process's mask is applied by the kernel to a new file; a file that is replaced keeps its mode.
    let mode = exists ? status.st_mode & 0o777 : 0o666
    let (temporary, descriptor) = try Self.openTemporary(name, in: folder, mode: mode, path: path)
    self.target = target
    self.name = name
    self.folder = folder
    self.temporary = temporary
    self.descriptor = descriptor
    guard exists else { return }
    // Only root gives files away, others keep what they may. It comes first: a new owner clears permissions.
    _ = fchown(descriptor, status.st_uid, status.st_gid)
    try keep(mode)
  }

  deinit { discard() }

  private func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    unlinkat(folder.descriptor, temporary, 0)
  }

  private static func openTemporary(
    _ name: String, in folder: Folder, mode: mode_t, path: String
  ) throws(SVFAPError) -> (name: String, descriptor: Int32) {
    // Names may have 255 bytes.
    let stem = String(decoding: name.utf8.prefix(150), as: UTF8.self)
    for _ in 0..<1000 {
      let number = serial.wrappingAdd(1, ordering: .relaxed).newValue
      let temporary = ".\(stem).\(getpid())-\(number).part"
      let descriptor = retryingOnInterrupt { openat(folder.descriptor, temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode) }
      if descriptor >= 0 { return (temporary, descriptor) }
      guard errno == EEXIST else { throw SVFAPError.system("cannot write", path: path) }
    }
    throw SVFAPError(.io, "cannot write \(path): its folder is full of temporary files (.*.part); remove them", detail: ["path": path])
  }

  /// Whether a file of that name was left by a writer that was killed.
  package static func isLeftover(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(".part") }

  private func keep(_ mode: mode_t) throws(SVFAPError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & 0o777 == mode || fchmod(descriptor, mode) == 0 else {
      throw SVFAPError.system("cannot keep the permissions of", path: target)
    }
  }

  /// Adds bytes.
  ///
  /// - Throws: `io`, `noSpace`; then the temporary file is gone, and `commit` fails.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SVFAPError) {
    var done = 0
    while done < bytes.count {
      let piece = min(bytes.count - done, 64 << 20)
      let start = bytes.baseAddress.map { $0 + done }
      let count = FileSizeSignal.held { retryingOnInterrupt { Glibc.write(descriptor, start, piece) } }
      guard count > 0 else {
        let error = SVFAPError.system("cannot write", path: target, errno: count == 0 ? EIO : errno)
        discard()
        throw error
      }
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
  /// - Throws: `io`, `noSpace`; then nothing has changed, or the message says that the file is in place and only the
  ///   folder could not be flushed.
  package func commit() throws(SVFAPError) {
    guard retryingOnInterrupt({ fsync(descriptor) }) == 0 else { throw SVFAPError.system("cannot flush to the disk", path: target) }
    try verify()
    let finished = descriptor
    descriptor = -1
    do throws(SVFAPError) {
      // Linux has closed the descriptor also when it says EINTR, and the bytes are on the disk already.
      guard close(finished) == 0 || errno == EINTR else { throw SVFAPError.system("cannot close", path: target) }
      try folder.rename(temporary, to: name)
    } catch {
      unlinkat(folder.descriptor, temporary, 0)
      throw error
    }
    do throws(SVFAPError) { try folder.flush() } catch {
      throw error.within("\(target) is in place and complete, but a power cut may bring the old one back")
    }
  }

  private func verify() throws(SVFAPError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SVFAPError.system("cannot look at", path: target) }
    guard Int(status.st_size) == size else {
      throw SVFAPError(.io, "\(target): the disk holds \(status.st_size) of \(size) bytes written", detail: ["path": target])
    }
    // Flushed pages are dropped from memory, so that the bytes come from the disk; where that cannot be done they come
    // from memory, which still finds bytes that were never written.
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    var read = CRC32C()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    var offset = 0
    while offset < size {
      let count = retryingOnInterrupt { pread(descriptor, buffer.baseAddress, min(buffer.count, size - offset), off_t(offset)) }
      guard count > 0 else { throw SVFAPError.system("cannot read back", path: target, errno: count == 0 ? EIO : errno) }
      read.add(UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
      offset += count
    }
    guard read.value == checksum.value else {
      throw SVFAPError(.io, "\(target): what the disk gives back is not what was written", detail: ["path": target])
    }
  }
}
