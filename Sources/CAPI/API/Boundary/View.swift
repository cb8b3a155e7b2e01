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
      SVFAPError(
        .shape, "\(name): expected \(expected), found \(found)", detail: ["where": "\(name)", "expected": expected, "found": found])
    }
    guard view.reserved == (0, 0) else {
      throw SVFAPError(.invalidArgument, "\(name): the members called reserved are not 0", detail: ["where": "\(name)"])
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

  /// Some rows of the first axis as contiguous float32: the caller's own memory if it is contiguous, a copy in `scratch`
  /// otherwise. Valid as long as both are.
  func floats(rows: Range<Int>, scratch: inout FloatBuffer?) throws(SVFAPError) -> UnsafePointer<Float> {
    let rowCount = shape.dropFirst().reduce(1, *)
    if isContiguous { return data.assumingMemoryBound(to: Float.self) + rows.lowerBound * rowCount }
    let copy: FloatBuffer
    if let kept = scratch, kept.count >= rows.count * rowCount {
      copy = kept
    } else {
      copy = try FloatBuffer(count: rows.count * rowCount)
      scratch = copy
    }
    var target = copy.pointer
    let source = data.assumingMemoryBound(to: Float.self)
    let step = strides[strides.count - 1]
    forEachRun(rows: rows) { offset, count in
      if step == 1 {
        target.update(from: source + offset, count: count)
      } else {
        for index in 0..<count { target[index] = source[offset + index * step] }
      }
      target += count
    }
    return UnsafePointer(copy.pointer)
  }

  /// Calls `body` with all elements as contiguous float32.
  func withFloats<Result>(_ body: (UnsafePointer<Float>) throws(SVFAPError) -> Result) throws(SVFAPError) -> Result {
    var scratch: FloatBuffer?
    defer { withExtendedLifetime(scratch) {} }
    return try body(try floats(rows: 0..<shape[0], scratch: &scratch))
  }

  /// The elements as truth values: anything but 0 is true.
  var bools: [Bool] {
    var values: [Bool] = []
    values.reserveCapacity(count)
    let step = strides[strides.count - 1]
    forEachRun(rows: 0..<shape[0]) { offset, count in
      for index in 0..<count { values.append(data.load(fromByteOffset: offset + index * step, as: UInt8.self) != 0) }
    }
    return values
  }

  /// The elements of an int64 view.
  var integers: [Int64] {
    var values: [Int64] = []
    values.reserveCapacity(count)
    let step = strides[strides.count - 1]
    forEachRun(rows: 0..<shape[0]) { offset, count in
      for index in 0..<count { values.append(data.load(fromByteOffset: (offset + index * step) * 8, as: Int64.self)) }
    }
    return values
  }

  /// Visits the runs of elements along the last axis, in C order, by their offset in elements and their length.
  private func forEachRun(rows: Range<Int>, _ body: (_ offset: Int, _ count: Int) -> Void) {
    func visit(_ axis: Int, _ offset: Int, _ extent: Range<Int>) {
      guard axis < shape.count - 1 else { return body(offset + extent.lowerBound * strides[axis], extent.count) }
      for index in extent { visit(axis + 1, offset + index * strides[axis], 0..<shape[axis + 1]) }
    }
    visit(0, 0, rows)
  }
}
