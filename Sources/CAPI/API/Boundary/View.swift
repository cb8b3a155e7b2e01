import Base
import CSVFAP

extension svfap_view {
  /// A contiguous float32 view with its strides filled in.
  init(floats data: UnsafeMutablePointer<Float>?, shape: [Int]) {
    self.init()
    struct_size = UInt64(MemoryLayout<svfap_view>.size)
    dtype = Int32(SVFAP_FLOAT32)
    dimension_count = Int32(shape.count)
    var stride = 1
    for axis in shape.indices.reversed() {
      setExtent(axis, Int64(shape[axis]), stride: Int64(stride))
      stride *= shape[axis]
    }
    self.data = UnsafeMutableRawPointer(data)
    byte_count = UInt64(shape.reduce(4, *))
  }

  private mutating func setExtent(_ axis: Int, _ extent: Int64, stride: Int64) {
    withUnsafeMutableBytes(of: &shape) { $0.storeBytes(of: extent, toByteOffset: axis * 8, as: Int64.self) }
    withUnsafeMutableBytes(of: &strides) { $0.storeBytes(of: stride, toByteOffset: axis * 8, as: Int64.self) }
  }
}

/// A tensor that a caller passed, checked: every element lies in the memory that the caller named.
struct CheckedView {
  let name: StaticString
  let shape: [Int]
  private let strides: [Int]
  private let data: UnsafeRawPointer
  private let elementSize: Int

  /// - Throws: `invalidArgument`, `abi`, `shape`.
  init(_ pointer: UnsafePointer<svfap_view>?, dtype: Int32, dimensions: Int, _ name: StaticString) throws(SVFAPError) {
    let view = try intake(pointer, name)
    func wrong(_ expected: String, _ found: String) -> SVFAPError {
      SVFAPError(.shape, "\(name): expected \(expected), found \(found)", detail: ["where": "\(name)", "expected": expected, "found": found])
    }
    guard view.dtype == dtype else { throw wrong(Self.typeName(dtype), Self.typeName(view.dtype)) }
    guard Int(view.dimension_count) == dimensions else { throw wrong("\(dimensions) dimensions", "\(view.dimension_count)") }
    let extents = withUnsafeBytes(of: view.shape) { Array($0.bindMemory(to: Int64.self).prefix(dimensions)) }
    var steps = withUnsafeBytes(of: view.strides) { Array($0.bindMemory(to: Int64.self).prefix(dimensions)) }
    guard extents.allSatisfy({ $0 >= 1 && $0 <= 1 << 40 }) else { throw wrong("extents of at least 1", "\(extents)") }
    guard steps.allSatisfy({ $0 >= 0 && $0 <= 1 << 40 }) else { throw wrong("strides that are not negative", "\(steps)") }
    guard elementCount(extents.map { Int($0) }) != nil else { throw wrong("a size that fits in memory", "\(extents)") }
    if steps.allSatisfy({ $0 == 0 }) {
      var step: Int64 = 1
      for axis in (0..<dimensions).reversed() {
        steps[axis] = step
        step *= extents[axis]
      }
    }
    elementSize = dtype == Int32(SVFAP_FLOAT32) ? 4 : dtype == Int32(SVFAP_INT64) ? 8 : 1
    var last: Int64 = 0
    for (extent, step) in zip(extents, steps) {
      let (product, overflow) = (extent - 1).multipliedReportingOverflow(by: step)
      let (sum, again) = last.addingReportingOverflow(product)
      guard !overflow, !again else { throw wrong("strides that stay in memory", "\(steps)") }
      last = sum
    }
    guard let memory = view.data else { throw nullArgument(name) }
    guard UInt64(last) < view.byte_count / UInt64(elementSize) else {
      throw wrong("at least \((UInt64(last) + 1) &* UInt64(elementSize)) bytes behind the view", "\(view.byte_count)")
    }
    guard UInt(bitPattern: memory) % UInt(elementSize) == 0 else {
      throw SVFAPError(.invalidArgument, "\(name): the data are not aligned to \(elementSize) bytes", detail: ["where": "\(name)"])
    }
    self.name = name
    shape = extents.map { Int($0) }
    strides = steps.map { Int($0) }
    data = UnsafeRawPointer(memory)
  }

  private static func typeName(_ dtype: Int32) -> String {
    switch dtype {
    case Int32(SVFAP_FLOAT32): "float32"
    case Int32(SVFAP_INT64): "int64"
    case Int32(SVFAP_BOOL8): "bool"
    case Int32(SVFAP_UINT8): "uint8"
    default: "dtype \(dtype)"
    }
  }

  var count: Int { shape.reduce(1, *) }

  private var isContiguous: Bool {
    var step = 1
    for axis in shape.indices.reversed() {
      if shape[axis] > 1, strides[axis] != step { return false }
      step *= shape[axis]
    }
    return true
  }

  /// Calls `body` with the elements as contiguous float32: the caller's own memory if it is, a copy otherwise.
  func withFloats<Result>(_ body: (UnsafePointer<Float>) throws(SVFAPError) -> Result) throws(SVFAPError) -> Result {
    if isContiguous { return try body(data.assumingMemoryBound(to: Float.self)) }
    let copy = try FloatBuffer(count: count)
    var index = 0
    forEachOffset { offset in
      copy[index] = data.load(fromByteOffset: offset * 4, as: Float.self)
      index += 1
    }
    return try body(copy.pointer)
  }

  /// The elements as truth values: anything but 0 is true.
  var bools: [Bool] {
    var values: [Bool] = []
    values.reserveCapacity(count)
    forEachOffset { values.append(data.load(fromByteOffset: $0, as: UInt8.self) != 0) }
    return values
  }

  /// The elements of an int64 view.
  var integers: [Int64] {
    var values: [Int64] = []
    values.reserveCapacity(count)
    forEachOffset { values.append(data.load(fromByteOffset: $0 * 8, as: Int64.self)) }
    return values
  }

  /// Visits the elements in C order by their offset in elements.
  private func forEachOffset(_ body: (Int) -> Void) {
    var position = [Int](repeating: 0, count: shape.count)
    for _ in 0..<count {
      body(zip(position, strides).reduce(0) { $0 + $1.0 * $1.1 })
      for axis in shape.indices.reversed() {
        position[axis] += 1
        if position[axis] < shape[axis] { break }
        position[axis] = 0
      }
    }
  }
}
