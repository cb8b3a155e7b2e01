import Glibc
import PluginKit

/// Where a muxer's bytes go. Muxers go back to fill in sizes, so that writing is by position.
protocol OutputBytes: AnyObject {
  var size: Int { get }
  /// Writes at a place at or before the end.
  ///
  /// - Returns: 0 or an errno.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32
}

/// A file that appears under its name when it is complete; before, it has another name in the same folder.
final class OutputFile: OutputBytes {
  private(set) var size = 0
  private let path: String
  private let temporary: String
  private var descriptor: Int32

  /// - Throws: `notFound` if there is no such folder, `io`, `noSpace`.
  init(_ path: String) throws(PluginError) {
    let target = Self.resolved(path)
    var facts = stat()
    let exists = stat(target, &facts) == 0
    if exists, facts.st_mode & S_IFMT != S_IFREG {
      throw PluginError(Status.io, "cannot write \(path): there is something that is not a file")
    }
    let slash = target.lastIndex(of: "/").map { target.index(after: $0) } ?? target.startIndex
    // Names may have 255 bytes.
    let stem = String(decoding: target[slash...].utf8.prefix(150), as: UTF8.self)
    let temporary = "\(target[..<slash]).\(stem).\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
    let mode = exists ? facts.st_mode & 0o777 : 0o666
    descriptor = retryingOnInterrupt { open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode) }
    self.path = target
    self.temporary = temporary
    guard descriptor >= 0 else { throw PluginError.system("cannot write", path: path) }
    // A file that is replaced keeps its permissions, whatever the mask of the process.
    if exists { fchmod(descriptor, mode) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporary)
  }

  /// The file behind a symbolic link: it is replaced, the link stays.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
    var done = 0
    while done < bytes.count {
      let count = retryingOnInterrupt { pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done)) }
      guard count > 0 else { return count < 0 ? errno : EIO }
      done += count
    }
    size = max(size, offset + done)
    return 0
  }

  /// Puts the file in its place.
  ///
  /// - Throws: `io`, `noSpace`; then nothing has changed.
  func commit() throws(PluginError) {
    // What the system has kept back until now may not fit on the disk.
    guard fsync(descriptor) == 0 else { throw PluginError.system("cannot write", path: path) }
    let finished = descriptor
    descriptor = -1
    guard close(finished) == 0, rename(temporary, path) == 0 else {
      let error = PluginError.system("cannot put in place", path: path)
      unlink(temporary)
      throw error
    }
  }
}

/// Bytes in memory.
final class OutputMemory: OutputBytes {
  private let memory: HostMemory

  init() throws(PluginError) { memory = try HostMemory(capacity: 1 << 16) }

  var size: Int { memory.count }
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory.pointer, count: memory.count) }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
    guard offset <= memory.count, let source = bytes.baseAddress else { return bytes.isEmpty ? 0 : EINVAL }
    let inside = min(bytes.count, memory.count - offset)
    if inside > 0 { UnsafeMutableRawPointer(memory.pointer + offset).copyMemory(from: source, byteCount: inside) }
    do throws(PluginError) {
      try memory.append(UnsafeRawBufferPointer(rebasing: bytes[inside...]))
      return 0
    } catch {
      return ENOMEM
    }
  }
}
