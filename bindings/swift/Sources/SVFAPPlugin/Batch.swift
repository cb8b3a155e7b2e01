import CSVFAPPlugin

/// Numbers of the host, clip after clip. They are valid during the call that they came with.
public struct Clips {
  let base: UnsafePointer<Float>?
  /// Number of clips.
  public let count: Int
  /// Numbers a clip.
  public let width: Int

  /// The numbers of one clip.
  public subscript(clip: Int) -> UnsafeBufferPointer<Float> {
    precondition(clip >= 0 && clip < count, "there is no clip \(clip)")
    return UnsafeBufferPointer(start: base.map { $0 + clip * width }, count: width)
  }
}

/// Numbers for the host, clip after clip. They are valid during the call that they came with.
public struct MutableClips {
  let base: UnsafeMutablePointer<Float>?
  /// Number of clips.
  public let count: Int
  /// Numbers a clip.
  public let width: Int

  init(base: UnsafeMutablePointer<Float>?, count: Int, width: Int) {
    self.base = base
    self.count = count
    self.width = width
  }

  /// Memory of one's own, for what lies between two layers.
  public init(_ values: UnsafeMutableBufferPointer<Float>, width: Int) {
    self.init(base: values.baseAddress, count: values.count / max(width, 1), width: width)
  }

  /// The numbers of one clip.
  public subscript(clip: Int) -> UnsafeMutableBufferPointer<Float> {
    precondition(clip >= 0 && clip < count, "there is no clip \(clip)")
    return UnsafeMutableBufferPointer(start: base.map { $0 + clip * width }, count: width)
  }

  var reading: Clips { Clips(base: UnsafePointer(base), count: count, width: width) }
}

/// A batch that a head computes the loss of. It is valid during the call.
public struct Batch {
  /// Number of clips, at least 1.
  public var count: Int { input.count }
  /// Features (width), or tokens (n, width), of each clip.
  public let input: Clips
  /// What `forward` made of the input under these parameters.
  public let raw: Clips
  /// What labels became, possibly mixed.
  public let targets: Clips
  /// In declared order.
  public let parameters: [UnsafeBufferPointer<Float>]
  /// Gradients of the parameters: add to what is there.
  public let gradients: [UnsafeMutableBufferPointer<Float>]
  /// Gradient of the input: write all of it.
  public let inputGradient: MutableClips
}

/// Checks a contiguous float32 view of the host.
///
/// - Parameter extents: what they must be; nil: anything.
/// - Returns: its first number, and its extents.
func floats(
  _ view: UnsafePointer<svfap_view>?, _ name: String, _ extents: [Int?]
) throws(PluginError) -> (base: UnsafeMutablePointer<Float>?, shape: [Int]) {
  let view = try given(view, name).pointee
  let dimensions = Int(view.dimension_count)
  let found = withUnsafeBytes(of: view.shape) { shape in
    shape.bindMemory(to: Int64.self).prefix(max(dimensions, 0)).map { Int(clamping: $0) }
  }
  let fits = zip(found, extents).allSatisfy { $0 >= 0 && ($1 == nil || $0 == $1) }
  guard view.dtype == Int32(SVFAP_FLOAT32), dimensions == extents.count, found.count == dimensions, fits else {
    let letters = ["b", "n"]
    let expected = extents.enumerated().map { $1.map(String.init) ?? letters[min($0, 1)] }.joined(separator: ", ")
    throw PluginError(.shape, "\(name): expected float32 (\(expected)), found type \(view.dtype) and \(dimensions) dimensions \(found)")
  }
  var bytes = MemoryLayout<Float>.size
  for extent in found {
    let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
    guard !overflow else { throw PluginError(.shape, "\(name): the extents \(found) are too large") }
    bytes = product
  }
  guard bytes == 0 || view.data != nil && view.byte_count >= UInt64(bytes) else {
    throw PluginError(.shape, "\(name): there is less memory behind the view than its shape says")
  }
  return (view.data?.assumingMemoryBound(to: Float.self), found)
}

/// A view (clips, width).
func clips(
  _ view: UnsafePointer<svfap_view>?, _ name: String, width: Int, count: Int? = nil
) throws(PluginError) -> MutableClips {
  let (base, shape) = try floats(view, name, [count, width])
  return MutableClips(base: base, count: shape[0], width: width)
}
