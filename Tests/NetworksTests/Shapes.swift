import Base
import GoldenSupport
import Networks
import TestSupport
import Testing

/// A model of unusual sizes: what is left out is as here.
struct Shape: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let json: JSONValue

  init(_ description: String, _ changes: JSONObject) {
    testDescription = description
    var members: JSONObject = [
      "architecture": "tpsbt", "image_size": 16, "patch_size": 4, "tubelet_size": 2, "num_frames": 16, "in_channels": 3, "embed_dim": 12,
      "num_heads": 3, "mlp_ratio": 2.0, "stage_depths": [1, 2, 2], "temporal_kernel_size": 2, "num_bottleneck_tokens": [2, 3],
      "bottleneck_hidden_dim": 5, "layer_scale_init": 0.0, "layer_norm_eps": 1e-6,
    ]
    for (key, value) in changes.members { members[key] = value }
    json = .object(members)
  }

  /// The same sizes as a pre-training model.
  func pretraining(_ variant: String, decoder: JSONValue = ["embed_dim": 10, "depth": 2, "num_heads": 2]) -> Shape {
    var members = json.objectValue ?? [:]
    members["decoder"] = decoder
    members["pretraining_variant"] = .string(variant)
    return Shape("\(testDescription), \(variant)", members)
  }

  func configuration() throws -> ModelConfiguration { try ModelConfiguration(json: json) }
  var sizes: ReferenceSizes { ReferenceSizes(json) }
}

/// A pre-training model and the share of places that is hidden from it.
struct MaskedShape: CustomTestStringConvertible, Sendable {
  let shape: Shape
  let ratio: Double
  var testDescription: String { "\(shape.testDescription), \(ratio) hidden" }
}

/// Sizes that the goldens do not have.
let shapes: [Shape] = [
  Shape("one stage", ["stage_depths": [3], "num_bottleneck_tokens": []]),
  Shape(
    "two stages, every frame its own slice", ["stage_depths": [2, 2], "num_bottleneck_tokens": [3], "tubelet_size": 1, "num_frames": 8]),
  Shape("three stages, layer scale, bottleneck counts that differ", ["num_bottleneck_tokens": [5, 1], "layer_scale_init": 0.3]),
  Shape("four stages", ["stage_depths": [1, 1, 2, 1], "num_bottleneck_tokens": [2, 1, 4], "tubelet_size": 1]),
  Shape("stages of one block: the only one is the last", ["stage_depths": [1, 1, 1]]),
  Shape("odd slice counts: 7, 3, 1", ["num_frames": 14]),
  Shape("12 frames: 6, 3, 1 slices", ["num_frames": 12]),
  Shape("temporal kernel 3: 9, 3, 1 slices", ["temporal_kernel_size": 3, "num_frames": 18]),
  Shape("temporal kernel 3 with a rest: 8, 2 slices", ["temporal_kernel_size": 3, "stage_depths": [1, 2], "num_bottleneck_tokens": [2]]),
  Shape("temporal kernel 1: nothing is joined", ["temporal_kernel_size": 1, "num_frames": 4]),
  Shape("tubelets of 4 in 32 frames", ["tubelet_size": 4, "num_frames": 32]),
  Shape("8 frames", ["num_frames": 8]),
  Shape("one place a slice, heads of width 1", ["image_size": 8, "patch_size": 8, "num_heads": 12]),
  Shape("width 23, one head, odd hidden widths", ["embed_dim": 23, "num_heads": 1, "mlp_ratio": 1.7, "bottleneck_hidden_dim": 19]),
  Shape("more bottleneck tokens than places", ["image_size": 8, "num_bottleneck_tokens": [7, 6]]),
  Shape("another epsilon", ["layer_norm_eps": 0.01]),
  Shape("288 tokens: more than one block of rows", ["image_size": 24, "stage_depths": [1, 1], "num_bottleneck_tokens": [4]]),
]

/// Parameters that both the library and the reference read.
struct Weights {
  let parameters: ModelParameters

  /// - Parameter value: number `index` of a parameter.
  init(_ configuration: ModelConfiguration, extra: [ParameterDeclaration] = [], _ values: (ParameterDeclaration, Int) -> [Float]) throws {
    parameters = try ModelParameters(configuration.declarations + extra)
    for (index, declaration) in parameters.declarations.enumerated() {
      let count = parameters.count(at: index)
      parameters.pointer(at: index).update(from: values(declaration, count), count: count)
    }
  }

  /// Parameters made from their names, as the goldens' README says.
  init(seeded configuration: ModelConfiguration) throws { parameters = try seededParameters(configuration) }

  /// All numbers of a parameter; none if it was not declared.
  func values(_ name: String) -> [Double] {
    guard let index = parameters.index(of: name) else { return [] }
    return (0..<parameters.count(at: index)).map { Double(parameters.pointer(at: index)[$0]) }
  }

  /// All parameters by name, as they are now.
  var copies: [String: [Double]] {
    Dictionary(uniqueKeysWithValues: parameters.declarations.map { ($0.name, values($0.name)) })
  }

  /// The reference with these weights.
  func reference(_ sizes: ReferenceSizes) -> ReferenceNetwork {
    let copies = copies
    return ReferenceNetwork(sizes) { copies[$0] ?? [] }
  }
}

/// A normalised video of `clips` clips.
func video(_ configuration: ModelConfiguration, clips: Int) -> [Float] {
  stream("video", seed: 7, count: clips * configuration.clipCount).map { 2 * $0 }
}

/// Clip `index` of a video in double precision.
func clip(_ index: Int, of video: [Float], _ configuration: ModelConfiguration) -> [Double] {
  video[index * configuration.clipCount..<(index + 1) * configuration.clipCount].map { Double($0) }
}
