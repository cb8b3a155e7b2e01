import CSVFAP

extension svfap_view {
  /// A view as a C program would fill it in.
  init(_ data: UnsafeMutableRawPointer?, _ dtype: Int, shape: [Int], strides: [Int] = [], byteCount: Int) {
    self.init()
    struct_size = UInt64(MemoryLayout<svfap_view>.size)
    self.dtype = Int32(dtype)
    dimension_count = Int32(shape.count)
    self.data = data
    byte_count = UInt64(byteCount)
    withUnsafeMutableBytes(of: &self.shape) { $0.bindMemory(to: Int64.self).update(fromContentsOf: shape.map(Int64.init)) }
    withUnsafeMutableBytes(of: &self.strides) { $0.bindMemory(to: Int64.self).update(fromContentsOf: strides.map(Int64.init)) }
  }

  var extents: [Int] {
    withUnsafeBytes(of: shape) { $0.bindMemory(to: Int64.self).prefix(Int(dimension_count)).map { Int($0) } }
  }
  var steps: [Int] {
    withUnsafeBytes(of: strides) { $0.bindMemory(to: Int64.self).prefix(Int(dimension_count)).map { Int($0) } }
  }
  var floats: [Float] {
    let count = extents.reduce(1, *)
    return data.map { Array(UnsafeBufferPointer(start: $0.assumingMemoryBound(to: Float.self), count: count)) } ?? []
  }
}

extension UnsafeMutableBufferPointer where Element == Int64 {
  fileprivate func update(fromContentsOf values: [Int64]) {
    for (index, value) in values.enumerated() where index < count { self[index] = value }
  }
}

/// A C view and the memory that it shows, which lives as long as this.
@dynamicMemberLookup
struct View {
  var raw: svfap_view
  let memory: AnyObject

  subscript<Value>(dynamicMember member: WritableKeyPath<svfap_view, Value>) -> Value {
    get { raw[keyPath: member] }
    set { raw[keyPath: member] = newValue }
  }

  /// Calls `body` with the address of the C view.
  func with<Result>(_ body: (UnsafePointer<svfap_view>) throws -> Result) rethrows -> Result {
    var copy = raw
    defer { withExtendedLifetime(memory) {} }
    return try body(&copy)
  }
}

/// Numbers in memory of their own, with views of them.
final class Memory<Element> {
  let values: UnsafeMutableBufferPointer<Element>
  private let dtype: Int

  init(_ values: [Element]) {
    self.values = .allocate(capacity: max(values.count, 1))
    _ = self.values.initialize(from: values)
    dtype = Element.self == Float.self ? SVFAP_FLOAT32 : Element.self == Int64.self ? SVFAP_INT64 : SVFAP_BOOL8
  }

  deinit { values.deallocate() }

  func view(_ shape: [Int], strides: [Int] = [], offset: Int = 0) -> View {
    let skipped = offset * MemoryLayout<Element>.stride
    return View(
      raw: svfap_view(
        UnsafeMutableRawPointer(values.baseAddress).map { $0 + skipped }, dtype, shape: shape, strides: strides,
        byteCount: values.count * MemoryLayout<Element>.stride - skipped), memory: self)
  }
}

/// What a computation of the library results in.
struct Tensor: Equatable {
  let shape: [Int]
  let values: [Float]
}

/// Reads a tensor and releases it.
func tensor(_ make: (Place, Place) -> svfap_status) throws -> Tensor {
  let tensor = try Owned(svfap_tensor_release, make)
  var view = svfap_view()
  view.struct_size = UInt64(MemoryLayout<svfap_view>.size)
  try check { svfap_tensor_view(tensor.handle, &view, $0) }
  return Tensor(shape: view.extents, values: view.floats)
}

func forward(_ predictor: Owned, _ video: View) throws -> Tensor {
  try video.with { video in try tensor { svfap_predictor_forward(predictor.handle, video, $0, $1) } }
}

func features(_ predictor: Owned, _ video: View) throws -> Tensor {
  try video.with { video in try tensor { svfap_predictor_features(predictor.handle, video, $0, $1) } }
}

func readings(_ predictor: Owned, _ video: View) throws -> Tensor {
  try video.with { video in try tensor { svfap_predictor_readings(predictor.handle, video, $0, $1) } }
}

func encode(_ predictor: Owned, _ video: View, _ mask: View) throws -> Tensor {
  try video.with { video in try mask.with { mask in try tensor { svfap_predictor_encode(predictor.handle, video, mask, $0, $1) } } }
}

func reconstruct(_ predictor: Owned, _ video: View, _ mask: View) throws -> Tensor {
  try video.with { video in try mask.with { mask in try tensor { svfap_predictor_reconstruct(predictor.handle, video, mask, $0, $1) } } }
}
