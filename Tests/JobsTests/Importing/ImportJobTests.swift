import Base
import Checkpoints
import Glibc
import GoldenSupport
import Layers
import Networks
import Plugins
import TestSupport
import Testing

@testable import Jobs

/// A folder, a runtime with the heads, and the job.
private struct Bench {
  private let folder = TemporaryFolder()
  let runtime: Runtime
  var out: String { "\(folder.path)/out.safetensors" }

  init() throws {
    runtime = try Runtime(options: [:])
    for head in ["classification", "dimensional"] { try runtime.registry.load(path: ChildProcess.tool("libsvfap_head_\(head).so")) }
  }

  func path(_ name: String) -> String { "\(folder.path)/\(name)" }

  func write(_ checkpoint: CheckpointBuilder, _ name: String = "in.pth") -> String {
    Fixtures.write(checkpoint.archive.bytes, to: path(name))
    return path(name)
  }

  /// Runs the job; `out` is given.
  @discardableResult
  func run(_ input: String, _ options: JSONObject = [:], context: RunContext = RunContext()) throws -> JSONObject {
    var all = options
    all["input"] = .string(input)
    if all["out"] == nil { all["out"] = .string(out) }
    return try JobCatalog.make("import", .object(all), runtime).run(context)
  }

  func message(_ input: String, _ options: JSONObject = [:]) -> String {
    let error = failure { try run(input, options) }
    #expect(error != nil && access(out, F_OK) != 0)
    return error?.message ?? ""
  }
}

/// Tensors of a golden checkpoint.
private func golden(_ name: String) throws -> [(name: String, shape: [Int], values: [Float])] {
  let model = try GoldenCase(name).model
  return try model.file.tensors.map { ($0.name, $0.shape, try model.floats($0.name)) }
}

/// Tensors of a small model, norms as they start or moved.
private func tensors(
  _ configuration: ModelConfiguration, classes: Int = 3, moved: (String) -> Bool = { _ in true }
) -> [(name: String, shape: [Int], values: [Float])] {
  var list = configuration.declarations.map { ($0.name, $0.shape) }
  if !configuration.isPretraining { list += [("head.weight", [classes, configuration.embedDim]), ("head.bias", [classes])] }
  return list.map { name, shape in
    let values = stream(name, seed: 3, count: shape.reduce(1, *))
    let isNorm = name.contains("norm")
    guard isNorm, !moved(name) else { return (name, shape, values) }
    return (name, shape, values.map { _ in name.hasSuffix("weight") ? 1 : 0 })
  }
}

private let tiny: ModelConfiguration = {
  var tiny = ModelConfiguration()
  tiny.imageSize = 16
  tiny.patchSize = 8
  tiny.embedDim = 64
  tiny.numHeads = 1
  tiny.mlpRatio = 1
  tiny.stageDepths = [1, 1]
  tiny.numBottleneckTokens = [2]
  tiny.bottleneckHiddenDim = 4
  return tiny
}()

private let tinyPretraining: ModelConfiguration = {
  var tiny = tiny
  tiny.decoder = ModelConfiguration.decoder(preset: "base")
  tiny.decoder?.embedDim = 64
  tiny.decoder?.numHeads = 1
  tiny.decoder?.depth = 1
  return tiny
}()

@Suite("Import: a checkpoint of the published code becomes a model file")
struct ImportJobTests {
  private let bench: Bench

  init() throws { bench = try Bench() }

  // MARK: What comes out computes what PyTorch computed

  @Test("fine-tuned goldens: the imported model's raw outputs are PyTorch's", arguments: ["finetune_tiny", "finetune_layerscale"])
  func finetuned(name: String) throws {
    let json = try ModelFile(Fixtures.path("goldens/\(name).safetensors")).config
    let input = bench.write(CheckpointBuilder(try golden(name)) { .members(["model": $0]) })
    var options: JSONObject = ["labels": json["head"]?["config"]?["labels"] ?? .null]
    for key in ["image_size", "num_frames", "num_heads", "stage_depths"] { options[key] = json[key] }
    try bench.run(input, options)
    let model = try Model.open(bench.out, bench.runtime)
    #expect(model.configuration.json["stage_depths"] == json["stage_depths"])
    #expect(model.outputs.map(\.name) == json["head"]?["config"]?["labels"]?.arrayValue?.compactMap(\.stringValue))
    let reference = try GoldenCase(name)
    let clips = try reference.shape("input.video")[0]
    var raw = [Float](repeating: 0, count: clips * model.outputs.count)
    try Predictor(model, options: PredictorOptions()).forward(try reference.floats("input.video"), clips: clips, into: &raw)
    #expect(relativeError(raw, try reference.floats("output.logits")) < 2e-5)
  }

  @Test("pre-training goldens: the imported model's predictions are PyTorch's", arguments: ["paper", "published"])
  func pretrained(variant: String) throws {
    let name = "pretrain_tiny_\(variant)"
    let input = bench.write(CheckpointBuilder(try golden(name)))
    try bench.run(
      input,
      [
        "image_size": 32, "num_heads": 4, "decoder_num_heads": 3, "stage_depths": [2, 2, 2], "pretraining_variant": .string(variant),
      ])
    let model = try Model.open(bench.out, bench.runtime)
    let reference = try GoldenCase(name)
    let expected = try reference.floats("output.predicted")
    let clips = try reference.shape("input.video")[0]
    guard case .pretraining(let network) = model.network else {
      Issue.record("no pre-training model")
      return
    }
    let mask = try TubeMask(try reference.bools("input.mask"), clips: clips, model.configuration)
    var predicted = [Float](repeating: 0, count: expected.count)
    try network.predict(
      try reference.floats("input.video"), mask, into: &predicted, Workspace(pool: try ThreadPool(threads: 1)))
    #expect(relativeError(predicted, expected) < 2e-5)
  }

  @Test("what PyTorch has written, with all that the published code stores beside the weights")
  func realFile() throws {
    let result = try bench.run(Fixtures.path("checkpoints/finetune_full.pth"), ["num_heads": 2, "license": "CC-BY-NC 4.0"])
    let model = try Model.open(bench.out, bench.runtime)
    #expect(model.configuration.stageDepths == [1, 2] && model.configuration.numFrames == 8 && model.configuration.imageSize == 8)
    #expect(model.outputs.map(\.name) == ["class_0", "class_1", "class_2"])
    #expect(model.recipe.samplingRate == 2 && model.recipe.hop == 8)
    #expect(model.recipeJSON["resize"] == "bilinear" && model.recipeJSON["mean"] == [0.485, 0.456, 0.406])
    let index = try #require(model.parameters.index(of: "blocks.1.cross_attn.kv.weight"))
    #expect((0..<128).map { model.parameters.pointer(at: index)[$0] } == stream("blocks.1.cross_attn.kv.weight", seed: 11, count: 128))
    #expect(model.isTrained == true)
    #expect(model.card["license"] == "CC-BY-NC 4.0")
    let source = try #require(model.card["source"])
    #expect(source["file"] == "finetune_full.pth" && source["epoch"] == 99 && source["weights"] == "model")
    #expect(source["sha256"]?.stringValue?.count == 64)
    #expect(source["ignored"] == ["optimizer", "scaler", "best_acc", "history"])
    #expect(source["args"]?["data_set"] == "DFEW" && source["args"]?["output_dir"] == nil)
    #expect(source["names_not_run"]?.arrayValue?.contains("argparse.Namespace") == true)
    #expect(source["not_visible"]?["num_heads"] == "given")
    #expect(source["not_visible"]?["sampling_rate"] == "the checkpoint's args.sampling_rate")
    #expect(result["card"] == .object(model.card) && result["config"] == model.configuration.json)
    #expect(result["text"]?.stringValue?.contains("left out: optimizer, scaler") == true)
  }

  // MARK: What the weights and the caller say

  @Test("the reading of pre-training is seen in the norms that the released code never trains")
  func variants() throws {
    func variant(_ options: JSONObject = [:], moved: @escaping (String) -> Bool) throws -> (variant: String?, warnings: Int) {
      let result = try bench.run(bench.write(CheckpointBuilder(tensors(tinyPretraining, moved: moved))), options.merging(["image_size": 16]))
      return (result["config"]?["pretraining_variant"]?.stringValue, result["warnings"]?.arrayValue?.count ?? 0)
    }
    #expect(try variant { _ in true } == ("paper", 0))
    #expect(try variant { !$0.contains("spatial_downsamples") } == ("published", 0))
    // Never trained: nothing tells, and that is said.
    #expect(try variant { _ in false } == ("published", 2))
    #expect(try variant(["pretraining_variant": "paper"]) { !$0.contains("spatial_downsamples") } == ("paper", 1))
    #expect(try variant(["pretraining_variant": "published"]) { !$0.contains("spatial_downsamples") } == ("published", 0))
    #expect(try Model.open(bench.out, bench.runtime).isTrained == true)
  }

  @Test("weights that were never trained are said to be untrained")
  func untrained() throws {
    let result = try bench.run(bench.write(CheckpointBuilder(tensors(tiny) { !$0.hasPrefix("blocks") })), ["image_size": 16])
    #expect(result["card"]?["trained"] == false)
    #expect(result["warnings"]?.arrayValue?.count == 1)
  }

  @Test("classes are named by the caller; another number of names is refused")
  func labels() throws {
    let input = bench.write(CheckpointBuilder(tensors(tiny)))
    #expect(bench.message(input, ["labels": ["a", "b"]]).contains("/labels: expected 3 names"))
    #expect(bench.message(input, ["labels": ["a", "b", "b"]]).contains("differ"))
    try bench.run(input, ["labels": ["a", "b", "c"], "image_size": 16])
    #expect(try Model.open(bench.out, bench.runtime).outputs.map(\.name) == ["a", "b", "c"])
  }

  @Test("other heads and their configurations")
  func heads() throws {
    let input = bench.write(CheckpointBuilder(tensors(tiny, classes: 2)))
    let mismatch = bench.message(input, ["head": "dimensional", "image_size": 16])
    #expect(mismatch.contains("2 have another shape: head.weight [2, 64] instead of [3, 64]"), "\(mismatch)")
    #expect(bench.message(input, ["head": "none-such", "image_size": 16]).contains("none-such"))
    try bench.run(
      input, ["head": "dimensional", "head_config": ["outputs": ["valence", "arousal"], "activation": "tanh"], "image_size": 16])
    let model = try Model.open(bench.out, bench.runtime)
    #expect(model.outputs.map(\.name) == ["valence", "arousal"] && model.outputs[0].minimum == -1)
    let pretraining = bench.write(CheckpointBuilder(tensors(tinyPretraining)))
    #expect(failure { try bench.run(pretraining, ["labels": ["a", "b"]]) }?.message.contains("has no head; leave labels out") == true)
  }

  @Test("how frames are prepared: the caller's words first")
  func recipes() throws {
    let wrap: (Pickled) -> Pickled = { model in
      .members(["model": model, "args": .instance(.global("argparse", "Namespace"), [(.text("sampling_rate"), .integer(1))])])
    }
    let input = bench.write(CheckpointBuilder(tensors(tiny), wrap: wrap))
    func recipe(_ options: JSONObject) throws -> JSONValue? { try bench.run(input, options.merging(["image_size": 16]))["recipe"] }
    #expect(try recipe([:])?["sampling_rate"] == 1)
    #expect(try recipe([:])?["hop"] == 8)
    #expect(try recipe(["sampling_rate": 3])?["hop"] == 24)
    let own = try recipe(["sampling_rate": 2, "recipe": ["hop": 10, "resize": "bicubic", "frame_rate": 30]])
    #expect(own?["hop"] == 10 && own?["resize"] == "bicubic" && own?["frame_rate"] == 30.0)
    #expect(failure { try recipe(["recipe": ["hop": 7, "sampling_rate": 2]]) }?.message.contains("/recipe: /hop") == true)
    #expect(failure { try recipe(["recipe": ["resise": "x"]]) }?.message.contains("did you mean \"resize\"") == true)
  }

  @Test("weights under another key, and behind other programs' prefixes")
  func keys() throws {
    let wrapped: [(name: String, shape: [Int], values: [Float])] = tensors(tiny).map { ("module.backbone." + $0.name, $0.shape, $0.values) }
    let input = bench.write(CheckpointBuilder(wrapped) { .members(["model": .members([:]), "model_ema": $0]) })
    #expect(bench.message(input).contains("no tensors under \"model\" in the checkpoint; it has model, model_ema"))
    #expect(bench.message(input, ["weights": "ema"]).contains("no member \"ema\""))
    let result = try bench.run(input, ["weights": "model_ema", "image_size": 16])
    #expect(result["card"]?["source"]?["weights"] == "model_ema")
  }

  // MARK: What is refused

  @Test("missing, misshapen and unexpected tensors are listed by name")
  func mismatches() throws {
    var list = tensors(tiny)
    list.removeAll { $0.name == "blocks.1.norm2.bias" }
    let index = try #require(list.firstIndex { $0.name == "fc_norm.weight" })
    list[index] = ("fc_norm.weight", [63], Array(list[index].values.dropLast()))
    list.append(("teacher.weight", [1], [1]))
    let message = bench.message(bench.write(CheckpointBuilder(list)), ["image_size": 16])
    #expect(message.contains("1 are missing: blocks.1.norm2.bias"), "\(message)")
    #expect(message.contains("1 have another shape: fc_norm.weight [63] instead of [64]"))
    #expect(message.contains("1 are not needed (allow_unexpected drops them): teacher.weight"))
    let extra = bench.write(CheckpointBuilder(tensors(tiny) + [("teacher.weight", [1], [1])]))
    let result = try bench.run(extra, ["image_size": 16, "allow_unexpected": true])
    #expect(result["card"]?["source"]?["ignored"] == ["teacher.weight"])
  }

  @Test("a small file that stands for a large model is refused")
  func repeatedStorages() throws {
    // Every tensor is a view of one storage.
    let all = tensors(ModelConfiguration(), classes: 7).map { ($0.name, $0.shape) }
    let largest = all.map { $0.1.reduce(1, *) }.max() ?? 0
    let root: Pickled = .dictionary(all.map { (.text($0.0), .tensor(key: "0", count: largest, shape: $0.1)) })
    let storage = [UInt8](repeating: 0, count: 4 * largest)
    #expect(bench.message(bench.write(CheckpointBuilder(root, storages: [("0", storage)]))).contains("it repeats storages"))
  }

  @Test("the input is never overwritten, and the options are checked")
  func options() throws {
    let input = bench.write(CheckpointBuilder(tensors(tiny)))
    #expect(symlink(input, bench.path("link.pth")) == 0)
    for out in [input, bench.path("link.pth")] {
      #expect(failure { try bench.run(input, ["out": .string(out)]) }?.message.contains("/out: expected another file than the input") == true)
    }
    #expect(failure { try bench.run(input, ["stage_depts": [1, 1]]) }?.message.contains("did you mean \"stage_depths\"") == true)
    #expect(failure { try bench.run(input, ["image_size": 15]) }?.message.contains("a multiple of patch_size (8)") == true)
    #expect(failure { try bench.run(input, ["out": .string(bench.path("none/out")), "image_size": 16]) }?.code == .notFound)
    #expect(failure { try bench.run(bench.path("none.pth")) }?.code == .notFound)
  }

  @Test("progress goes on to the end, and the work stops when it is asked to")
  func progress() throws {
    let input = bench.write(CheckpointBuilder(tensors(tiny)))
    var shares: [Double] = []
    let watched = RunContext { progress in
      shares.append(progress.done / (progress.total ?? 1))
      return true
    }
    try bench.run(input, ["image_size": 16], context: watched)
    #expect(shares.first == 0 && shares == shares.sorted() && (shares.last ?? 0) > 0.6 && (shares.last ?? 2) <= 1)
    unlink(bench.out)
    let stopped = RunContext { _ in false }
    #expect(failure { try bench.run(input, ["image_size": 16], context: stopped) }?.code == .cancelled)
    #expect(access(bench.out, F_OK) != 0)
  }
}

extension JSONObject {
  /// The members of both.
  fileprivate func merging(_ other: JSONObject) -> JSONObject {
    var all = self
    for (key, value) in other.members { all[key] = value }
    return all
  }
}
