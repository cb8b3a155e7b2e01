import Glibc

/// Bytes in one block of memory, aligned to 64 bytes, from the C allocator: a size that cannot be had is an error,
/// not the end of the process.
package final class ByteBuffer: @unchecked Sendable {
  // Whoever shares a buffer between threads decides who writes; the class only owns the memory.
  package let pointer: UnsafeMutablePointer<UInt8>
  package let count: Int

  /// Memory of `count` zero bytes.
  ///
  /// - Throws: `limit` for a size that no machine has, `noMemory` if the system has no more.
  package init(count: Int) throws(SVFAPError) {
    guard (0...1 << 46).contains(count) else {
      throw SVFAPError(.limit, "a buffer of \(count) bytes is larger than any machine's memory")
    }
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, 64, max(count, 64)) == 0, let memory else {
      throw SVFAPError(.noMemory, "no memory for \(count) bytes (\(count >> 20) MiB)")
    }
    memset(memory, 0, count)
    pointer = memory.bindMemory(to: UInt8.self, capacity: count)
    self.count = count
  }

  deinit { free(pointer) }
}
