import Glibc

/// Bytes in one block of memory from the C allocator: a size that cannot be had is an error, not the end of the process.
package final class ByteBuffer: @unchecked Sendable {
  // Whoever shares a buffer between threads decides who writes; the class only owns the memory.
  package let bytes: UnsafeMutableRawBufferPointer

  /// Memory of `count` bytes, not initialised, aligned to 16 bytes.
  ///
  /// - Throws: `limit` if no machine has so much, `noMemory` if this one has not.
  package init(count: Int) throws(SVFAPError) {
    guard count >= 0, count <= 1 << 46 else { throw SVFAPError(.limit, "a buffer of \(count) bytes is larger than any machine's memory") }
    guard let memory = malloc(max(count, 1)) else { throw SVFAPError(.noMemory, "no memory for \(count) bytes (\(count >> 20) MiB)") }
    bytes = UnsafeMutableRawBufferPointer(start: memory, count: count)
  }

  deinit { free(bytes.baseAddress) }

  package var count: Int { bytes.count }
  package subscript(index: Int) -> UInt8 { bytes[index] }

  /// The bytes in `range` as text, or nil if they are not UTF-8.
  package func text(_ range: Range<Int>) -> String? { String(validating: bytes[range], as: UTF8.self) }
}

extension InputFile {
  /// The bytes in `range`, in memory of their own.
  ///
  /// - Throws: as `read`; `limit`, `noMemory`.
  package func buffer(_ range: Range<Int>) throws(SVFAPError) -> ByteBuffer {
    let buffer = try ByteBuffer(count: range.count)
    try read(at: range.lowerBound, into: buffer.bytes)
    return buffer
  }
}
