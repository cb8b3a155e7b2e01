import Base
import Checkpoints
import Jobs
import TestSupport
import Testing

@Suite("The rules of a run")
struct TrainingRunRulesTests {
  @Test(
    "what cannot work is refused before anything is computed, and leaves no run behind",
    arguments: [
      ("unknown class", ["train": "synthetic:0 even\nsynthetic:1 strange\nsynthetic:2 weird\n"], .format, "strange"),
      ("no labels", ["train": "synthetic:0\nsynthetic:1\n"], .config, "no labels"),
      ("too many labels", ["train": "synthetic:0 even 1\nsynthetic:1 odd 1\n"], .format, "label"),
      ("a bad label in the validation list", ["validation": "synthetic:6 strange\n"], .format, "validation.txt"),
      ("empty training list", ["train": "# nothing\n"], .config, "lists no videos"),
      ("empty validation list", ["validation": "\n"], .config, "validation list"),
      ("batch larger than the list", ["batch": 7], .config, "/batch"),
      ("accumulation larger than the list", ["accumulate": 4], .config, "/batch"),
      ("unknown metric", ["monitor": "wer"], .config, "war"),
      ("patience without a validation list", ["patience": 2, "validation": .null], .config, "/validation"),
      ("unknown option", ["epoch": 2], .config, "epochs"),
      ("unknown augmentation", ["augmentation": ["flop": 1]], .config, "/augmentation"),
      ("a head that is not there", ["head_name": "mood"], .notFound, "mood"),
      ("a frame size that the patches do not divide", ["config": ["image_size": 33]], .config, "image_size"),
    ] as [(String, JSONObject, SVFAPError.Code, String)])
  func refused(what: String, changes: JSONObject, code: SVFAPError.Code, reason: String) throws {
    let run = try SmallRun()
    var options = run.finetuning().objectValue ?? JSONObject()
    for (key, value) in changes.members {
      let isList = ["train", "validation"].contains(key)
      options[key] = isList ? value.stringValue.map { .string(run.folder.write($0, to: "\(key).txt")) } : value
    }
    let error = try #require(failure { try run.run("finetune", .object(options)) })
    #expect(error.code == code && error.message.contains(reason), "\(error.code): \(error.message)")
    #expect(failure { try Folder(run.out) } != nil, "there is no run")
  }

  @Test("a run ends after so many validations without a better one")
  func patience() throws {
    let run = try SmallRun()
    // Nothing moves at rate 0: the first validation stays the best.
    let result = try run.run("finetune", run.finetuning(["learning_rate": 0, "patience": 2, "epochs": 50]))
    #expect(result["epochs"]?.intValue == 3)
    #expect(result["text"]?.stringValue?.contains("after 2 validations without a better one") == true)
    #expect(result["best"]?["epoch"]?.intValue == 0)
  }

  @Test("the model is the one of the best validation", arguments: ["cross_entropy", "war"])
  func best(metric: String) throws {
    let run = try SmallRun()
    let result = try run.run(
      "finetune",
      run.finetuning(["monitor": .string(metric), "epochs": 6, "learning_rate": 20, "test": run.list("test.txt", [6, 7, 8, 9])]))
    let values = try run.values("validation", metric)
    #expect(values.count == 6)
    let wanted = try #require(metric == "war" ? values.max() : values.min())
    let epoch = try #require(values.firstIndex(of: wanted))
    #expect(result["best"]?["epoch"]?.intValue == epoch && result["best"]?["value"]?.doubleValue == wanted)
    // The test list is the validation list: the model that is left reads it as it did then.
    #expect(abs((result["test"]?[metric]?.doubleValue ?? .nan) - wanted) < 1e-6)
    let evaluation = try run.run(
      "evaluate",
      [
        "folds": [["model": .string("\(run.out)/model.safetensors"), "data": .string(run.folder("validation.txt"))]],
        "out": .string(run.folder("evaluation")), "views": 1, "source_config": SmallRun.drawn,
      ])
    #expect(abs((evaluation["metrics"]?[metric]?.doubleValue ?? .nan) - wanted) < 1e-6)
  }

  /// Path of a model whose head's weights are so large that float32 does not hold its loss, or only not its gradient.
  private func overflowing(_ run: SmallRun, _ weight: Float) throws -> JSONValue {
    let config = run.finetuning()["config"]?.objectValue ?? JSONObject()
    var members: JSONObject = ["size": "tiny", "head": ["name": "classification", "config": ["labels": ["even", "odd"]]]]
    for (key, value) in config.members { members[key] = value }
    let trainer = try Trainer(Model.create(.object(members), seed: 1, run.runtime), TrainerOptions(.finetune, json: [:]))
    let index = try #require(trainer.parameters.index(of: "head.weight"))
    for place in 0..<trainer.parameters.count(at: index) {
      trainer.parameters.pointer(at: index)[place] = place % 2 == 0 ? weight : -weight
    }
    try trainer.snapshot().save(run.folder("overflowing.safetensors"))
    return .string(run.folder("overflowing.safetensors"))
  }

  @Test("what is not finite ends the run at once, if it is to stop", arguments: [3e38, 1e30] as [Float])
  func stops(weight: Float) throws {
    let run = try SmallRun()
    let error = try #require(failure { try run.run("finetune", run.finetuning(["model": overflowing(run, weight)])) })
    #expect(error.code == .numeric && error.message.contains("step 1") && error.message.contains("\"on_non_finite\": \"stop\""))
  }

  @Test("what is not finite is left out, if it is to be skipped, but not for ever", arguments: [3e38, 1e30] as [Float])
  func skips(weight: Float) throws {
    let run = try SmallRun()
    let options: JSONObject = ["model": try overflowing(run, weight), "on_non_finite": "skip"]
    var short = options
    short["epochs"] = 2
    short["validation"] = nil
    var few = run.finetuning(short).objectValue ?? JSONObject()
    few["validation"] = nil
    let result = try run.run("finetune", .object(few))
    #expect(result["steps"]?.intValue == 0 && result["epochs"]?.intValue == 2)
    #expect(try run.values("epoch", "non_finite_batches") == [3, 6])
    #expect(try run.values("epoch", "used") == [6, 6] && run.values("epoch", "left_over") == [0, 0])
    var long = few
    long["epochs"] = 100
    long["out"] = .string(run.folder("long"))
    let error = try #require(failure { try run.run("finetune", .object(long)) })
    #expect(error.code == .numeric && error.message.contains("10 batches in a row"))
  }
}
