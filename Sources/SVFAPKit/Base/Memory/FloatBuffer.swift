import Glibc

/// float32 numbers in one block of memory, aligned to 64 bytes, from the C allocator: a size that cannot be had is
/// an error, not the end of the process.
package final class FloatBuffer: @unchecked Sendable {
  // Whoever shares a buffer between threads decides who writes; the class only owns the memory.
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int

  /// Memory of `count` zeros.
  ///
  /// - Throws: `limit` if the size overflows, `noMemory` if the system has no more.
  package init(count: Int) throws(SVFAPError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard count >= 0, !overflow, bytes <= 1 << 46 else {
      throw SVFAPError(.limit, "a buffer of \(count) numbers is larger than any machine's memory")
    }
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, 64, max(bytes, 64)) == 0, let memory else {
      throw SVFAPError(.noMemory, "no memory for \(count) numbers (\(bytes >> 20) MiB)")
    }
    memset(memory, 0, bytes)
    pointer = memory.bindMemory(to: Float.self, capacity: count)
    self.count = count
  }

  deinit { free(pointer) }

  package subscript(index: Int) -> Float {
    get { pointer[index] }
    set { pointer[index] = newValue }
  }
}

/// Product of extents, or nil if it overflows or an extent is negative.
package func elementCount(_ shape: [Int]) -> Int? {
  var count = 1
  for extent in shape {
    guard extent >= 0 else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: extent)
    guard !overflow else { return nil }
    count = product
  }
  return count
}
