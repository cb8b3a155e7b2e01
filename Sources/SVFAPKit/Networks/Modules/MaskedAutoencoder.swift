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
  private let toDecoder: Linear
  nonisolated(unsafe) private let maskToken: UnsafePointer<Float>  // (decoder width)
  private let decoder: Decoder

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
    toDecoder = try factory.linear("encoder_to_decoder", configuration.embedDim, sizes.embedDim, hasBias: false)
    maskToken = try parameters.pointer("mask_token")
    decoder = try Decoder(factory, sizes)
  }

  /// encoded (clips, visible, C): the normed sum of all stages on the visible tokens.
  ///
  /// - Parameter video: (clips, 3, t, h, w), normalised.
  package func encode(
    _ video: UnsafePointer<Float>, _ mask: TubeMask, into encoded: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let clips = mask.visible.count
    let all = try embed(video, clips: clips, workspace)
    let width = configuration.embedDim
    let count = configuration.slices * mask.visiblePlaces
    let visible = try workspace.buffer("stage0", clips * count * width)  // (clips, visible, C)
    for clip in 0..<clips {
      for (row, token) in mask.visible[clip].enumerated() {
        (visible + (clip * count + row) * width).update(from: all + (clip * configuration.tokens + token) * width, count: width)
      }
    }
    let showsAll = configuration.pretrainingVariant == .published
    try sumStages(
      visible, clips: clips, places: mask.visiblePlaces, lastContext: showsAll ? (UnsafePointer(all), tokens: configuration.tokens) : nil,
      into: encoded, workspace)
  }

  /// features (clips, C): the mean of the normed tokens, nothing masked. For use of a pre-trained encoder as it is.
  package func features(
    _ video: UnsafePointer<Float>, clips: Int, into features: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let width = configuration.embedDim
    let count = configuration.tokens
    let x = try workspace.buffer("stage0", clips * count * width)  // (clips, tokens, C)
    x.update(from: try embed(video, clips: clips, workspace), count: clips * count * width)
    let encoded = try workspace.buffer("encoded", clips * count * width)  // (clips, tokens, C)
    try sumStages(x, clips: clips, places: configuration.places, lastContext: nil, into: encoded, workspace)
    for clip in 0..<clips {
      KernelTable.best.meanOfRows(encoded + clip * count * width, width, count, width, features + clip * width)
    }
  }

  /// predicted (clips, masked, patchWidth): pixels of the masked tokens, ascending, normalised per token and channel
  /// as in training; order within a token: time, row, column, channel.
  package func predict(
    _ video: UnsafePointer<Float>, _ mask: TubeMask, into predicted: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let clips = mask.visible.count
    let visibleCount = configuration.slices * mask.visiblePlaces
    let encoded = try workspace.buffer("encoded", clips * visibleCount * configuration.embedDim)  // (clips, visible, C)
    try encode(video, mask, into: encoded, workspace)
    try decoder.forward(encoded, mask, projection: toDecoder, maskToken: maskToken, into: predicted, workspace)
  }

  private func embed(_ video: UnsafePointer<Float>, clips: Int, _ workspace: Workspace) throws(SVFAPError) -> UnsafeMutablePointer<Float> {
    let all = try workspace.buffer("patches.all", clips * configuration.tokens * configuration.embedDim)  // (clips, tokens, C)
    try encoder.embedding.forward(video, clips: clips, all, position: encoder.position.pointer, workspace)
    return all
  }

  private func sumStages(
    _ x: UnsafeMutablePointer<Float>, clips: Int, places: Int, lastContext: (UnsafePointer<Float>, tokens: Int)?,
    into sum: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let width = configuration.embedDim
    let count = configuration.slices * places
    sum.update(repeating: 0, count: clips * count * width)
    try encoder.forward(x, clips: clips, places: places, lastContext: lastContext, workspace) { (output) throws(SVFAPError) in
      for clip in 0..<clips {
        let source = output.tokens + clip * output.slices * places * width
        let target = sum + clip * count * width
        for row in 0..<count {
          guard let from = sourceRow(row, output, places: places) else { continue }
          for channel in 0..<width { target[row * width + channel] += source[from * width + channel] }
        }
      }
    }
    encoderNorm.forward(sum, width, sum, width, rows: clips * count)
  }

  /// Which token of a stage is added at place `row` of the sum.
  ///
  /// `paper`: the token of the same place in the slice that covers this time (nearest neighbour in time; slices that a
  /// stage dropped get nothing). `published`: the released code splits the tokens as if the stage had as many slices
  /// as the one before, so half of the places are mixed up (published a.9, flag 2).
  private func sourceRow(_ row: Int, _ output: Encoder.StageOutput, places: Int) -> Int? {
    let kernel = configuration.temporalKernelSize
    var repeats = 1
    for _ in 0..<output.stage { repeats *= kernel }
    switch configuration.pretrainingVariant {
    case .paper:
      let slice = row / places / repeats
      return slice < output.slices ? slice * places + row % places : nil
    case .published:
      let groups = output.stage == 0 ? output.slices : output.slices * kernel
      let groupSize = output.slices * places / groups
      let group = row / (groupSize * repeats)
      return group < groups ? group * groupSize + row % groupSize : nil
    }
  }
}
