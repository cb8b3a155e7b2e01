import Base
import Glibc
import Networks
import TestSupport
import Testing

@testable import Jobs

@Suite("Import: what the weights, the checkpoint and the caller say")
struct ImportOptionsTests {
  private let bench: ImportBench

  init() throws { bench = try ImportBench() }

  @Test("the reading of pre-training is seen in the norms that the released code never trains")
  func variants() throws {
    func variant(_ options: JSONObject = [:], moved: @escaping (String) -> Bool) throws -> (variant: String?, warnings: Int) {
      let result = try bench.run(
        bench.write(CheckpointBuilder(tinyTensors(tinyPretrainingModel, moved: moved))), options.merging(["image_size": 16]))
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
    let result = try bench.run(bench.write(CheckpointBuilder(tinyTensors(tinyModel) { !$0.hasPrefix("blocks") })), ["image_size": 16])
    #expect(result["card"]?["trained"] == false)
    #expect(result["warnings"]?.arrayValue?.count == 1)
  }

  @Test("classes are named by the caller; another number of names is refused")
  func labels() throws {
    let input = bench.write(CheckpointBuilder(tinyTensors(tinyModel)))
    #expect(bench.message(input, ["labels": ["a", "b"]]).contains("/labels: expected 3 names"))
    #expect(bench.message(input, ["labels": ["a", "b", "b"]]).contains("differ"))
    try bench.run(input, ["labels": ["a", "b", "c"], "image_size": 16])
    #expect(try Model.open(bench.out, bench.runtime).outputs.map(\.name) == ["a", "b", "c"])
  }

  @Test("other heads and their configurations")
  func heads() throws {
    let input = bench.write(CheckpointBuilder(tinyTensors(tinyModel, classes: 2)))
    let mismatch = bench.message(input, ["head": "dimensional", "image_size": 16])
    #expect(mismatch.contains("2 have another shape: head.weight [2, 64] instead of [3, 64]"), "\(mismatch)")
    #expect(bench.message(input, ["head": "none-such", "image_size": 16]).contains("none-such"))
    try bench.run(
      input, ["head": "dimensional", "head_config": ["outputs": ["valence", "arousal"], "activation": "tanh"], "image_size": 16])
    let model = try Model.open(bench.out, bench.runtime)
    #expect(model.outputs.map(\.name) == ["valence", "arousal"] && model.outputs[0].minimum == -1)
    let pretraining = bench.write(CheckpointBuilder(tinyTensors(tinyPretrainingModel)))
    #expect(failure { try bench.run(pretraining, ["labels": ["a", "b"]]) }?.message.contains("has no head; leave labels out") == true)
  }

  @Test("how frames are prepared: the caller's words first")
  func recipes() throws {
    let wrap: (Pickled) -> Pickled = { model in
      .members(["model": model, "args": .instance(.global("argparse", "Namespace"), [(.text("sampling_rate"), .integer(1))])])
    }
    let input = bench.write(CheckpointBuilder(tinyTensors(tinyModel), wrap: wrap))
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
    let wrapped: [(name: String, shape: [Int], values: [Float])] = tinyTensors(tinyModel).map {
      ("module.backbone." + $0.name, $0.shape, $0.values)
    }
    let input = bench.write(CheckpointBuilder(wrapped) { .members(["model": .members([:]), "model_ema": $0]) })
    #expect(bench.message(input).contains("no tensors under \"model\" in the checkpoint; it has model, model_ema"))
    #expect(bench.message(input, ["weights": "ema"]).contains("no member \"ema\""))
    let result = try bench.run(input, ["weights": "model_ema", "image_size": 16])
    #expect(result["card"]?["source"]?["weights"] == "model_ema")
  }
}

@Suite("Import: what is refused")
struct ImportRefusalTests {
  private let bench: ImportBench

  init() throws { bench = try ImportBench() }

  @Test("missing, misshapen and unexpected tensors are listed by name")
  func mismatches() throws {
    var list = tinyTensors(tinyModel)
    list.removeAll { $0.name == "blocks.1.norm2.bias" }
    let index = try #require(list.firstIndex { $0.name == "fc_norm.weight" })
    list[index] = ("fc_norm.weight", [63], Array(list[index].values.dropLast()))
    list.append(("teacher.weight", [1], [1]))
    let message = bench.message(bench.write(CheckpointBuilder(list)), ["image_size": 16])
    #expect(message.contains("1 are missing: blocks.1.norm2.bias"), "\(message)")
    #expect(message.contains("1 have another shape: fc_norm.weight [63] instead of [64]"))
    #expect(message.contains("1 are not needed (allow_unexpected drops them): teacher.weight"))
    let extra = bench.write(CheckpointBuilder(tinyTensors(tinyModel) + [("teacher.weight", [1], [1])]))
    let result = try bench.run(extra, ["image_size": 16, "allow_unexpected": true])
    #expect(result["card"]?["source"]?["ignored"] == ["teacher.weight"])
  }

  @Test("a small file that stands for a large model is refused")
  func repeatedStorages() throws {
    // Every tensor is a view of one storage.
    let all = tinyTensors(ModelConfiguration(), classes: 7).map { ($0.name, $0.shape) }
    let largest = all.map { $0.1.reduce(1, *) }.max() ?? 0
    let root: Pickled = .dictionary(all.map { (.text($0.0), .tensor(key: "0", count: largest, shape: $0.1)) })
    let storage = [UInt8](repeating: 0, count: 4 * largest)
    #expect(bench.message(bench.write(CheckpointBuilder(root, storages: [("0", storage)]))).contains("it repeats storages"))
  }

  @Test("the input is never overwritten, and the options are checked")
  func options() throws {
    let input = bench.write(CheckpointBuilder(tinyTensors(tinyModel)))
    #expect(symlink(input, bench.path("link.pth")) == 0)
    for out in [input, bench.path("link.pth")] {
      #expect(
        failure { try bench.run(input, ["out": .string(out)]) }?.message.contains("is the input, which the result would replace") == true)
    }
    #expect(failure { try bench.run(input, ["stage_depts": [1, 1]]) }?.message.contains("did you mean \"stage_depths\"") == true)
    #expect(failure { try bench.run(input, ["image_size": 15]) }?.message.contains("a multiple of patch_size (8)") == true)
    #expect(failure { try bench.run(input, ["out": .string(bench.path("none/out")), "image_size": 16]) }?.code == .notFound)
    #expect(failure { try bench.run(bench.path("none.pth")) }?.code == .notFound)
  }

  @Test("progress goes on to the end, and the work stops when it is asked to")
  func progress() throws {
    let input = bench.write(CheckpointBuilder(tinyTensors(tinyModel)))
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
