import Base
import Glibc
import Layers
import Networks
import TestSupport
import Testing

/// Numbers that the published code computed in double precision, for weights and a video that a formula gives: the tensor
/// whose name is number k (from 0) in ASCII order has 0.2 sin(0.37 (i + 1) + 1.3 k) at place i, and 1 more if it has one
/// dimension and its name ends in "weight".
@Suite("The published code's own numbers")
struct PublishedNumbersTests {
  static let shape = Shape(
    "published numbers",
    [
      "image_size": 32, "patch_size": 16, "embed_dim": 16, "num_heads": 2, "mlp_ratio": 4, "num_bottleneck_tokens": [2, 2],
      "bottleneck_hidden_dim": 128,
    ])
  static let head: [ParameterDeclaration] = [
    .init("head.weight", [5, 16], .constant(0), decays: true), .init("head.bias", [5], .constant(0), decays: false),
  ]
  static let decoder: JSONValue = ["embed_dim": 8, "depth": 1, "num_heads": 2]

  private func weights(_ shape: Shape, extra: [ParameterDeclaration]) throws -> Weights {
    let configuration = try shape.configuration()
    let names = (configuration.declarations + extra).map(\.name).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    return try Weights(configuration, extra: extra) { declaration, count in
      (0..<count).map { index in
        let start = declaration.shape.count == 1 && declaration.name.hasSuffix("weight") ? 1.0 : 0
        return Float(start + 0.2 * sin(0.37 * Double(index + 1) + 1.3 * Double(places[declaration.name] ?? 0)))
      }
    }
  }

  private let video: [Double] = (0..<2 * 3 * 16 * 32 * 32).map { index -> Double in
    let n = Double(index)
    return cos(0.011 * n) + 0.5 * sin(0.0007 * n)
  }
  private func clip(_ index: Int) -> [Double] { Array(video[index * video.count / 2..<(index + 1) * video.count / 2]) }

  @Test("weights and video are those of the table")
  func inputs() throws {
    let weights = try weights(Self.shape, extra: Self.head)
    #expect(weights.parameters.declarations.count == 127)
    #expect(weights.parameters.parameterCount == 51_561)
    #expect(isNear(Array(weights.values("blocks.0.attn.qkv.weight")[..<3]), [-0.180746304, -0.199476212, -0.191207951], 1e-7))
    #expect(isNear(Array(video[..<4]), [1, 1.000289501, 1.00045801, 1.000505549], 1e-9))
    #expect(isNear([video.reduce(0, +)], [86.5560639353971], 1e-9))
  }

  /// First three numbers, sum and sum of squares of each step, over both clips.
  static let steps: [(String, [Double], Double, Double)] = [
    ("patch embedding", [-0.126393532, 0.693085328, -1.855302285], -0.679749520, 4449.987769296),
    ("block 0", [-0.933686312, 0.224600523, -0.492095602], 267.233691158, 7150.775513032),
    ("temporal 0", [], -34.244111889, 261.808272528),
    ("pool 0", [1.081696425, 0.130459918, -0.916684177], -16.844857877, 124.548537902),
    ("block 1", [-4.874685185, 6.438660182, 7.642066282], 158.696048336, 11083.845120471),
    ("block 2", [1.766674903, 2.633109109, -0.675552755], 92.217866208, 3976.709833853),
    ("temporal 1", [], -77.499004582, 2112.508091033),
    ("pool 1", [2.124991168, -0.76142848, -3.272516359], -38.766156980, 1041.378914430),
    ("block 3", [1.208193551, 1.621651133, 0.564097709], -33.778359224, 1659.544308394),
    ("block 4", [2.890354474, -2.357836885, -4.065682792], -118.353781288, 2324.646672879),
  ]
  static let logits = [
    -0.707397482, -0.792269404, -0.774758126, -0.65706828, -0.454352475, -0.708388088, -0.79822533, -0.78490236, -0.670077406, -0.468529321,
  ]

  @Test("the reference that everything else is compared with, step by step")
  func referenceSteps() throws {
    let reference = try weights(Self.shape, extra: Self.head).reference(Self.shape.sizes)
    var seen: [String: [Double]] = [:]
    reference.observe = { seen[$0, default: []] += $1.values }
    let logits = (0..<2).flatMap { reference.logits(clip($0), outputs: 5) }
    for (name, first, sum, squares) in Self.steps {
      let values = seen[name] ?? []
      if !first.isEmpty { #expect(isNear(Array(values[..<3]), first, 3e-6), "\(name)") }
      #expect(isNear([values.reduce(0, +)], [sum], 1e-5), "\(name)")
      #expect(isNear([values.reduce(0) { $0 + $1 * $1 }], [squares], 1e-6), "\(name)")
    }
    #expect(isNear(logits, Self.logits, 2e-6))
    #expect(abs(crossEntropy(logits, classes: 5, truth: [1, 3]) - 1.666491967992) < 1e-6)
  }

  @Test("the library's features, through a linear head")
  func features() throws {
    let configuration = try Self.shape.configuration()
    let weights = try weights(Self.shape, extra: Self.head)
    let network = try AffectNetwork(configuration, weights.parameters)
    let workspace = Workspace(pool: try ThreadPool(threads: 2))
    var features = [Float](repeating: 0, count: 32)
    try network.features(video.map { Float($0) }, clips: 2, into: &features, workspace)
    #expect(isNear(features[..<3].map { Double($0) }, [0.690748019, -1.022798597, -1.375661492], 2e-5))
    let logits = ReferenceMatrix(rows: 2, width: 16, values: features.map { Double($0) })
      .linear(weights.values("head.weight"), weights.values("head.bias")).values
    #expect(relativeError(logits.map { Float($0) }, Self.logits.map { Float($0) }) < 2e-5)
  }

  /// What differs between the readings: encoder first three and sum, prediction first four and last three, loss.
  static let readings: [(String, [Double], Double, [Double], [Double], Double)] = [
    (
      "published", [0.536455022, -0.559923673, -0.28732446], -25.764578999, [0.013455349, -0.462121722, 0.178698322, -0.459831285],
      [-0.318859737, 0.3577802, -0.00830196], 1.220180829080
    ),
    (
      "paper", [0.225627508, -0.666102458, 0.037208078], -24.445031713, [0.013329014, -0.462104633, 0.178791041, -0.460030762],
      [-0.319068796, 0.357990431, -0.00850645], 1.220162101915
    ),
  ]

  @Test("pre-training in both readings: the reference and the library", arguments: readings)
  func pretraining(
    of numbers: (variant: String, encoded: [Double], sum: Double, first: [Double], last: [Double], loss: Double)
  ) throws {
    let shape = Self.shape.pretraining(numbers.variant, decoder: Self.decoder)
    let configuration = try shape.configuration()
    let weights = try weights(shape, extra: [])
    #expect(weights.parameters.declarations.count == 144)
    #expect(weights.parameters.parameterCount == 66_316)
    let hidden = [[1, 2], [0, 3]].flatMap { places in (0..<8 * 4).map { places.contains($0 % 4) } }
    let mask = try TubeMask(hidden, clips: 2, configuration)

    let reference = weights.reference(shape.sizes)
    let tokens = configuration.tokens
    let encoded = (0..<2).flatMap { reference.encode(clip($0), mask: Array(hidden[$0 * tokens..<($0 + 1) * tokens])).values }
    let predicted = (0..<2).flatMap { reference.predict(clip($0), mask: Array(hidden[$0 * tokens..<($0 + 1) * tokens])).values }
    #expect(isNear(Array(encoded[..<3]), numbers.encoded, 1e-5))
    #expect(isNear([encoded.reduce(0, +)], [numbers.sum], 1e-5))
    #expect(isNear(Array(predicted[..<4]), numbers.first, 1e-5))
    #expect(isNear(Array(predicted.suffix(3)), numbers.last, 1e-5))

    let network = try MaskedAutoencoder(configuration, weights.parameters)
    let workspace = Workspace(pool: try ThreadPool(threads: 2))
    let floats = video.map { Float($0) }
    var found = [Float](repeating: 0, count: encoded.count)
    try network.encode(floats, mask, into: &found, workspace)
    #expect(relativeError(found, encoded.map { Float($0) }) < 2e-5)
    var pixels = [Float](repeating: 0, count: predicted.count)
    try network.predict(floats, mask, into: &pixels, workspace)
    #expect(relativeError(pixels, predicted.map { Float($0) }) < 2e-5)

    let target = PixelTarget(configuration, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
    #expect(abs(try target.lossAndGradient(&pixels, floats, mask, workspace) - numbers.loss) < 2e-5 * numbers.loss)
    var row = [Float](repeating: 0, count: configuration.patchWidth)
    target.token(mask.masked[0][0], of: floats, into: &row)
    #expect(
      isNear(row[..<6].map { Double($0) }, [1.12705136, -0.737425047, -1.008336065, 1.124765283, -0.722146834, -1.017973443], 1e-5))
  }
}

/// Mean cross entropy of logits (clips, classes) with the true classes.
private func crossEntropy(_ logits: [Double], classes: Int, truth: [Int]) -> Double {
  var sum = 0.0
  for (index, label) in truth.enumerated() {
    let row = logits[index * classes..<(index + 1) * classes]
    sum += log(row.reduce(0) { $0 + exp($1) }) - row[row.startIndex + label]
  }
  return sum / Double(truth.count)
}

/// Whether numbers differ by no more than `tolerance` of the largest expected one.
private func isNear(_ found: [Double], _ expected: [Double], _ tolerance: Double) -> Bool {
  let largest = expected.reduce(0) { max($0, abs($1)) }
  return found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance * largest }
}
