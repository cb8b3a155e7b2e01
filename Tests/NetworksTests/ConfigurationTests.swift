import Base
import Networks
import TestSupport
import Testing

@Suite("Model configurations")
struct ConfigurationTests {
  @Test("written and read again they are the same", arguments: shapes)
  func roundTrip(shape: Shape) throws {
    for json in [shape.json, shape.pretraining("paper").json] {
      let configuration = try ModelConfiguration(json: json)
      #expect(try ModelConfiguration(json: configuration.json) == configuration)
      #expect(try ModelConfiguration(json: JSONValue(parsing: configuration.json.text(pretty: true))) == configuration)
    }
  }

  @Test("a head is kept as it is")
  func head() throws {
    let configuration = try ModelConfiguration(json: ["head": ["name": "classification", "config": ["labels": ["a", "b"], "x": 1]]])
    #expect(configuration.head?.name == "classification")
    #expect(configuration.json["head"] == ["name": "classification", "config": ["labels": ["a", "b"], "x": 1]])
    #expect(try ModelConfiguration(json: ["head": ["name": "x"]]).head?.config == [:])
  }

  @Test("what is left out is the base size")
  func defaults() throws {
    let base = try ModelConfiguration(json: [:])
    #expect(base == ModelConfiguration())
    #expect(base.slices == 8 && base.places == 100 && base.tokens == 800 && base.patchWidth == 1536 && base.mlpHiddenDim == 2048)
    #expect((0..<3).map { base.slices(stage: $0) } == [8, 4, 2])
    #expect((0..<3).map { base.joined(stage: $0) } == [1, 2, 4])
    #expect(base.clipShape == [3, 16, 160, 160] && base.clipCount == 1_228_800)
    #expect(!base.isPretraining)
    let decoder = try ModelConfiguration(json: ["decoder": [:]]).decoder
    #expect(decoder == ModelConfiguration.decoder(preset: "base"))
    #expect(decoder?.embedDim == 384 && decoder?.depth == 4 && decoder?.numHeads == 6)
  }

  @Test(
    "a member that does not fit is named",
    arguments: [
      (["image_size": 30], "/image_size"), (["image_size": 0], "/image_size"), (["image_size": 4096, "patch_size": 1], "/image_size"),
      (["num_frames": 15], "/num_frames"), (["num_frames": 6], "/num_frames"), (["num_heads": 5], "/num_heads"),
      (["embed_dim": 0], "/embed_dim"),
      (["embed_dim": 8193], "/embed_dim"), (["stage_depths": []], "/stage_depths"), (["stage_depths": [1, 0]], "/stage_depths/1"),
      (["stage_depths": "deep"], "/stage_depths"), (["stage_depths": [1, 1]], "/num_bottleneck_tokens"),
      (["num_bottleneck_tokens": [8]], "/num_bottleneck_tokens"), (["num_bottleneck_tokens": [8, 0]], "/num_bottleneck_tokens/1"),
      (["mlp_ratio": 0], "/mlp_ratio"), (["embed_dim": 8, "mlp_ratio": 0.1], "/mlp_ratio"), (["layer_norm_eps": 0], "/layer_norm_eps"),
      (["layer_scale_init": -1], "/layer_scale_init"), (["in_channels": 1], "/in_channels"), (["architecture": "vit"], "/architecture"),
      (["temporal_kernel_size": 0], "/temporal_kernel_size"), (["pretraining_variant": "mine"], "/pretraining_variant"),
      (["decoder": ["embed_dim": 10, "num_heads": 3]], "/decoder/num_heads"), (["decoder": ["width": 3]], "/decoder/width"),
      (["decoder": 3], "/decoder"), (["mlp_ratio": 0.5, "decoder": ["embed_dim": 1, "num_heads": 1]], "/mlp_ratio"),
      (["decoder": [:], "head": ["name": "x"]], "/head"), (["head": [:]], "/head/name"), (["head": ["name": "x", "y": 1]], "/head/y"),
      (["embed_dims": 3], "/embed_dims"), (["embed_dim": 8192, "num_heads": 8, "stage_depths": [128, 128, 128]], "/embed_dim"),
      (["image_size": 4096, "patch_size": 256, "num_frames": 1024, "tubelet_size": 64], "/image_size"),
      (["num_frames": 12, "decoder": [:], "pretraining_variant": "published"], "/num_frames"),
      (["stage_depths": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]], "/stage_depths"),
    ] as [(JSONValue, String)])
  func faults(json: JSONValue, place: String) throws {
    let error = try #require(failure { try ModelConfiguration(json: json) })
    #expect(error.code == .config)
    #expect(error.detail["where"] == place, "\(error.message)")
  }

  @Test("a misspelt key gets the nearest known one")
  func suggestion() {
    #expect(failure { try ModelConfiguration(json: ["embed_dims": 3]) }?.message.contains("did you mean \"embed_dim\"?") == true)
    #expect(failure { try ModelConfiguration(json: [1]) }?.code == .config)
  }

  @Test("random sizes are either refused or make a network of which every number can be counted")
  func random() {
    let random = CounterRandom(seed: 2, stream: "sizes")
    var accepted = 0
    for round in 0..<3000 {
      var index = UInt64(round) * 32
      func pick(_ choices: [Int64]) -> JSONValue {
        index += 1
        return .integer(choices[random.integer(index, below: choices.count)])
      }
      let stages = random.integer(index, below: 5)
      let json: JSONValue = [
        "image_size": pick([1, 7, 16, 160, 4096]), "patch_size": pick([1, 7, 16, 256]), "tubelet_size": pick([1, 2, 3, 64]),
        "num_frames": pick([1, 2, 16, 63, 1024]), "embed_dim": pick([1, 12, 512, 8192]), "num_heads": pick([1, 3, 8, 256]),
        "mlp_ratio": pick([1, 4, 64]), "stage_depths": .array((0..<stages).map { _ in pick([1, 2, 128]) }),
        "num_bottleneck_tokens": .array((1..<max(stages, 1)).map { _ in pick([1, 8, 4096]) }), "temporal_kernel_size": pick([1, 2, 3, 64]),
        "bottleneck_hidden_dim": pick([1, 128, 8192]), "decoder": ["embed_dim": pick([1, 384, 8192]), "num_heads": pick([1, 6])],
        "pretraining_variant": round % 2 == 0 ? "paper" : "published",
      ]
      guard let configuration = try? ModelConfiguration(json: json) else { continue }
      accepted += 1
      #expect(configuration.declarations.allSatisfy { (elementCount($0.shape) ?? 0) > 0 })
      #expect(configuration.tokens >= 1 && configuration.slices(stage: configuration.stageDepths.count - 1) >= 1)
    }
    #expect(accepted > 50)
  }
}
