import CSVFAP

/// A model at work, with scratch memory and threads of its own. One thread at a time may use it.
public final class Predictor {
  let handle: OpaquePointer
  /// The model that it works with.
  public let model: Model
  /// Windows of the stream that is being pushed.
  let stream: WindowCollector

  /// Makes a predictor. What is nil is taken from the model's recipe.
  ///
  /// - Parameters:
  ///   - samplingRate: frames from one sampled frame to the next.
  ///   - hop: frames from one window to the next.
  ///   - views: 0 for sliding windows, or how many windows are spread evenly over a video and averaged.
  public init(_ model: Model, samplingRate: Int? = nil, hop: Int? = nil, views: Int = 0) throws(SVFAPError) {
    let members = [("sampling_rate", samplingRate), ("hop", hop), ("views", views)].compactMap { name, value in
      value.map { "\"\(name)\": \($0)" }
    }
    let options = "{\(members.joined(separator: ", "))}"
    handle = try made { svfap_predictor_create(model.handle, options, options.byteCount, $0, $1) }
    self.model = model
    stream = WindowCollector(model.outputs)
  }

  deinit { svfap_predictor_release(handle, nil) }

  /// Sets the flag that stops this predictor's work from now on; nil: none, as at the start. That of `run` goes before it.
  public func setCancellation(_ cancellation: Cancellation?) throws(SVFAPError) {
    try call { svfap_predictor_set_cancel(handle, cancellation?.handle, $0) }
  }

  /// The head's raw outputs (b, k) of normalised clips, (b, 3, t, h, w).
  public func forward(_ video: Tensor) throws(SVFAPError) -> Tensor { try compute(svfap_predictor_forward, video) }

  /// What the head reports of normalised clips, (b, outputs): probabilities, activated values.
  public func readings(_ video: Tensor) throws(SVFAPError) -> Tensor { try compute(svfap_predictor_readings, video) }

  /// The encoder's features (b, embed_dim): fc_norm of the mean token. For a pre-training model: the mean of the encoder's
  /// normed tokens, nothing masked.
  public func features(_ video: Tensor) throws(SVFAPError) -> Tensor { try compute(svfap_predictor_features, video) }

  /// Pre-training model: the encoder's output (b, visible, embed_dim) under a mask.
  public func encode(_ video: Tensor, mask: Mask) throws(SVFAPError) -> Tensor {
    try compute(svfap_predictor_encode, video, mask)
  }

  /// Pre-training model: the predicted pixels of the masked tokens, (b, masked, tubelet * patch * patch * 3), normalised per
  /// token and channel as in training.
  public func reconstruct(_ video: Tensor, mask: Mask) throws(SVFAPError) -> Tensor {
    try compute(svfap_predictor_reconstruct, video, mask)
  }

  private typealias View = UnsafePointer<svfap_view>

  private func compute(
    _ function: (OpaquePointer?, View?, HandlePlace?, HandlePlace?) -> svfap_status, _ video: Tensor
  ) throws(SVFAPError) -> Tensor {
    try Tensor(owned: video.withView { video throws(SVFAPError) in try made { function(handle, video, $0, $1) } })
  }

  private func compute(
    _ function: (OpaquePointer?, View?, View?, HandlePlace?, HandlePlace?) -> svfap_status, _ video: Tensor, _ mask: Mask
  ) throws(SVFAPError) -> Tensor {
    try Tensor(
      owned: video.withView { video throws(SVFAPError) in
        try mask.withView { mask throws(SVFAPError) in try made { function(handle, video, mask, $0, $1) } }
      })
  }
}

@available(*, unavailable)
extension Predictor: Sendable {}
