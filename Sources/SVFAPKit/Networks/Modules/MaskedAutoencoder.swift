import Base
import Kernels
import Layers

/// The network of pre-training: the encoder on the visible tokens, the sum of its stages, and a decoder that predicts
/// the pixels of the masked tokens (paper, section 3.3; published a.9).
package struct MaskedAutoencoder: Sendable {
  package let configuration: ModelConfiguration
  private let parameters: ModelParameters
  private let encoder: Encoder
  private let encoderNorm: LayerNorm
  private let decoder: Decoder
  private let stageSum: StageSum

  /// - Parameter parameters: must hold everything that `configuration.declarations` names.
  package init(_ configuration: ModelConfiguration, _ parameters: ModelParameters) throws(SVFAPError) {
    guard let sizes = configuration.decoder else {
      throw SVFAPError(.unsupported, "this model has no decoder: it is not a pre-training model")
    }
    let factory = LayerFactory(parameters: parameters, configuration: configuration)
    self.configuration = configuration
    self.parameters = parameters
    encoder = try Encoder(factory, prefix: "encoder.")
    encoderNorm = try factory.norm("encoder.norm", configuration.embedDim)
    decoder = try Decoder(factory, sizes)
    stageSum = StageSum(configuration)
  }

  /// What a training batch's forward keeps for the way back. Made once for a batch's size and number of visible places.
  package final class Tape {
    package let clips: Int
    package let visiblePlaces: Int
    fileprivate let encoder: EncoderTape
    fileprivate let decoder: Decoder.Tape
    fileprivate let sum: FloatBuffer  // (clips, visible, C)
    fileprivate let encoded: FloatBuffer  // (clips, visible, C)

    package init(_ network: MaskedAutoencoder, clips: Int, visiblePlaces: Int) throws(SVFAPError) {
      let configuration = network.configuration
      self.clips = clips
      self.visiblePlaces = visiblePlaces
      encoder = try EncoderTape(
        network.encoder, clips: clips, places: visiblePlaces, lastContextTokens: network.showsAllPatches ? configuration.tokens : nil)
      decoder = try Decoder.Tape(network.decoder, clips: clips)
      sum = try FloatBuffer(count: clips * configuration.slices * visiblePlaces * configuration.embedDim)
      encoded = try FloatBuffer(count: sum.count)
    }

    /// Draws what stochastic depth drops in the encoder's next forward; `draw` gives numbers in [0, 1).
    package func drawDroppedPaths(rate: Double, _ draw: (UInt64) -> Double) { encoder.drawDroppedPaths(rate: rate, draw) }
  }

  /// Whether the last blocks attend to all patches, masked ones included (published a.9, flag 1).
  private var showsAllPatches: Bool { configuration.pretrainingVariant == .published }

  // MARK: Forward

  /// encoded (clips, visible, C): the normed sum of all stages on the visible tokens.
  ///
  /// - Parameter video: (clips, 3, t, h, w), normalised.
  package func encode(
    _ video: UnsafePointer<Float>, _ mask: TubeMask, into encoded: UnsafeMutablePointer<Float>, tape: Tape? = nil, _ workspace: Workspace
  ) throws(SVFAPError) {
    let clips = mask.visible.count
    let width = configuration.embedDim
    let count = configuration.slices * mask.visiblePlaces
    let visible = try workspace.buffer("stage0", clips * count * width, keptIn: tape?.encoder.outputs[0])  // (clips, visible, C)
    var context: CrossAttention.Context?
    if showsAllPatches {
      let all = try workspace.buffer("patches.all", clips * configuration.tokens * width)  // (clips, tokens, C)
      try encoder.embedding.forward(video, clips: clips, all, workspace)
      forEachVisible(mask) { clip, row, token in
        (visible + (clip * count + row) * width).update(from: all + (clip * configuration.tokens + token) * width, count: width)
      }
      context = CrossAttention.Context(all, count: configuration.tokens)
    } else {
      try encoder.embedding.forward(video, clips: clips, chosen: mask.visible, visible, workspace)
    }
    let sum = try workspace.buffer("stageSum", clips * count * width, keptIn: tape?.sum)  // (clips, visible, C)
    try sumStages(visible, clips: clips, places: mask.visiblePlaces, lastContext: context, into: sum, tape: tape?.encoder, workspace)
    encoderNorm.forward(sum, width, encoded, width, rows: clips * count)
  }

  /// features (clips, C): the mean of the encoder's normed tokens, nothing masked. For use of a pre-trained encoder as it is.
  ///
  /// - Throws: `shape` if the variant `published` cannot sum the stages of this size.
  package func features(
    _ video: UnsafePointer<Float>, clips: Int, into features: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    try configuration.checkPublishedSum(places: configuration.places)
    let width = configuration.embedDim
    let count = configuration.tokens
    let x = try workspace.buffer("stage0", clips * count * width)  // (clips, tokens, C)
    try encoder.embedding.forward(video, clips: clips, x, workspace)
    let sum = try workspace.buffer("stageSum", clips * count * width)  // (clips, tokens, C)
    var context: CrossAttention.Context?
    if showsAllPatches {
      let all = try workspace.buffer("patches.all", clips * count * width)  // (clips, tokens, C)
      all.update(from: x, count: clips * count * width)
      context = CrossAttention.Context(all, count: count)
    }
    try sumStages(x, clips: clips, places: configuration.places, lastContext: context, into: sum, tape: nil, workspace)
    encoderNorm.forward(sum, width, sum, width, rows: clips * count)
    for clip in 0..<clips {
      KernelTable.best.meanOfRows(sum + clip * count * width, width, count, width, features + clip * width)
    }
  }

  /// predicted (clips, masked, patchWidth): pixels of the masked tokens, ascending, normalised per token and channel
  /// as in training; order within a token: time, row, column, channel.
  package func predict(
    _ video: UnsafePointer<Float>, _ mask: TubeMask, into predicted: UnsafeMutablePointer<Float>, tape: Tape? = nil, _ workspace: Workspace
  ) throws(SVFAPError) {
    let clips = mask.visible.count
    let count = clips * configuration.slices * mask.visiblePlaces * configuration.embedDim
    let encoded = try workspace.buffer("encoded", count, keptIn: tape?.encoded)  // (clips, visible, C)
    try encode(video, mask, into: encoded, tape: tape, workspace)
    try decoder.forward(encoded, mask, into: predicted, tape: tape?.decoder, workspace)
  }

  private func sumStages(
    _ x: UnsafeMutablePointer<Float>, clips: Int, places: Int, lastContext: CrossAttention.Context?, into sum: UnsafeMutablePointer<Float>,
    tape: EncoderTape?, _ workspace: Workspace
  ) throws(SVFAPError) {
    sum.update(repeating: 0, count: clips * configuration.slices * places * configuration.embedDim)
    try encoder.forward(x, clips: clips, places: places, lastContext: lastContext, tape: tape, workspace) { (output) throws(SVFAPError) in
      stageSum.add(output.tokens, stage: output.stage, clips: clips, places: places, to: sum)
    }
  }

  private func forEachVisible(_ mask: TubeMask, _ body: (_ clip: Int, _ row: Int, _ token: Int) -> Void) {
    for (clip, tokens) in mask.visible.enumerated() {
      for (row, token) in tokens.enumerated() { body(clip, row, token) }
    }
  }

  // MARK: Backward

  /// Adds the gradients of all parameters, given that of `predict`'s output (clips, masked, patchWidth).
  package func backward(
    predictedGradient: UnsafePointer<Float>, video: UnsafePointer<Float>, _ mask: TubeMask, tape: Tape, _ gradients: GradientMap,
    _ workspace: Workspace
  ) throws(SVFAPError) {
    let clips = tape.clips
    let width = configuration.embedDim
    let count = configuration.slices * tape.visiblePlaces
    let encodedGradient = try workspace.buffer("back.encoded", clips * count * width)  // (clips, visible, C)
    try decoder.backward(
      predictedGradient: predictedGradient, encoded: tape.encoded.pointer, mask, tape: tape.decoder, into: encodedGradient, gradients,
      workspace)
    let sumGradient = try workspace.buffer("back.stageSum", clips * count * width)  // (clips, visible, C)
    sumGradient.update(repeating: 0, count: clips * count * width)
    try encoderNorm.collectGradients(clips: clips, rows: count, gradients, workspace) { clip, start, rows, _, piece in
      let offset = (clip * count + start) * width
      encoderNorm.backward(tape.sum.pointer + offset, encodedGradient + offset, addingTo: sumGradient + offset, rows: rows, piece)
    }
    var lastContext: Encoder.LastContext?
    if showsAllPatches {
      let total = clips * configuration.tokens * width
      let all = try workspace.buffer("patches.all", total)  // (clips, tokens, C): kept since the forward
      let allGradient = try workspace.buffer("back.patches", total)  // (clips, tokens, C)
      allGradient.update(repeating: 0, count: total)
      lastContext = .init(context: .init(all, count: configuration.tokens), gradient: allGradient)
    }
    let embedded = try encoder.backward(tape.encoder, lastContext: lastContext, gradients, workspace) { stage, gradient in
      gradient.update(repeating: 0, count: tape.encoder.outputs[stage].count)
      stageSum.addGradient(sumGradient, stage: stage, clips: clips, places: tape.visiblePlaces, to: gradient)
    }
    guard let embedded else { return }
    guard let lastContext else {
      return try encoder.embedding.backward(video, clips: clips, chosen: mask.visible, embedded, gradients, workspace)
    }
    forEachVisible(mask) { clip, row, token in
      let target = lastContext.gradient + (clip * configuration.tokens + token) * width
      let source = embedded + (clip * count + row) * width
      for channel in 0..<width { target[channel] += source[channel] }
    }
    try encoder.embedding.backward(video, clips: clips, lastContext.gradient, gradients, workspace)
  }

  /// Whether the loss reaches a parameter. In the `published` variant the bottleneck blocks and the pooling have no
  /// effect (published a.9): their parameters have no gradient, and neither step nor decay touches them.
  package func hasGradient(_ name: String) -> Bool {
    guard showsAllPatches, name.hasPrefix("encoder.") else { return true }
    let parts = name.split(separator: ".")
    if parts[1] == "spatial_downsamples" { return false }
    guard parts[1] == "blocks", let index = Int(parts[2]) else { return true }
    var end = 0
    for (stage, depth) in configuration.stageDepths.enumerated() {
      end += depth
      if index < end { return stage == 0 || index == end - 1 }
    }
    return true
  }
}
