import Base
import Checkpoints
import GoldenSupport
import Layers
import Networks
import TestSupport
import Testing

@testable import Jobs

/// Tensors of a golden checkpoint.
private func golden(_ name: String) throws -> [(name: String, shape: [Int], values: [Float])] {
  let model = try GoldenCase(name).model
  return try model.file.tensors.map { ($0.name, $0.shape, try model.floats($0.name)) }
}

@Suite("Import: a checkpoint of the published code becomes a model file")
struct ImportJobTests {
  private let bench: ImportBench

  init() throws { bench = try ImportBench() }

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
    let values = try model.parameters.values(at: index)
    #expect((0..<128).map { values[$0] } == stream("blocks.1.cross_attn.kv.weight", seed: 11, count: 128))
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
}
