import Base
import Jobs
import Networks
import TestSupport
import Testing
import Video

@Suite("The job evaluate")
struct EvaluateJobTests {
  private let run: SmallRun
  private let model: String

  init() throws {
    run = try SmallRun()
    model = run.folder("model.safetensors")
    try make(seed: 1, at: model)
  }

  /// A model of two classes whose head is not 0, so that readings differ.
  private func make(seed: UInt64, at path: String) throws {
    var members = run.finetuning()["config"]?.objectValue ?? JSONObject()
    members["size"] = "tiny"
    members["head"] = ["name": "classification", "config": ["labels": ["even", "odd"]]]
    let recipe = try PreparationRecipe(json: ["sampling_rate": 1, "hop": 4])
    let trainer = try Trainer(Model.create(.object(members), seed: seed, recipe: recipe, run.runtime), TrainerOptions(.finetune, json: [:]))
    let index = try #require(trainer.parameters.index(of: "head.weight"))
    let values = stream("head", seed: seed, count: trainer.parameters.count(at: index))
    trainer.parameters.pointer(at: index).update(from: values, count: values.count)
    try trainer.snapshot().save(path)
  }

  private func evaluate(_ folds: [(model: String, data: String)], _ more: JSONObject = [:]) throws -> JSONObject {
    var options: JSONObject = [
      "folds": .array(folds.map { ["model": .string($0.model), "data": .string($0.data)] }), "out": .string(run.folder("out")), "views": 1,
      "source_config": SmallRun.drawn,
    ]
    for (key, value) in more.members { options[key] = value }
    return try run.run("evaluate", .object(options))
  }

  /// Rows of predictions.csv by column.
  private func predictions() -> [[String: String]] {
    let text = String(decoding: Fixtures.bytes(run.folder("out/predictions.csv")), as: UTF8.self)
    let rows = text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    guard let header = rows.first else { return [] }
    return rows.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
  }

  private func metric(_ name: String, _ result: JSONValue?) -> Double { result?["metrics"]?[name]?.doubleValue ?? .nan }

  @Test("every video has a row with its labels and readings, from which the figures follow")
  func rows() throws {
    let list = run.folder.write((0..<6).map { "synthetic:\($0) \($0 % 2 == 0 ? "even" : "odd")\n" }.joined(), to: "list.txt")
    let result = try evaluate([(model, list)])
    let rows = predictions()
    #expect(rows.map { $0["path"] } == (0..<6).map { "synthetic:\($0)" })
    var right = 0.0
    for row in rows {
      let (even, odd) = (Double(row["even"] ?? "") ?? .nan, Double(row["odd"] ?? "") ?? .nan)
      #expect(abs(even + odd - 1) < 1e-5)
      let label = row.first { $0.key.hasPrefix("label") }?.value
      if (even > odd ? "even" : "odd") == label { right += 1 }
    }
    #expect(metric("war", .object(result)) == right / 6)
    #expect(result["listed"] == 6 && result["used"] == 6 && result["scored"] == 6)
  }

  @Test("clips of a group are averaged before they are scored; a clip without a group stands for itself")
  func groups() throws {
    let list = run.folder.write(
      "path,label,group\nsynthetic:0,even,a\nsynthetic:1,odd,b\nsynthetic:2,even,a\nsynthetic:3,odd,b\nsynthetic:4,even,\n", to: "list.csv")
    let result = try evaluate([(model, list)])
    #expect(result["used"] == 5 && result["scored"] == 3)
    let rows = predictions()
    #expect(rows.count == 5 && rows.map { $0["group"] } == ["a", "b", "a", "b", ""])
    let truth = ["even", "odd", "even"]
    let scores = [[0, 2], [1, 3], [4]].enumerated().map { group, members in
      members.reduce(0.0) { $0 + (Double(rows[$1][truth[group]] ?? "") ?? .nan) } / Double(members.count)
    }
    #expect(abs(metric("war", .object(result)) - Double(scores.count { $0 > 0.5 }) / 3) < 1e-12)
    let entropy = -scores.map(logarithm).reduce(0, +) / 3
    #expect(abs(metric("cross_entropy", .object(result)) - entropy) < 1e-5)
  }

  @Test("several folds: pooled figures are those of all clips, and the mean of the folds is told beside them")
  func folds() throws {
    let other = run.folder("other.safetensors")
    try make(seed: 2, at: other)
    let first = run.folder.write("synthetic:0 even\nsynthetic:1 odd\nsynthetic:2 even\n", to: "first.txt")
    let second = run.folder.write("synthetic:3 odd\n", to: "second.txt")
    let result = try evaluate([(model, first), (other, second)])
    let folds = try #require(result["folds"]?.arrayValue)
    let parts = folds.map { metric("cross_entropy", $0) }
    #expect(parts.count == 2 && parts[0] != parts[1])
    #expect(abs(metric("cross_entropy", .object(result)) - (3 * parts[0] + parts[1]) / 4) < 1e-9)
    #expect(abs((result["mean_of_folds"]?["cross_entropy"]?.doubleValue ?? .nan) - (parts[0] + parts[1]) / 2) < 1e-9)
    #expect(result["used"] == 4 && predictions().map { $0["fold"] } == ["1", "1", "1", "2"])
    #expect(result["text"]?.stringValue?.contains("mean of 2 folds") == true)
  }

  @Test("folds whose lists call their labels differently: every label stands in the column of its own name")
  func labelColumns() throws {
    let first = run.folder.write("path,emotion\nsynthetic:0,even\n", to: "first.csv")
    let second = run.folder.write("path,subject,truth\nsynthetic:1,7,odd\nsynthetic:2,8,even\n", to: "second.csv")
    _ = try evaluate([(model, first), (model, second)])
    let rows = predictions()
    #expect(rows.map { $0["label_emotion"] } == ["even", "", ""])
    #expect(rows.map { $0["label_truth"] } == ["", "odd", "even"])
    #expect(rows.allSatisfy { (Double($0["even"] ?? "") ?? .nan) > 0 })
  }

  @Test("columns that are named after the head's outputs may stand in any order")
  func namedColumns() throws {
    let run = try SmallRun(heads: "svfap_head_dimensional")
    let model = run.folder("regression.safetensors")
    var members = run.finetuning()["config"]?.objectValue ?? JSONObject()
    members["size"] = "tiny"
    members["head"] = ["name": "dimensional", "config": ["outputs": ["valence", "arousal"]]]
    try Model.create(.object(members), seed: 1, recipe: try PreparationRecipe(json: ["sampling_rate": 1, "hop": 4]), run.runtime).save(
      model)
    func errors(_ list: String) throws -> [Double] {
      let path = run.folder.write(list, to: "list.csv")
      let result = try run.run(
        "evaluate",
        [
          "folds": [["model": .string(model), "data": .string(path)]], "out": .string(run.folder("out")), "views": 1,
          "source_config": SmallRun.drawn,
        ])
      return ["mae_valence", "mae_arousal"].map { metric($0, .object(result)) }
    }
    let ordered = try errors("path,valence,arousal\nsynthetic:0,0.9,0.1\nsynthetic:1,0.8,0.2\n")
    #expect(ordered[0] > 0.5 && ordered[1] < 0.5, "\(ordered)")
    #expect(try errors("path,arousal,valence\nsynthetic:0,0.1,0.9\nsynthetic:1,0.2,0.8\n") == ordered)
    #expect(try errors("path,a,v\nsynthetic:0,0.9,0.1\nsynthetic:1,0.8,0.2\n") == ordered, "other names: as they stand")
  }

  @Test("views that show the same frames count as often as they are, and change nothing")
  func views() throws {
    // A video as short as a clip has one view only; a longer one has several.
    let list = run.folder.write("synthetic:0 even\nsynthetic:1 odd\n", to: "list.txt")
    func readings(_ views: Int64, _ frames: Int64) throws -> [String?] {
      _ = try evaluate(
        [(model, list)], ["views": .integer(views), "source_config": ["frames": .integer(frames), "width": 32, "height": 32]])
      return predictions().map { $0["even"] }
    }
    #expect(try readings(7, 8) == readings(1, 8))
    #expect(try readings(3, 40) != readings(1, 40))
  }

  @Test("features are saved, a row for every video that was read")
  func features() throws {
    let list = run.folder.write("synthetic:0 even\nnowhere odd\nsynthetic:1 odd\n", to: "list.txt")
    let result = try evaluate([(model, list)], ["features": true, "source_config": [:]])
    #expect(result["listed"] == 3 && result["used"] == 2)
    #expect(result["skipped"]?.arrayValue?.first?["path"]?.stringValue?.hasSuffix("nowhere") == true)
    let file = Fixtures.bytes(run.folder("out/features.npy"))
    #expect(String(decoding: file.prefix(128), as: UTF8.self).contains("(2, 16)") && file.count == 128 + 2 * 16 * 4)
  }

  @Test("labels of every fold are understood before anything is computed, and models that differ are not pooled")
  func refused() throws {
    let good = run.folder.write("synthetic:0 even\n", to: "good.txt")
    let bad = run.folder.write("synthetic:0 neither\n", to: "bad.txt")
    let error = try #require(failure { try evaluate([(model, good), (model, bad)]) })
    #expect(error.code == .format && error.message.contains("bad.txt"))
    #expect(Fixtures.bytes(run.folder("out/predictions.csv")).isEmpty)
    let different = try #require(failure { try evaluate([(model, good), (Fixtures.path("goldens/finetune_tiny.safetensors"), good)]) })
    #expect(different.code == .config || different.code == .format)
    let pretraining = try #require(failure { try evaluate([(Fixtures.path("goldens/pretrain_tiny_paper.safetensors"), good)]) })
    #expect(pretraining.code == .unsupported && pretraining.message.contains("fine-tune it first"))
  }
}
