import CSVFAPPlugin
import Glibc
import Plugins

/// Numbers with walls on both sides: who writes outside of them is found out. Aligned for their type and no more, as a part
/// of a larger batch would be.
final class GuardedBuffer<Element: BitwiseCopyable & Equatable> {
  let pointer: UnsafeMutablePointer<Element>
  let count: Int
  private let block: UnsafeMutableRawPointer

  /// Numbers in each wall; odd, so that what lies between them is not aligned by chance.
  private static var wall: Int { 33 }
  private static var wallBytes: Int { wall * MemoryLayout<Element>.stride }
  private static var brick: UInt8 { 0xB7 }

  /// Numbers that are all 0.
  ///
  /// - Throws: `failed` if there is no memory.
  init(count: Int) throws(Verdict) {
    let (total, overflow) = count.addingReportingOverflow(2 * Self.wall)
    guard count >= 0, !overflow, total < 1 << 32, let block = calloc(total, MemoryLayout<Element>.stride) else {
      throw .failed("no memory for \(count) numbers to test with")
    }
    self.block = block
    self.count = count
    let start = block.bindMemory(to: Element.self, capacity: total)
    pointer = start + Self.wall
    memset(block, Int32(Self.brick), Self.wallBytes)
    memset(pointer + count, Int32(Self.brick), Self.wallBytes)
  }

  convenience init(_ values: [Element]) throws(Verdict) {
    try self.init(count: values.count)
    self.values = values
  }

  deinit { free(block) }

  subscript(index: Int) -> Element {
    get { pointer[index] }
    set { pointer[index] = newValue }
  }

  var values: [Element] {
    get { Array(UnsafeBufferPointer(start: pointer, count: count)) }
    set { for (index, value) in newValue.prefix(count).enumerated() { pointer[index] = value } }
  }

  func fill(_ value: Element) { for index in 0..<count { pointer[index] = value } }

  /// The bytes, by which numbers are compared that must be the very same.
  var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: pointer, count: count * MemoryLayout<Element>.stride)) }

  /// Whether nobody wrote into the walls.
  var isIntact: Bool {
    let end = UnsafeRawPointer(pointer + count)
    return UnsafeRawBufferPointer(start: block, count: Self.wallBytes).allSatisfy { $0 == Self.brick }
      && UnsafeRawBufferPointer(start: end, count: Self.wallBytes).allSatisfy { $0 == Self.brick }
  }
}

typealias GuardedFloats = GuardedBuffer<Float>

extension GuardedBuffer where Element == Float {
  /// The numbers from `start` on, of the given shape, as a plugin sees them.
  func view(_ shape: [Int], from start: Int = 0) -> svfap_view { svfap_view(floats: pointer + start, shape: shape) }

  /// The numbers from `start` on, bit by bit.
  func bits(_ range: Range<Int>) -> [UInt32] { range.map { pointer[$0].bitPattern } }
}
