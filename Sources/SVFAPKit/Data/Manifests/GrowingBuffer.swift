import Base
import Glibc

/// Plain values in one block of memory from the C allocator that grows as values are added: memory that cannot be had is
/// an error, not the end of the process.
///
/// Filled by one thread; what is filled may be read by any number.
final class GrowingBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  private(set) var count = 0
  private var capacity = 0
  private var memory: UnsafeMutablePointer<Element>?

  init() {}

  /// - Throws: `noMemory`, `limit`.
  init(capacity: Int) throws(SVFAPError) { try reserve(capacity) }

  deinit { free(memory) }

  /// The values; valid until the next change.
  var values: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: memory, count: count) }

  /// `index` must be below `count`.
  subscript(index: Int) -> Element { values[index] }

  /// Makes room for `wanted` values in all.
  func reserve(_ wanted: Int) throws(SVFAPError) {
    guard wanted > capacity else { return }
    // Half as much again each time, so that adding one by one costs constant time on average.
    let (grown, overflow) = wanted.addingReportingOverflow(capacity / 2)
    let (bytes, tooLarge) = grown.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !overflow, !tooLarge, bytes <= 1 << 46 else {
      throw SVFAPError(.limit, "a list of \(wanted) values is larger than any machine's memory")
    }
    guard let larger = realloc(memory, max(bytes, 64)) else { throw SVFAPError(.noMemory, "no memory for \(bytes >> 20) MiB of a list") }
    memory = larger.bindMemory(to: Element.self, capacity: grown)
    capacity = grown
  }

  func append(_ value: Element) throws(SVFAPError) {
    if count == capacity { try reserve(count + 1) }
    memory?[count] = value
    count += 1
  }

  func append(contentsOf bytes: some Collection<Element>) throws(SVFAPError) {
    try reserve(count + bytes.count)
    for value in bytes {
      memory?[count] = value
      count += 1
    }
  }

  /// Fills the buffer with a whole file.
  ///
  /// - Throws: as `InputFile.read`.
  func fill(from file: InputFile) throws(SVFAPError) where Element == UInt8 {
    try reserve(file.size)
    count = file.size
    do throws(SVFAPError) {
      try file.read(at: 0, into: UnsafeMutableRawBufferPointer(values))
    } catch {
      count = 0
      throw error
    }
  }
}
