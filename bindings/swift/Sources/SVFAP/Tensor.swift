import CSVFAP

/// Float32 numbers with a shape, in C order.
public struct Tensor: Sendable, Hashable {
  /// Extents, the outermost first.
  public var shape: [Int]
  /// The numbers, row after row. As many as the shape says, or the library refuses the tensor.
  public var values: [Float]

  /// Numbers of a shape.
  public init(shape: [Int], values: [Float]) {
    self.shape = shape
    self.values = values
  }

  /// Takes over a tensor of the library, and ends it.
  init(owned handle: OpaquePointer) throws(SVFAPError) {
    defer { svfap_tensor_release(handle, nil) }
    var view = svfap_view.empty
    try call { svfap_tensor_view(handle, &view, $0) }
    self.init(copying: view)
  }

  /// A copy of a contiguous float32 view of the library.
  init(copying view: svfap_view) {
    shape = view.extents
    values = Array(view.floats)
  }

  /// What lies at a place of the outermost extent: of outputs (b, k), those of one clip.
  public subscript(row: Int) -> ArraySlice<Float> {
    let width = values.count / max(shape.first ?? 1, 1)
    return values[row * width..<(row + 1) * width]
  }
}

/// Which tokens of clips are masked: (clips, tokens).
public struct Mask: Sendable, Hashable {
  /// Number of clips.
  public var clips: Int
  /// A flag for every token, clip after clip: true = masked.
  public var values: [Bool]

  /// Flags of clips.
  public init(clips: Int, values: [Bool]) {
    self.clips = clips
    self.values = values
  }

  var shape: [Int] { [clips, values.count / max(clips, 1)] }
}

/// What the clips of a batch are labelled with.
public enum Labels: Sendable, Hashable {
  /// Fine-tuning to classes that exclude each other: an index for every clip.
  case classes([Int])
  /// Fine-tuning: (b, k), a row of the head's targets for every clip.
  case targets(Tensor)
  /// Pre-training: as many masked tokens in every clip, the same places in every time slice (tube).
  case mask(Mask)
}

extension svfap_view {
  /// Extents of the dimensions that there are.
  var extents: [Int] {
    let count = max(0, min(Int(dimension_count), Int(SVFAP_MAX_DIMENSIONS)))
    return withUnsafeBytes(of: shape) { $0.bindMemory(to: Int64.self).prefix(count).map { Int(clamping: $0) } }
  }

  /// The numbers of a contiguous float32 view.
  var floats: UnsafeBufferPointer<Float> {
    guard let data else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(start: data.assumingMemoryBound(to: Float.self), count: Int(clamping: byte_count) / MemoryLayout<Float>.size)
  }
}

/// Calls `body` with a view of an array, which the library only reads.
func withView<Element, Result>(
  _ values: [Element], _ type: some BinaryInteger, _ shape: [Int], _ body: (UnsafePointer<svfap_view>) throws(SVFAPError) -> Result
) throws(SVFAPError) -> Result {
  guard shape.count <= Int(SVFAP_MAX_DIMENSIONS) else {
    throw SVFAPError(.shape, "a tensor has \(SVFAP_MAX_DIMENSIONS) dimensions at most; this one has \(shape.count)")
  }
  var view = svfap_view.empty
  view.dtype = Int32(truncatingIfNeeded: type)
  view.dimension_count = Int32(shape.count)
  withUnsafeMutableBytes(of: &view.shape) { extents in
    for (index, extent) in shape.enumerated() {
      extents.storeBytes(of: Int64(extent), toByteOffset: index * MemoryLayout<Int64>.stride, as: Int64.self)
    }
  }
  return try values.withUnsafeBufferPointer { values throws(SVFAPError) in
    let bytes = UnsafeRawBufferPointer(values)
    view.data = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
    view.byte_count = UInt64(bytes.count)
    return try body(&view)
  }
}

extension Tensor {
  func withView<Result>(_ body: (UnsafePointer<svfap_view>) throws(SVFAPError) -> Result) throws(SVFAPError) -> Result {
    try SVFAP.withView(values, SVFAP_FLOAT32, shape, body)
  }
}

extension Mask {
  func withView<Result>(_ body: (UnsafePointer<svfap_view>) throws(SVFAPError) -> Result) throws(SVFAPError) -> Result {
    try SVFAP.withView(values, SVFAP_BOOL8, shape, body)
  }
}

extension Labels {
  func withView<Result>(_ body: (UnsafePointer<svfap_view>) throws(SVFAPError) -> Result) throws(SVFAPError) -> Result {
    switch self {
    case .classes(let classes): try SVFAP.withView(classes.map { Int64($0) }, SVFAP_INT64, [classes.count], body)
    case .targets(let targets): try targets.withView(body)
    case .mask(let mask): try mask.withView(body)
    }
  }
}
