import Base
import Layers
import Networks
import TestSupport
import Testing

@Suite("Any shape equals an independent statement of the network")
struct ReferenceTests {
  @Test("features and last tokens of fine-tuning models", arguments: shapes, [1, 3])
  func features(shape: Shape, clips: Int) throws {
    let configuration = try shape.configuration()
    let weights = try Weights(seeded: configuration)
    let network = try AffectNetwork(configuration, weights.parameters)
    let workspace = Workspace(pool: try ThreadPool(threads: 2))
    let video = video(configuration, clips: clips)
    let width = configuration.embedDim
    var features = [Float](repeating: 0, count: clips * width)
    try network.features(video, clips: clips, into: &features, workspace)
    let reference = weights.reference(shape.sizes)
    for index in 0..<clips {
      let expected = reference.features(clip(index, of: video, configuration)).map { Float($0) }
      #expect(relativeError(Array(features[index * width..<(index + 1) * width]), expected) < 2e-5)
    }
    try network.withTokens(video, clips: clips, workspace) { tokens in
      for index in 0..<clips {
        let expected = reference.tokens(clip(index, of: video, configuration)).values.map { Float($0) }
        #expect(expected.count == network.tokenCount * width)
        let found = Array(UnsafeBufferPointer(start: tokens + index * expected.count, count: expected.count))
        #expect(relativeError(found, expected) < 2e-5)
      }
    }
  }

  /// Sizes, reading and mask ratio of pre-training models. The released code's reading exists only where its parts fit.
  static func pretrainings(_ shapes: [Shape]) -> [MaskedShape] {
    var cases: [MaskedShape] = []
    for (index, shape) in shapes.enumerated() where shape.sizes.places > 1 {
      cases.append(MaskedShape(shape: shape.pretraining("paper"), ratio: [0.25, 0.5, 0.75, 0.9][index % 4]))
      let sizes = shape.sizes
      let kernels = (0..<sizes.depths.count - 1).reduce(1) { product, _ in product * sizes.kernel }
      let visible = sizes.places - Int(0.625 * Double(sizes.places))
      let fits = sizes.depths.count == 1 || visible % sizes.kernel == 0 && sizes.slices % kernels == 0
      if fits { cases.append(MaskedShape(shape: shape.pretraining("published"), ratio: 0.625)) }
    }
    return cases
  }

  @Test("encoder, prediction and loss of pre-training models in both readings", arguments: pretrainings(shapes), [1, 2])
  func pretraining(of masked: MaskedShape, clips: Int) throws {
    let (shape, ratio) = (masked.shape, masked.ratio)
    let configuration = try shape.configuration()
    let weights = try Weights(seeded: configuration)
    let network = try MaskedAutoencoder(configuration, weights.parameters)
    let workspace = Workspace(pool: try ThreadPool(threads: 2))
    let video = video(configuration, clips: clips)
    let hidden = try TubeMask.random(ratio: ratio, clips: clips, seed: 3, configuration)
    let mask = try TubeMask(hidden, clips: clips, configuration)
    let reference = weights.reference(shape.sizes)
    let visibleCount = mask.visible[0].count * configuration.embedDim
    let maskedCount = mask.masked[0].count * configuration.patchWidth
    var encoded = [Float](repeating: 0, count: clips * visibleCount)
    try network.encode(video, mask, into: &encoded, workspace)
    var predicted = [Float](repeating: 0, count: clips * maskedCount)
    try network.predict(video, mask, into: &predicted, workspace)
    var loss = 0.0
    var slopes: [Double] = []
    for index in 0..<clips {
      let pixels = clip(index, of: video, configuration)
      let tokens = Array(hidden[index * configuration.tokens..<(index + 1) * configuration.tokens])
      let encoding = reference.encode(pixels, mask: tokens).values
      #expect(relativeError(Array(encoded[index * visibleCount..<(index + 1) * visibleCount]), encoding.map { Float($0) }) < 2e-5)
      let prediction = reference.predict(pixels, mask: tokens).values
      #expect(relativeError(Array(predicted[index * maskedCount..<(index + 1) * maskedCount]), prediction.map { Float($0) }) < 2e-5)
      let target = reference.target(pixels, mask: tokens, mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.3, 0.25]).values
      slopes += zip(prediction, target).map { 2 * ($0 - $1) / Double(clips * maskedCount) }
      loss += zip(prediction, target).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(clips * maskedCount)
    }
    let target = PixelTarget(configuration, mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.3, 0.25])
    #expect(abs(try target.lossAndGradient(&predicted, video, mask, workspace) - loss) < 2e-5 * loss)
    #expect(relativeError(predicted, slopes.map { Float($0) }) < 2e-5, "the loss leaves its gradient in place of the prediction")
  }

  @Test("features of a pre-trained encoder are the mean of its encoding with nothing hidden", arguments: ["paper", "published"])
  func pretrainedFeatures(variant: String) throws {
    let shape = Shape("", [:]).pretraining(variant)
    let configuration = try shape.configuration()
    let weights = try Weights(seeded: configuration)
    let video = video(configuration, clips: 2)
    var features = [Float](repeating: 0, count: 2 * configuration.embedDim)
    let workspace = Workspace(pool: try ThreadPool(threads: 2))
    try MaskedAutoencoder(configuration, weights.parameters).features(video, clips: 2, into: &features, workspace)
    let nothing = [Bool](repeating: false, count: configuration.tokens)
    let expected = (0..<2).flatMap {
      weights.reference(shape.sizes).encode(clip($0, of: video, configuration), mask: nothing).meanRow.values
    }
    #expect(relativeError(features, expected.map { Float($0) }) < 2e-5)
  }

  @Test("in the published reading hidden pixels reach the encoder, in the paper's they do not", arguments: ["paper", "published"])
  func leak(variant: String) throws {
    let configuration = try Shape("", [:]).pretraining(variant).configuration()
    let network = try MaskedAutoencoder(configuration, try Weights(seeded: configuration).parameters)
    let workspace = Workspace(pool: try ThreadPool(threads: 1))
    let mask = try TubeMask(try TubeMask.random(ratio: 0.5, clips: 1, seed: 1, configuration), clips: 1, configuration)
    var video = video(configuration, clips: 1)
    var before = [Float](repeating: 0, count: mask.visible[0].count * configuration.embedDim)
    try network.encode(video, mask, into: &before, workspace)
    // The first pixel of a hidden token of the first slice.
    let place = mask.masked[0][0]
    video[place / 4 * 4 * 16 + place % 4 * 4] += 1
    var after = before
    try network.encode(video, mask, into: &after, workspace)
    #expect((before == after) == (variant == "paper"))
  }
}
