import Base
import Glibc
import Networks
import TestSupport
import Testing

/// Mean, deviation and largest absolute value of some numbers.
private struct Spread {
  var mean = 0.0
  var deviation = 0.0
  var largest = 0.0

  init(_ values: [Double]) {
    mean = values.reduce(0, +) / Double(values.count)
    deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    largest = values.reduce(0) { max($0, abs($1)) }
  }
}

@Suite("Untrained models start as published")
struct InitializationTests {
  static let shape = Shape(
    "initialisation",
    ["embed_dim": 64, "num_heads": 4, "mlp_ratio": 4, "patch_size": 8, "bottleneck_hidden_dim": 32, "layer_scale_init": 0.25])

  private func initialized(_ shape: Shape, seed: UInt64 = 0) throws -> Weights {
    let weights = try Weights(shape.configuration()) { _, count in [Float](repeating: .nan, count: count) }
    try weights.parameters.initialize(seed: seed)
    return weights
  }

  private func spread(_ weights: Weights, _ name: String) throws -> Spread {
    let values = weights.values(name)
    try #require(!values.isEmpty, "\(name)")
    return Spread(values)
  }

  /// A uniform number in ± bound has deviation bound / sqrt(3).
  private func expectUniform(_ spread: Spread, bound: Double, _ name: String) {
    #expect(spread.largest <= bound * 1.000001 && spread.largest > bound * 0.97, "\(name)")
    #expect(abs(spread.deviation / (bound / 3.0.squareRoot()) - 1) < 0.05, "\(name)")
    #expect(abs(spread.mean) < bound * 0.1, "\(name)")
  }

  @Test("norms are 1 and 0, biases 0, layer scale what the configuration says", arguments: [false, true])
  func constants(isPretraining: Bool) throws {
    let weights = try initialized(isPretraining ? Self.shape.pretraining("paper") : Self.shape)
    for declaration in weights.parameters.declarations {
      let values = weights.values(declaration.name)
      #expect(values.allSatisfy { $0.isFinite }, "\(declaration.name) was forgotten")
      guard declaration.shape.count == 1, !declaration.name.contains("patch_embed"), !declaration.name.contains("temporal") else {
        continue
      }
      let isNormWeight = declaration.name.contains("norm") && declaration.name.hasSuffix("weight")
      let expected = isNormWeight ? 1.0 : declaration.name.contains("gamma") ? 0.25 : 0
      #expect(values.allSatisfy { $0 == expected }, "\(declaration.name)")
    }
  }

  @Test("fine-tuning from scratch: linear weights normal with deviation 0.02")
  func fineTuning() throws {
    let weights = try initialized(Self.shape)
    for name in [
      "blocks.0.attn.qkv.weight", "blocks.1.cross_attn.kv.weight", "blocks.2.mlp.fc1.weight", "spatial_downsamples.0.mlp.fc1.weight",
    ] {
      let spread = try spread(weights, name)
      #expect(abs(spread.deviation / 0.02 - 1) < 0.05, "\(name)")
      #expect(abs(spread.mean) < 0.002, "\(name)")
      #expect(spread.largest > 0.05 && spread.largest < 0.12, "\(name): not truncated at 2 deviations")
    }
  }

  @Test("pre-training: linear weights Xavier-uniform on the stored matrix, the projection as PyTorch starts it")
  func pretraining() throws {
    let weights = try initialized(Self.shape.pretraining("paper", decoder: ["embed_dim": 48, "depth": 1, "num_heads": 2]))
    let sides = [
      ("encoder.blocks.0.attn.qkv.weight", 64 + 192), ("encoder.blocks.1.cross_attn.kv.weight", 64 + 128),
      ("encoder.blocks.1.cross_attn.q.weight", 64 + 64), ("encoder.blocks.2.mlp.fc2.weight", 256 + 64),
      ("encoder.spatial_downsamples.1.mlp.fc1.weight", 64 + 32), ("decoder.blocks.0.attn.qkv.weight", 48 + 144),
      ("decoder.head.weight", 48 + 3 * 2 * 64),
    ]
    for (name, sum) in sides { expectUniform(try spread(weights, name), bound: (6 / Double(sum)).squareRoot(), name) }
    expectUniform(try spread(weights, "encoder_to_decoder.weight"), bound: 1 / 64.0.squareRoot(), "encoder_to_decoder")
  }

  @Test("convolutions uniform with 1 / sqrt(fan in), their biases too", arguments: [false, true])
  func convolutions(isPretraining: Bool) throws {
    let weights = try initialized(isPretraining ? Self.shape.pretraining("paper") : Self.shape)
    let prefix = isPretraining ? "encoder." : ""
    for (name, fan) in [("patch_embed.proj", 3 * 2 * 64), ("temporal_downsamples.0", 64 * 2), ("temporal_downsamples.1", 64 * 2)] {
      let bound = 1 / Double(fan).squareRoot()
      expectUniform(try spread(weights, "\(prefix)\(name).weight"), bound: bound, name)
      let bias = try spread(weights, "\(prefix)\(name).bias")
      #expect(bias.largest <= bound * 1.000001 && bias.largest > bound * 0.7, "\(name)")
    }
  }

  @Test("the mask token: normal with 0.02, drawn again beyond one deviation")
  func maskToken() throws {
    let weights = try initialized(Self.shape.pretraining("paper", decoder: ["embed_dim": 1024, "depth": 1, "num_heads": 2]))
    let spread = try spread(weights, "mask_token")
    #expect(spread.largest <= 0.02 && spread.largest > 0.0195)
    #expect(abs(spread.deviation - 0.0108) < 0.0006)
  }

  @Test("the same seed gives the same model, another seed another one")
  func seeds() throws {
    let first = try initialized(Self.shape, seed: 5)
    let again = try initialized(Self.shape, seed: 5)
    let other = try initialized(Self.shape, seed: 6)
    for declaration in first.parameters.declarations {
      #expect(first.values(declaration.name) == again.values(declaration.name))
      if case .constant = declaration.initializer { continue }
      #expect(first.values(declaration.name) != other.values(declaration.name), "\(declaration.name)")
    }
    #expect(first.values("blocks.0.attn.qkv.weight") != first.values("blocks.1.attn.qkv.weight"), "no two tensors are alike")
  }
}
