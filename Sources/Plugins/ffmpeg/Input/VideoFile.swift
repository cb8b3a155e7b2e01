import Glibc
import PluginKit

/// The one file that a reader may touch: opened by this plugin itself, read by position.
///
/// Several demuxers may stand at different places of it, since nothing here has a position.
final class VideoFile {
  let path: String
  /// Bytes when it was opened.
  let size: Int
  private let descriptor: Int32

  /// - Throws: `notFound`, `io`; `format` for anything but a regular file with something in it.
  init(_ path: String) throws(PluginError) {
    // O_NONBLOCK: a FIFO must not make the caller wait before it is refused.
    let descriptor = retryingOnInterrupt { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw PluginError.system("cannot open", path: path) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else {
      let error = PluginError.system("cannot look at", path: path)
      close(descriptor)
      throw error
    }
    let refusal: String? =
      switch facts.st_mode & S_IFMT {
      case S_IFREG where facts.st_size > 0: nil
      case S_IFREG: "is empty: there is no video in it"
      case S_IFDIR: "is a folder, not a video file"
      default: "is a device, pipe or socket, not a video file"
      }
    if let refusal {
      close(descriptor)
      throw PluginError(Status.format, "\(path) \(refusal)")
    }
    self.path = path
    self.size = facts.st_size
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// The last part of the path.
  var name: String { path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path }

  /// Reads up to `count` bytes from `offset` on.
  ///
  /// - Returns: how many there were, 0 at the end, or a negative errno.
  func read(at offset: Int, into target: UnsafeMutableRawPointer, count: Int) -> Int {
    let count = retryingOnInterrupt { pread(descriptor, target, count, off_t(offset)) }
    return count >= 0 ? count : -Int(errno)
  }

  /// Up to `count` bytes from `offset` on; fewer where the file ends or cannot be read.
  func bytes(at offset: Int, count: Int) -> [UInt8] {
    guard offset >= 0, offset < size, count > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: min(count, size - offset)) { buffer, filled in
      filled = 0
      while let base = buffer.baseAddress, filled < buffer.count {
        let added = read(at: offset + filled, into: base + filled, count: buffer.count - filled)
        guard added > 0 else { return }
        filled += added
      }
    }
  }
}
