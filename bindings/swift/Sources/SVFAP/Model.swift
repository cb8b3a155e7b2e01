import CSVFAP

/// A model: weights that never change, and what belongs to them. Any number of threads may use one at once.
public final class Model: Sendable {
  // A handle is a number that the library looks up; every call with it is safe from any thread.
  nonisolated(unsafe) let handle: OpaquePointer

  /// One number that the model reports of a clip.
  public struct Output: Sendable, Hashable {
    /// "happy", "valence" ...
    public let name: String
    /// "probability", "1" ...
    public let unit: String
    /// Least and largest value, possibly infinite.
    public let minimum, maximum: Double
  }

  /// JSON of the configuration: sizes, stages, head.
  public let config: String
  /// JSON of how frames must be prepared: crop, resize, frame rate, sampling rate, clip length, mean, std.
  public let recipe: String
  /// JSON of licence, data, metrics, and whether the weights were trained.
  public let card: String
  /// What the model reports of a clip, in order; empty for a pre-training model.
  public let outputs: [Output]

  /// Takes over a handle.
  init(owned handle: OpaquePointer) throws(SVFAPError) {
    // Before all else, so that an error below releases it.
    let owner = OwnedModel(handle)
    config = try text { svfap_model_config(owner.handle, $0, $1, $2) }
    recipe = try text { svfap_model_recipe(owner.handle, $0, $1, $2) }
    card = try text { svfap_model_card(owner.handle, $0, $1, $2) }
    var outputs: [Output] = []
    for index in 0..<(try count { svfap_model_output_count(owner.handle, $0, $1) }) {
      var (name, unit) = (svfap_text(), svfap_text())
      var (minimum, maximum) = (0.0, 0.0)
      try call { svfap_model_output(owner.handle, UInt64(index), &name, &unit, &minimum, &maximum, $0) }
      outputs.append(Output(name: String(name), unit: String(unit), minimum: minimum, maximum: maximum))
    }
    self.outputs = outputs
    self.handle = owner.take()
  }

  deinit { svfap_model_release(handle, nil) }

  /// Opens a model file. The plugin of its head is taken from the plugin directory unless it is loaded.
  ///
  /// - Parameter precision: what its matrices are kept in and multiplied in; svfap_model_open in svfap.h lists what there is.
  public static func open(_ path: String, precision: String = "float32", in runtime: Runtime) throws(SVFAPError) -> Model {
    let options = "{\"precision\": \(precision.quoted)}"
    return try Model(owned: made { svfap_model_open(runtime.handle, path, path.byteCount, options, options.byteCount, $0, $1) })
  }

  /// Makes an untrained model. The same seed gives the same weights on every machine.
  ///
  /// - Parameter config: JSON: either a whole configuration, as `config` has it, or `{"size": "base" | "small" | "tiny", ...}`
  ///   with members that replace those of that size; `"pretraining": true` makes an autoencoder with a decoder and no head.
  public static func create(_ config: String, seed: UInt64 = 0, in runtime: Runtime) throws(SVFAPError) -> Model {
    try Model(owned: made { svfap_model_create(runtime.handle, config, config.byteCount, seed, $0, $1) })
  }

  /// Writes the model file durably: a reader sees the old file or the new one, never a part.
  public func save(to path: String) throws(SVFAPError) {
    try call { svfap_model_save(handle, path, path.byteCount, $0) }
  }

  /// One of a model's tensors, in the model's own memory.
  public struct Parameter: Sendable {
    /// Published name: "blocks.0.attn.qkv.weight" ...
    public let name: String
    /// Extents, the outermost first.
    public let shape: [Int]

    private let model: Model
    private nonisolated(unsafe) let values: UnsafeBufferPointer<Float>

    fileprivate init(_ model: Model, _ name: svfap_text, _ view: svfap_view) {
      self.model = model
      self.name = String(name)
      shape = view.extents
      values = view.floats
    }

    /// Calls `body` with the numbers, in C order; they stay where they are as long as the model lives.
    public func withUnsafeValues<Result, Failure>(
      _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      defer { withExtendedLifetime(model) {} }
      return try body(values)
    }

    /// A copy of the numbers.
    public var tensor: Tensor { withUnsafeValues { Tensor(shape: shape, values: Array($0)) } }
  }

  /// The weights, as they are stored in the file. Nothing is copied.
  public func parameters() throws(SVFAPError) -> [Parameter] {
    var parameters: [Parameter] = []
    for index in 0..<(try count { svfap_model_parameter_count(handle, $0, $1) }) {
      var name = svfap_text()
      var view = svfap_view.empty
      try call { svfap_model_parameter(handle, UInt64(index), &name, &view, $0) }
      parameters.append(Parameter(self, name, view))
    }
    return parameters
  }
}

/// A handle until an object has taken it over.
private struct OwnedModel: ~Copyable {
  let handle: OpaquePointer
  init(_ handle: OpaquePointer) { self.handle = handle }
  deinit { svfap_model_release(handle, nil) }

  consuming func take() -> OpaquePointer {
    let handle = handle
    discard self
    return handle
  }
}
