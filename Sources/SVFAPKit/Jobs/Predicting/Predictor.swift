import Base
import Layers
import Networks
import Plugins
import Video

/// A model at work for one thread: owns scratch memory, shares the weights.
package final class Predictor {
  package let model: Model
  package let options: PredictorOptions
  let workspace: Workspace
  private let headParameters: [UnsafePointer<Float>]
  /// Clips computed at a time: memory does not grow with a caller's batch.
  package static let clipsAtATime = 8

  /// - Throws: `config` for options that do not fit the model's recipe, `noMemory`.
  package init(_ model: Model, options: PredictorOptions) throws(SVFAPError) {
    // Options that do not fit are known now, not when the first video is read.
    _ = try options.recipe(model)
    self.model = model
    self.options = options
    workspace = Workspace(pool: try model.runtime.makePool(), precision: model.precision)
    headParameters = try model.headParameters()
  }

  /// Features (clips, C) of normalised clips (clips, 3, t, h, w).
  package func features(
    _ video: UnsafePointer<Float>, clips: Int, into features: UnsafeMutablePointer<Float>, cancel: CancelToken? = nil
  ) throws(SVFAPError) {
    let width = model.configuration.embedDim
    try inPieces(clips, cancel) { (first, count) throws(SVFAPError) in
      let clip = video + first * model.configuration.clipCount
      switch model.network {
      case .affect(let network, _): try network.features(clip, clips: count, into: features + first * width, workspace)
      case .pretraining(let network): try network.features(clip, clips: count, into: features + first * width, workspace)
      }
    }
  }

  /// The head's raw outputs (clips, rawWidth).
  package func forward(
    _ video: UnsafePointer<Float>, clips: Int, into raw: UnsafeMutablePointer<Float>, cancel: CancelToken? = nil
  ) throws(SVFAPError) {
    let (network, head) = try affect()
    let width = model.configuration.embedDim
    let features = try workspace.buffer("features", min(clips, Self.clipsAtATime) * width)  // (clips, C)
    try inPieces(clips, cancel) { (first, count) throws(SVFAPError) in
      let clip = video + first * model.configuration.clipCount
      let out = raw + first * head.rawWidth
      try PluginScope.with(cancel: cancel, pool: workspace.pool) { () throws(SVFAPError) in
        switch head.input {
        case .features:
          try network.features(clip, clips: count, into: features, workspace)
          try head.forward(parameters: headParameters, input: features, shape: [count, width], raw: out)
        case .tokens:
          try network.withTokens(clip, clips: count, workspace) { (tokens) throws(SVFAPError) in
            try head.forward(parameters: headParameters, input: tokens, shape: [count, network.tokenCount, width], raw: out)
          }
        }
      }
    }
  }

  /// What the head reports, (clips, outputs).
  package func readings(
    _ video: UnsafePointer<Float>, clips: Int, into readings: UnsafeMutablePointer<Float>, cancel: CancelToken? = nil
  ) throws(SVFAPError) {
    let (_, head) = try affect()
    let raw = try FloatBuffer(count: clips * head.rawWidth)  // (clips, rawWidth)
    try forward(video, clips: clips, into: raw.pointer, cancel: cancel)
    try head.readings(raw: raw.pointer, clips: clips, readings: readings)
  }

  /// The network and head of a fine-tuned model.
  package func affect() throws(SVFAPError) -> (AffectNetwork, PluginHead) {
    guard case .affect(let network, let head) = model.network else {
      throw SVFAPError(.unsupported, "this is a pre-training model: it has no head and predicts no affect; fine-tune it first")
    }
    return (network, head)
  }

  /// The network of a pre-training model.
  package func pretraining() throws(SVFAPError) -> MaskedAutoencoder {
    guard case .pretraining(let network) = model.network else {
      throw SVFAPError(.unsupported, "this is a fine-tuned model: it has no decoder; reconstruction needs a pre-training model")
    }
    return network
  }

  private func inPieces(
    _ clips: Int, _ cancel: CancelToken?, _ body: (_ first: Int, _ count: Int) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    var first = 0
    while first < clips {
      if cancel?.isRequested == true { throw SVFAPError(.cancelled, "stopped on request") }
      let count = min(Self.clipsAtATime, clips - first)
      try body(first, count)
      first += count
    }
  }
}

/// How a predictor reads videos; what is nil is the recipe's.
package struct PredictorOptions: Sendable {
  package var samplingRate: Int?
  package var hop: Int?
  /// 0: sliding windows; otherwise this many uniform windows, averaged.
  package var views = 0

  package init() {}

  package static let properties: JSONObject = [
    "sampling_rate": ["type": "integer", "minimum": 1, "maximum": 10_000], "hop": ["type": "integer", "minimum": 1, "maximum": 1_000_000],
    "views": ["type": "integer", "minimum": 0, "maximum": 1000, "default": 0],
  ]

  /// - Throws: `config` for wrong options.
  package init(json: JSONValue) throws(SVFAPError) {
    let options = try JSONSchema(["type": "object", "properties": .object(Self.properties)]).resolve(json)
    self.init(members: options)
  }

  /// Options among others, checked before.
  init(members: JSONValue) {
    samplingRate = members["sampling_rate"]?.intValue
    hop = members["hop"]?.intValue
    views = members["views"]?.intValue ?? 0
  }

  /// The model's recipe with these options in place.
  func recipe(_ model: Model) throws(SVFAPError) -> PreparationRecipe {
    var recipe = model.recipe
    if let samplingRate {
      // A hop that was not asked for stays near the recipe's.
      recipe.hop = max(recipe.hop / samplingRate, 1) * samplingRate
      recipe.samplingRate = samplingRate
    }
    if let hop { recipe.hop = hop }
    try recipe.checkHop(at: "/hop")
    return recipe
  }
}

extension Predictor {
  /// A pre-training model's encoder output (clips, visible, C).
  package func encode(_ video: UnsafePointer<Float>, _ mask: TubeMask, into encoded: UnsafeMutablePointer<Float>) throws(SVFAPError) {
    try pretraining().encode(video, mask, into: encoded, workspace)
  }

  /// A pre-training model's prediction of the masked tokens (clips, masked, patchWidth).
  package func reconstruct(_ video: UnsafePointer<Float>, _ mask: TubeMask, into pixels: UnsafeMutablePointer<Float>) throws(SVFAPError) {
    try pretraining().predict(video, mask, into: pixels, workspace)
  }
}
