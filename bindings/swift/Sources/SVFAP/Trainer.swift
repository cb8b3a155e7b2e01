import CSVFAP

/// A model in training, with batches that the program has in memory. One thread at a time may use it.
///
///     let trainer = try Trainer(model, task: .finetune, options: #"{"learning_rate": 1e-3}"#)
///     for (video, labels) in batches {
///       let loss = try trainer.forwardBackward(video, labels: .classes(labels))
///       try trainer.step()
///     }
///     try trainer.snapshot().save(to: "trained.safetensors")
public final class Trainer {
  let handle: OpaquePointer

  /// What is learned.
  public enum Task: String, Sendable {
    /// Masked autoencoding, of a model with a decoder.
    case pretrain
    /// A task head and the encoder, of any model: from a pre-training one the encoder is taken and a head made.
    case finetune
  }

  /// Takes a copy of a model's weights into training.
  ///
  /// - Parameter options: JSON: learning_rate, weight_decay, clip_grad, drop_path, ema_decay, seed, head ...; svfap_trainer_create in
  ///   svfap.h lists them all. The defaults are the published ones.
  public init(_ model: Model, task: Task, options: String = "{}") throws(SVFAPError) {
    let task = task.rawValue
    handle = try made { svfap_trainer_create(model.handle, task, task.byteCount, options, options.byteCount, $0, $1) }
  }

  deinit { svfap_trainer_release(handle, nil) }

  /// Adds the gradients of a batch to those since the last step. On failure gradients and weights are as they were.
  ///
  /// - Parameter video: normalised clips (b, 3, t, h, w), taken as they are: no augmentation, no mixing.
  /// - Returns: the mean loss.
  /// - Throws: `numeric` if the loss is not finite, `shape`, `unsupported`, `noMemory`.
  @discardableResult
  public func forwardBackward(_ video: Tensor, labels: Labels) throws(SVFAPError) -> Double {
    var loss = 0.0
    try video.withView { video throws(SVFAPError) in
      try labels.withView { labels throws(SVFAPError) in
        try call { svfap_trainer_forward_backward(handle, video, labels, &loss, $0) }
      }
    }
    return loss
  }

  /// What a step did.
  public struct Step: Sendable, Hashable {
    /// 0 for the first.
    public let index: Int
    /// Before each parameter's factor.
    public let learningRate: Double
    /// Of the parameters that decay.
    public let weightDecay: Double
    /// L2 norm over all parameters, before clipping.
    public let gradientNorm: Double
  }

  /// Moves the weights by the mean gradient of the batches since the last step, and begins a new sum.
  ///
  /// - Throws: `invalidArgument` without a batch since the last step; `numeric` if a gradient is not finite: the sum is dropped,
  ///   the weights stay.
  @discardableResult
  public func step() throws(SVFAPError) -> Step {
    var step = svfap_step.empty
    try call { svfap_trainer_step(handle, &step, $0) }
    return Step(
      index: Int(step.index), learningRate: step.learning_rate, weightDecay: step.weight_decay, gradientNorm: step.gradient_norm)
  }

  /// Forgets the gradients since the last step.
  public func dropGradients() throws(SVFAPError) {
    try call { svfap_trainer_drop_gradients(handle, $0) }
  }

  /// A parameter as it was when it was asked for.
  public struct Parameter: Sendable, Hashable {
    /// Published name.
    public let name: String
    /// The weights.
    public let values: Tensor
    /// Their gradient, summed over the batches since the last step.
    public let gradient: Tensor
  }

  /// How many parameters (tensors) there are.
  public var parameterCount: Int {
    get throws(SVFAPError) { try count { svfap_trainer_parameter_count(handle, $0, $1) } }
  }

  /// A copy of parameter `index` and its gradient.
  public func parameter(_ index: Int) throws(SVFAPError) -> Parameter {
    var name = svfap_text()
    var (values, gradient) = (svfap_view.empty, svfap_view.empty)
    try call { svfap_trainer_parameter(handle, UInt64(bitPattern: Int64(index)), &name, &values, &gradient, $0) }
    return Parameter(name: String(name), values: Tensor(copying: values), gradient: Tensor(copying: gradient))
  }

  /// A model of the weights as they are now, which later steps do not change.
  ///
  /// - Parameter averaged: of their moving average instead, which the option ema_decay keeps.
  public func snapshot(averaged: Bool = false) throws(SVFAPError) -> Model {
    try Model(owned: made { svfap_trainer_snapshot(handle, averaged ? 1 : 0, $0, $1) })
  }
}

@available(*, unavailable)
extension Trainer: Sendable {}
