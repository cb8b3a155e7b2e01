import Base
import Networks
import TestSupport
import Testing

@testable import Jobs

/// Reads the architecture of a model from its shapes alone.
private func read(
  _ shapes: [String: [Int]], options: JSONValue = [:], arguments: JSONValue = [:]
) throws(SVFAPError) -> (configuration: ModelConfiguration, sources: JSONObject) {
  var reader = ArchitectureReader(shapes: shapes, hints: ArchitectureHints(options: options) { arguments[$0] })
  return (try reader.configuration(), reader.sources)
}

private func shapes(_ configuration: ModelConfiguration) -> [String: [Int]] {
  var shapes = Dictionary(uniqueKeysWithValues: configuration.declarations.map { ($0.name, $0.shape) })
  if !configuration.isPretraining {
    shapes["head.weight"] = [7, configuration.embedDim]
    shapes["head.bias"] = [7]
  }
  return shapes
}

@Suite("The architecture is seen in names and shapes")
struct ArchitectureReaderTests {
  private static func make(_ change: (inout ModelConfiguration) -> Void) -> ModelConfiguration {
    var configuration = ModelConfiguration()
    change(&configuration)
    return configuration
  }

  /// Models whose sizes follow from the published rules.
  static let published: [ModelConfiguration] = [
    ModelConfiguration(), ModelConfiguration.preset("small") ?? ModelConfiguration(),
    make { $0.decoder = ModelConfiguration.decoder(preset: "base") },
    // The released pre-training factory.
    make { ($0.embedDim, $0.numHeads, $0.decoder) = (768, 12, ModelConfiguration.decoder(preset: "base")) },
    make { ($0.stageDepths, $0.numBottleneckTokens) = ([4], []) },
    make { ($0.stageDepths, $0.numBottleneckTokens) = ([5, 3], [4]) },
    make { ($0.stageDepths, $0.numBottleneckTokens) = ([2, 1, 1, 1], [4, 8, 16]) },
    make { ($0.mlpRatio, $0.bottleneckHiddenDim, $0.patchSize, $0.tubeletSize) = (2.5, 96, 8, 4) },
    make { $0.layerScaleInit = 0.1 },
    make { ($0.temporalKernelSize, $0.stageDepths, $0.numBottleneckTokens) = (3, [12, 6], [8]) },
  ]

  @Test("published sizes need no hints", arguments: published)
  func plain(configuration: ModelConfiguration) throws {
    let found = try read(shapes(configuration))
    #expect(found.configuration == configuration)
  }

  @Test("an MLP whose width is no round multiple", arguments: [(24, 65), (64, 171), (512, 1365), (96, 100)])
  func ratios(width: Int, hidden: Int) throws {
    var all = shapes(Self.make { ($0.embedDim, $0.numHeads) = (width, 1) })
    for (name, shape) in all where name.contains("mlp.fc1") && name.hasPrefix("blocks") { all[name] = [hidden] + shape.dropFirst() }
    #expect(try read(all, options: ["num_heads": 1]).configuration.mlpHiddenDim == hidden)
  }

  @Test("what is not visible comes from the caller, else from the checkpoint's arguments, else from the published sizes; each is told")
  func sources() throws {
    let all = shapes(ModelConfiguration())
    let plain = try read(all)
    #expect(plain.sources["stage_depths"] == "those of the published size \"base\"")
    #expect(plain.sources["num_heads"] == "64 channels a head, as published")
    #expect(plain.sources["image_size"] == "the published value")
    let arguments: JSONValue = ["stage_depths": [12, 5, 4], "input_size": 192, "num_frames": 32]
    let argued = try read(all, arguments: arguments)
    #expect(
      argued.configuration.stageDepths == [12, 5, 4] && argued.configuration.imageSize == 192 && argued.configuration.numFrames == 32)
    #expect(argued.sources["stage_depths"] == "the checkpoint's args.stage_depths")
    #expect(argued.sources["image_size"] == "the checkpoint's args.input_size")
    let given = try read(
      all, options: ["stage_depths": [12, 7, 2], "image_size": 96, "num_frames": 8, "num_heads": 4], arguments: arguments)
    #expect(given.configuration.stageDepths == [12, 7, 2] && given.configuration.imageSize == 96)
    #expect(given.configuration.numFrames == 8 && given.configuration.numHeads == 4)
    #expect(given.sources.keys.sorted() == ["image_size", "num_frames", "num_heads", "stage_depths"])
    #expect(given.sources.members.allSatisfy { $0.value == "given" })
    // Arguments that cannot be those of these tensors are passed over.
    let foreign = try read(all, arguments: ["stage_depths": [8, 4, 2], "input_size": 150, "num_frames": "many"])
    #expect(foreign.configuration == ModelConfiguration())
    #expect(foreign.sources["image_size"] == "the published value")
  }

  @Test("stage boundaries that nothing tells must be given, with choices")
  func unknownDepths() throws {
    let all = shapes(Self.make { $0.stageDepths = [2, 2, 2] })
    let error = try #require(failure { try read(all) })
    #expect(error.code == .config && error.detail["where"] == "/stage_depths")
    #expect(error.message.contains("2,3,1 or 2,2,2 or 2,1,3"), "\(error.message)")
    for wrong in [[2, 2], [3, 2, 1], [2, 4, 0], [2, 2, 3], [1, 3, 2], [2, 2, 1, 1]] {
      let options: JSONValue = ["stage_depths": .array(wrong.map { .integer(Int64($0)) })]
      #expect(
        failure { try read(all, options: options) }?.message.contains("3 numbers, the first of them 2, that add up to the 6 blocks") == true
      )
    }
    #expect(try read(all, options: ["stage_depths": [2, 2, 2]]).configuration.stageDepths == [2, 2, 2])
  }

  @Test("heads that no rule tells must be given")
  func unknownHeads() throws {
    let all = shapes(Self.make { ($0.embedDim, $0.numHeads, $0.decoder) = (96, 3, ModelConfiguration.decoder(preset: "base")) })
    #expect(failure { try read(all) }?.detail["where"] == "/num_heads")
    #expect(failure { try read(all, options: ["num_heads": 5]) }?.message.contains("a divisor of embed_dim (96)") == true)
    #expect(try read(all, options: ["num_heads": 3]).configuration.decoder?.numHeads == 6)
  }

  /// What is done to the shapes of a good model, and a part of the message that refuses it.
  static let refused: [(String, @Sendable (inout [String: [Int]]) -> Void)] = [
    ("not the tensors of an SVFAP model", { $0["patch_embed.proj.weight"] = nil }),
    ("not the tensors of an SVFAP model", { $0 = ["conv1.weight": [64, 3, 7, 7], "fc.bias": [1000]] }),
    ("expected 5 dimensions", { $0["patch_embed.proj.weight"] = [512, 1536] }),
    ("expected 5 dimensions", { $0["patch_embed.proj.weight"] = [512, 3, 2, 0, 0] }),
    ("not square", { $0["patch_embed.proj.weight"] = [512, 3, 2, 16, 8] }),
    ("/in_channels", { $0["patch_embed.proj.weight"] = [512, 1, 2, 16, 16] }),
    ("/embed_dim", { $0["patch_embed.proj.weight"] = [1 << 20, 3, 2, 16, 16] }),
    ("expected 5 dimensions", { $0["patch_embed.proj.weight"] = [1 << 40, 3, 2, 16, 16] }),
    ("blocks.0.mlp.fc1.weight: this tensor is missing", { $0["blocks.0.mlp.fc1.weight"] = nil }),
    ("expected 2 dimensions", { $0["blocks.0.mlp.fc1.weight"] = [1 << 62, 1] }),
    ("blocks.7: this block is missing, blocks.20 is there", { all in all = all.filter { !$0.key.hasPrefix("blocks.7.") } }),
    ("blocks.21: this block is missing", { $0["blocks.99.norm1.weight"] = [512] }),
    ("do not make up the stages", { all in all = all.filter { !$0.key.contains("cross_attn") } }),
    ("do not make up the stages", { all in all = all.filter { !$0.key.hasPrefix("temporal") } }),
    ("spatial_downsamples.1.mlp.fc2.weight: this tensor is missing", { $0["spatial_downsamples.1.mlp.fc2.weight"] = nil }),
    ("at most 16 are built", { for index in 2..<40 { $0["temporal_downsamples.\(index).weight"] = [512, 512, 2] } }),
    ("/temporal_kernel_size", { $0["temporal_downsamples.0.weight"] = [512, 512, 500] }),
    ("learned positions", { $0["pos_embed"] = [1, 800, 512] }),
    ("class token", { $0["cls_token"] = [1, 1, 512] }),
    (
      "--use_cls",
      {
        $0["fc_norm.weight"] = nil; $0["norm.weight"] = [512]
      }
    ),
  ]

  @Test("what is no model of this kind is refused with its reason", arguments: refused.indices)
  func others(index: Int) throws {
    let (reason, change) = Self.refused[index]
    var all = shapes(ModelConfiguration())
    change(&all)
    let error = try #require(failure { try read(all) })
    #expect(error.message.contains(reason), "\(error.message)")
  }
}

@Suite("Published names are found behind other programs' prefixes")
struct PublishedNamesTests {
  @Test("prefixes that all names have, and backbone")
  func prefixes() throws {
    #expect(try PublishedNames.find(["a.b", "module.c"]) == ["a.b": "a.b", "module.c": "module.c"])
    #expect(try PublishedNames.find(["module.a", "module.module.b"]) == ["module.a": "a", "module.module.b": "module.b"])
    #expect(try PublishedNames.find(["module._orig_mod.a"]) == ["module._orig_mod.a": "a"])
    #expect(try PublishedNames.find(["_orig_mod.module.backbone.a"]) == ["_orig_mod.module.backbone.a": "a"])
    #expect(try PublishedNames.find(["backbone.a", "head.b"]) == ["backbone.a": "a", "head.b": "head.b"])
    #expect(try PublishedNames.find([]).isEmpty)
  }

  @Test("two names that become one are refused")
  func collision() {
    #expect(failure { try PublishedNames.find(["a", "backbone.a"]) }?.code == .format)
  }
}
