import CSVFAPPlugin

/// A head with its declarations, as the table of the C interface sees it. The class makes it one pointer wide.
final class HeadBox: Sendable {
  let head: any TaskHead
  let width: Int
  let isOnTokens: Bool
  let parameters: [Parameter]
  let outputs: [Output]
  let metrics: [Metric]
  let rawWidth, targetWidth, accumulatorWidth: Int
  private let texts: [String: StableText]

  init(_ head: any TaskHead, width: Int) throws(PluginError) {
    self.head = head
    self.width = width
    isOnTokens = head.input == .tokens
    (parameters, outputs, metrics) = (head.parameters, head.outputs, head.metrics)
    (rawWidth, targetWidth, accumulatorWidth) = (head.rawWidth, head.targetWidth, head.accumulatorWidth)
    guard rawWidth >= 0, targetWidth >= 0, accumulatorWidth >= 0 else {
      throw PluginError(.internal, "the head declares negative widths: \(rawWidth), \(targetWidth), \(accumulatorWidth)")
    }
    for parameter in parameters where !(1...Int(SVFAP_MAX_DIMENSIONS)).contains(parameter.shape.count) {
      throw PluginError(.internal, "the parameter \"\(parameter.name)\" has \(parameter.shape.count) dimensions; 1 to 8 are possible")
    }
    var texts: [String: StableText] = [:]
    let names = parameters.map(\.name) + outputs.flatMap { [$0.name, $0.unit] } + metrics.flatMap { [$0.name, $0.unit] }
    for name in names where texts[name] == nil { texts[name] = StableText(name) }
    self.texts = texts
  }

  /// The handle for the host. Balanced by `svfap_swift_head_destroy`.
  func handle() -> OpaquePointer { OpaquePointer(Unmanaged.passRetained(self).toOpaque()) }

  static func from(_ handle: OpaquePointer?) throws(PluginError) -> HeadBox {
    Unmanaged<HeadBox>.fromOpaque(UnsafeRawPointer(try given(handle, "head"))).takeUnretainedValue()
  }

  /// Text that lives as long as the head.
  func text(_ text: String) -> svfap_text { texts[text]?.text ?? svfap_text() }

  /// A declaration by its index.
  func declared<Declaration>(_ declarations: [Declaration], _ index: Int64, _ kind: String) throws(PluginError) -> Declaration {
    guard let index = Int(exactly: index), declarations.indices.contains(index) else {
      throw PluginError(.invalidArgument, "there is no \(kind) \(index)")
    }
    return declarations[index]
  }

  /// Input of the head, or its gradient, clip by clip: (b, width), or (b, n, width).
  func input(
    _ view: UnsafePointer<svfap_view>?, _ prefix: String = "", shape: [Int?]
  ) throws(PluginError) -> (clips: MutableClips, shape: [Int]) {
    let (base, shape) = try floats(view, prefix + (isOnTokens ? "tokens" : "features"), shape)
    return (MutableClips(base: base, count: shape[0], width: shape.dropFirst().reduce(1, *)), shape)
  }

  /// Extents of the input, as far as they are known.
  var inputShape: [Int?] { isOnTokens ? [nil, nil, width] : [nil, width] }

  /// The views of the parameters, or of their gradients.
  func tensors(_ views: UnsafePointer<svfap_view>?, _ name: String) throws(PluginError) -> [UnsafeMutableBufferPointer<Float>] {
    guard !parameters.isEmpty else { return [] }
    let views = try given(views, name)
    var tensors: [UnsafeMutableBufferPointer<Float>] = []
    for (index, parameter) in parameters.enumerated() {
      let (base, shape) = try floats(views + index, "\(name) \(parameter.name)", parameter.shape)
      tensors.append(UnsafeMutableBufferPointer(start: base, count: shape.reduce(1, *)))
    }
    return tensors
  }
}
