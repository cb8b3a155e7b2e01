import Base
import Layers
import Networks
import TestSupport
import Testing

/// Derivatives of a number that the reference computes, one parameter tensor after the other, by moving it a little to and
/// fro along a direction; compared with what gradients say of the same direction.
private struct DerivativeCheck {
  let weights: Weights
  let sizes: ReferenceSizes
  let gradients: FloatBuffer

  init(_ weights: Weights, _ sizes: ReferenceSizes) throws {
    self.weights = weights
    self.sizes = sizes
    gradients = try FloatBuffer(count: weights.parameters.storage.count)
  }

  var map: GradientMap { GradientMap(parameters: weights.parameters.storage.pointer, gradients: gradients.pointer) }

  /// - Parameter value: the number, in a network.
  func run(_ value: (ReferenceNetwork) -> Double) {
    let copies = weights.copies
    var found: [(name: String, derivative: Double, expected: Double, size: Double)] = []
    for (index, declaration) in weights.parameters.declarations.enumerated() {
      let direction = stream("direction of \(declaration.name)", seed: 1, count: weights.parameters.count(at: index)).map { Double($0) }
      let terms = direction.enumerated().map { $1 * Double(gradients[weights.parameters.offsets[index] + $0]) }
      let step = 1e-5
      func moved(_ distance: Double) -> Double {
        var moving = copies
        moving[declaration.name] = zip(copies[declaration.name] ?? [], direction).map { $0 + distance * $1 }
        return value(ReferenceNetwork(sizes) { moving[$0] ?? [] })
      }
      let ahead = moved(step)
      let behind = moved(-step)
      found.append((declaration.name, terms.reduce(0, +), (ahead - behind) / (2 * step), terms.reduce(0) { $0 + abs($1) }))
    }
    let largest = found.reduce(0) { max($0, abs($1.expected)) }
    for (name, derivative, expected, size) in found {
      #expect(abs(derivative - expected) <= 1e-4 * max(size, 1e-3 * largest), "\(name): \(derivative), expected \(expected)")
    }
  }
}

@Suite("Gradients of any shape equal derivatives of an independent statement of the network")
struct DerivativeTests {
  /// The shapes with fewer places: a derivative takes two passes of the reference for every parameter tensor.
  static let smaller = shapes.map { shape in
    shape.sizes.image == 16 ? Shape(shape.testDescription, (shape.json.objectValue ?? [:]).with("image_size", 8)) : shape
  }

  /// Weights of the sum that is derived.
  private func slopes(_ count: Int) -> [Float] { stream("slopes", seed: 2, count: count) }

  private func weighted(_ values: [Double], _ slopes: ArraySlice<Float>) -> Double {
    zip(values, slopes).reduce(0) { $0 + $1.0 * Double($1.1) }
  }

  @Test("fine-tuning", arguments: smaller)
  func finetuning(shape: Shape) throws {
    try finetuning(shape, clips: shape.sizes.tokens > 100 ? 1 : 2)
  }

  private func finetuning(
    _ shape: Shape, clips: Int, tapeSetup: (AffectNetwork.Tape) -> Void = { _ in }, referenceSetup: (ReferenceNetwork) -> Void = { _ in }
  ) throws {
    let configuration = try shape.configuration()
    let weights = try Weights(seeded: configuration)
    let network = try AffectNetwork(configuration, weights.parameters)
    let workspace = Workspace(pool: try ThreadPool(threads: 2))
    let video = video(configuration, clips: clips)
    let width = configuration.embedDim
    let tape = try AffectNetwork.Tape(network, clips: clips)
    tapeSetup(tape)
    var features = [Float](repeating: 0, count: clips * width)
    try network.features(video, clips: clips, into: &features, tape: tape, workspace)
    let check = try DerivativeCheck(weights, shape.sizes)
    let slopes = slopes(clips * width)
    var used = slopes
    try network.backward(featureGradient: &used, video: video, tape: tape, trained: .all, check.map, workspace)
    let pixels = (0..<clips).map { clip($0, of: video, configuration) }
    check.run { reference in
      referenceSetup(reference)
      return (0..<clips).reduce(0) { sum, index in
        sum + weighted(reference.features(pixels[index]), slopes[index * width..<(index + 1) * width])
      }
    }
  }

  @Test("fine-tuning with branches that stochastic depth drops and scales up", arguments: [smaller[2], smaller[3]])
  func droppedPaths(shape: Shape) throws {
    let random = CounterRandom(seed: 4, stream: "paths")
    let rate = 0.6
    let blocks = shape.sizes.depths.reduce(0, +)
    var scales: [String: Double] = [:]
    for block in 0..<blocks {
      for branch in 0..<3 {
        // Block i of L drops a branch with probability rate * i / (L - 1); what is kept is divided by 1 less that.
        let probability = rate * Double(block) / Double(blocks - 1)
        scales["blocks.\(block) \(branch)"] = random.uniform(UInt64(block * 3 + branch)) < probability ? 0 : 1 / (1 - probability)
      }
    }
    #expect(scales.values.contains(0) && scales.values.contains { $0 > 1 })
    try finetuning(shape, clips: 1) { tape in
      tape.drawDroppedPaths(rate: rate) { random.uniform($0) }
    } referenceSetup: { reference in
      reference.branchScale = { scales["\($0) \($1)"] ?? 1 }
    }
  }

  @Test("pre-training in both readings", arguments: ReferenceTests.pretrainings(smaller.filter { $0.sizes.tokens < 200 }))
  func pretraining(of masked: MaskedShape) throws {
    let (shape, ratio) = (masked.shape, masked.ratio)
    let configuration = try shape.configuration()
    let weights = try Weights(seeded: configuration)
    let network = try MaskedAutoencoder(configuration, weights.parameters)
    let workspace = Workspace(pool: try ThreadPool(threads: 2))
    let video = video(configuration, clips: 1)
    let hidden = try TubeMask.random(ratio: ratio, clips: 1, seed: 3, configuration)
    let mask = try TubeMask(hidden, clips: 1, configuration)
    let tape = try MaskedAutoencoder.Tape(network, clips: 1, visiblePlaces: mask.visiblePlaces)
    let slopes = slopes(mask.masked[0].count * configuration.patchWidth)
    var predicted = [Float](repeating: 0, count: slopes.count)
    try network.predict(video, mask, into: &predicted, tape: tape, workspace)
    let check = try DerivativeCheck(weights, shape.sizes)
    try network.backward(predictedGradient: slopes, video: video, mask, tape: tape, check.map, workspace)
    let pixels = clip(0, of: video, configuration)
    check.run { weighted($0.predict(pixels, mask: hidden).values, slopes[...]) }
  }

  @Test("gradients are added to what is there, and are the same bits for any number of threads", arguments: [shapes[2], shapes[16]])
  func threads(shape: Shape) throws {
    let configuration = try shape.configuration()
    let weights = try Weights(seeded: configuration)
    let network = try AffectNetwork(configuration, weights.parameters)
    let video = video(configuration, clips: 3)

    func gradients(threads: Int, passes: Int = 1) throws -> [Float] {
      let workspace = Workspace(pool: try ThreadPool(threads: threads))
      let tape = try AffectNetwork.Tape(network, clips: 3)
      let gradients = try FloatBuffer(count: weights.parameters.storage.count)
      for _ in 0..<passes {
        var features = [Float](repeating: 0, count: 3 * configuration.embedDim)
        try network.features(video, clips: 3, into: &features, tape: tape, workspace)
        var used = slopes(features.count)
        try network.backward(
          featureGradient: &used, video: video, tape: tape, trained: .all,
          GradientMap(parameters: weights.parameters.storage.pointer, gradients: gradients.pointer), workspace)
      }
      return (0..<gradients.count).map { gradients[$0] }
    }

    let alone = try gradients(threads: 1)
    for threads in [2, 3, 8] { #expect(try gradients(threads: threads) == alone, "\(threads) threads") }
    let twice = try gradients(threads: 2, passes: 2)
    #expect(relativeError(twice, alone.map { 2 * $0 }) < 5e-6)
  }
}

extension JSONObject {
  /// The same object with another value of one member.
  fileprivate func with(_ key: String, _ value: JSONValue) -> JSONObject {
    var copy = self
    copy[key] = value
    return copy
  }
}
