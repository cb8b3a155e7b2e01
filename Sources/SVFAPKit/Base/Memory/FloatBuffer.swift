import Glibc

/// float32 numbers in one block of memory, aligned to 64 bytes, from the C allocator: a size that cannot be had is
/// an error, not the end of the process.
package final class FloatBuffer: @unchecked Sendable {
  // Whoever shares a buffer between threads decides who writes; the class only owns the memory.
  package let pointer: UnsafeMutablePointer<Float>
  package let count: Int
  private let block: UnsafeMutableRawPointer

  /// Memory of `count` zeros. Large memory that is never written costs nothing: it comes from calloc.
  ///
  /// - Throws: `limit` if the size overflows, `noMemory` if the system has no more.
  package init(count: Int) throws(SVFAPError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    guard count >= 0, !overflow, bytes <= 1 << 46 else {
      throw SVFAPError(.limit, "a buffer of \(count) numbers is larger than any machine's memory")
    }
    guard let block = calloc(bytes + Self.alignment, 1) else {
      throw SVFAPError(.noMemory, "no memory for \(count) numbers (\(bytes >> 20) MiB)")
    }
    self.block = block
    pointer = block.alignedUp(toMultipleOf: Self.alignment).bindMemory(to: Float.self, capacity: count)
    self.count = count
  }

  private static let alignment = 64

  deinit { free(block) }

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
