import Glibc

/// A regular file that is read by position: exact ranges, straight into the memory where they are wanted.
package final class InputFile: @unchecked Sendable {
  // Immutable; pread has no position of its own.
  package let path: String
  package let size: Int
  private let descriptor: Int32

  /// - Throws: `notFound`, `io`; `format` for anything that is not a regular file.
  package init(_ path: String) throws(SVFAPError) {
    // O_NONBLOCK: a FIFO must not make the caller wait before it is refused.
    let descriptor = retryingOnInterrupt { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw SVFAPError.system("cannot open", path: path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = SVFAPError.system("cannot look at", path: path)
      close(descriptor)
      throw error
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a device, pipe or socket"
      throw SVFAPError(.format, "\(path) is \(kind), not a file", detail: ["path": path, "expected": "a regular file", "found": kind])
    }
    self.path = path
    self.size = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Fills `target` with the bytes from `offset` on.
  ///
  /// - Throws: `format` if the file ends before, `io`.
  package func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(SVFAPError) {
    var done = 0
    while done < target.count {
      // Linux moves at most 2 GiB - 4096 in one call; smaller pieces also let signals through.
      let piece = min(target.count - done, 64 << 20)
      let count = retryingOnInterrupt { pread(descriptor, target.baseAddress.map { $0 + done }, piece, off_t(offset + done)) }
      guard count >= 0 else { throw SVFAPError.system("cannot read", path: path) }
      guard count > 0 else {
        throw SVFAPError(
          .format, "\(path) ends at byte \(offset + done), \(target.count - done) bytes too early",
          detail: ["path": path, "where": "byte \(offset + done)"])
      }
      done += count
    }
  }

  /// The bytes from `offset` on.
  package func bytes(at offset: Int, count: Int) throws(SVFAPError) -> [UInt8] {
    var failure: SVFAPError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(SVFAPError) {
        try read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[0..<count]))
        filled = count
      } catch {
        failure = error
        filled = 0
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// The bytes in `range`, in memory of their own from the C allocator.
  ///
  /// - Throws: as `read`; `limit`, `noMemory`.
  package func buffer(_ range: Range<Int>) throws(SVFAPError) -> ByteBuffer {
    let buffer = try ByteBuffer(count: range.count)
    try read(at: range.lowerBound, into: buffer.bytes)
    return buffer
  }
}

extension ByteBuffer {
  /// All bytes.
  package var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: pointer, count: count) }
}
