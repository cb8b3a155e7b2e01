import Base
import Glibc
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
      ("a frame size that the patches do not divide", ["config": ["image_size": 33]], .config, "/config/image_size"),
      ("a head's option out of range", ["head": ["labels": ["even", "odd"], "label_smoothing": 2]], .config, "/head/label_smoothing"),
      ("a source that is not there", ["source": "film"], .notFound, "film"),
      ("an option that no source has", ["source_config": ["grain": 1]], .config, "/source_config"),
      ("an augmentation out of range", ["augmentation": ["erasing": ["probability": 2]]], .config, "/augmentation/erasing/probability"),
      ("a section that is switched off by a wrong word", ["mixing": "off"], .config, "/mixing"),
      ("a recipe that does not fit together", ["recipe": ["sampling_rate": 3, "hop": 4]], .config, "/recipe/hop"),
      ("a member of a section that is not there", ["mixing": ["mix": 1]], .config, "/mixing/mix"),
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

  @Test("a model file may be named with the size that it has, not with another one; its recipe may be changed")
  func startingFromAFile() throws {
    let run = try SmallRun()
    let model = run.folder("pretrained.safetensors")
    try run.run("pretrain", run.pretraining(["epochs": 1]))
    rename("\(run.out)/model.safetensors", model)
    func tuned(_ more: JSONObject, out: String) throws -> JSONObject {
      var options = run.finetuning(["model": .string(model), "epochs": 1, "out": .string(run.folder(out))]).objectValue ?? JSONObject()
      for (key, value) in more.members { options[key] = value }
      return try run.run("finetune", .object(options))
    }
    _ = try tuned(["recipe": ["sampling_rate": 2]], out: "same")
    let made = try Model.open(run.folder("same/model.safetensors"), run.runtime)
    #expect(made.recipe.samplingRate == 2 && made.recipe.hop == 4)
    let size = try #require(failure { try tuned(["config": .null], out: "size") })
    #expect(size.code == .config && size.message.contains("/size") && size.message.contains("image_size 32"), "\(size.message)")
    let config = try #require(failure { try tuned(["config": ["embed_dim": 32], "size": .null], out: "config") })
    #expect(config.code == .config && config.message.contains("/config/embed_dim"), "\(config.message)")
    #expect(failure { try Folder(run.folder("size")) } != nil, "there is no run")
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

  @Test(
    "with a moving average that is what is validated and left; the checkpoints hold the weights beside it",
    arguments: ["finetune", "pretrain"])
  func average(kind: String) throws {
    let run = try SmallRun()
    var more: JSONObject = ["ema_decay": 0.5, "epochs": 2, "learning_rate": 5]
    if kind == "finetune" { more["monitor"] = "cross_entropy" }
    try run.run(kind, kind == "finetune" ? run.finetuning(more) : run.pretraining(more))
    let remains = try run.remains()
    let state = try #require(kind == "finetune" ? remains.best : remains.state)
    #expect(remains.model.keys.contains { !$0.hasPrefix("head.") })
    for (name, bits) in remains.model { #expect(bits == state["ema/\(name)"], "\(name)") }
    #expect(remains.model.contains { $1 != state["weights/\($0)"] })
    guard kind == "finetune" else { return }
    let evaluation = try run.run(
      "evaluate",
      [
        "folds": [["model": .string("\(run.out)/model.safetensors"), "data": .string(run.folder("validation.txt"))]],
        "out": .string(run.folder("evaluation")), "views": 1, "source_config": SmallRun.drawn,
      ])
    let validated = try #require(try run.values("validation", "cross_entropy").min())
    #expect(abs((evaluation["metrics"]?["cross_entropy"]?.doubleValue ?? .nan) - validated) < 1e-6)
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
