import Base
import Jobs
import Synchronization
import TestSupport
import Testing

@Suite("What becomes of a run's videos")
struct TrainingRunDataTests {
  /// A list of eight frame folders: five good ones, a missing, a corrupt and an empty one.
  private func damagedList(_ run: SmallRun) -> JSONValue {
    for clip in 0..<5 { MadePicture.clip("clip\(clip)", in: run.folder, frames: 9, size: 32, color: (UInt8(40 * clip + 20), 90, 120)) }
    for name in ["100", "101", "102"] {
      run.folder.write("this is no picture", to: "corrupt/\(name).png")
      run.folder.write("", to: "empty/\(name).png")
    }
    let names = ["clip0", "missing", "clip1", "corrupt", "clip2", "empty", "clip3", "clip4"]
    let lines = names.enumerated().map { "\($1) \($0 % 2 == 0 ? "even" : "odd")\n" }
    return .string(run.folder.write(lines.joined(), to: "damaged.txt"))
  }

  @Test("broken videos are left out with a reason, and every epoch's counts add up", arguments: ["finetune", "pretrain"], [1, 2])
  func damaged(kind: String, accumulate: Int64) throws {
    let run = try SmallRun()
    let list = damagedList(run)
    let log = LogLines()
    run.runtime.setLog { _, text in log.add(text) }
    let more: JSONObject = ["train": list, "data": list, "source_config": [:], "accumulate": .integer(accumulate), "validation": list]
    var options = (kind == "finetune" ? run.finetuning(more) : run.pretraining(more)).objectValue ?? JSONObject()
    for key in kind == "finetune" ? ["data"] : ["train", "validation"] { options[key] = nil }
    let result = try run.run(kind, .object(options))
    #expect(result["epochs"]?.intValue == 3)
    #expect(result["steps"]?.intValue == 3 * (accumulate == 1 ? 2 : 1))
    let counts = try ["used", "skipped", "left_over"].map { try run.values("epoch", $0) }
    #expect(counts == [[4, 4, 4], [3, 3, 3], [1, 1, 1]])
    for name in ["missing", "corrupt", "empty"] {
      #expect(log.all.contains { $0.contains("\(name)") && $0.contains("left out") }, "\(name)")
    }
    // Once: not again in every epoch and every validation.
    #expect(log.all.count { $0.contains("missing") } <= (kind == "finetune" ? 2 : 1), "\(log.all)")
    #expect(result["text"]?.stringValue?.contains("training: 4 of 8 videos used; ") == true, "\(result["text"]?.stringValue ?? "")")
    let report = String(decoding: Fixtures.bytes("\(run.out)/report.html"), as: UTF8.self)
    #expect(report.contains("missing") && report.contains("corrupt") && report.contains("left over"))
  }

  @Test("an evaluation leaves out what it cannot read or understand, says why, and its counts add up")
  func evaluated() throws {
    let run = try SmallRun()
    let train = damagedList(run)
    try run.run("finetune", run.finetuning(["train": train, "source_config": [:], "validation": .null]))
    let list = run.folder.write(
      String(decoding: Fixtures.bytes(run.folder("damaged.txt")), as: UTF8.self) + "clip0 neither\nclip1 3\n", to: "more.txt")
    func evaluate(_ more: JSONObject) throws -> JSONObject {
      var options: JSONObject = [
        "folds": [["model": .string("\(run.out)/model.safetensors"), "data": .string(list)]], "out": .string(run.folder("out")),
      ]
      for (key, value) in more.members { options[key] = value }
      return try run.run("evaluate", .object(options))
    }
    let refused = try #require(failure { try evaluate([:]) })
    #expect(refused.code == .format && refused.message.contains("more.txt:9") && refused.message.contains("1 more lines are like this"))
    let result = try evaluate(["on_bad_label": "skip"])
    #expect(result["listed"] == 10 && result["used"] == 5 && result["scored"] == 5)
    let skipped = result["skipped"]?.arrayValue ?? []
    #expect(skipped.map { $0["place"]?.stringValue?.split(separator: ":").last } == ["9", "10", "2", "4", "6"], "\(skipped)")
    #expect(skipped.allSatisfy { !($0["reason"]?.stringValue ?? "").isEmpty })
    let written = try JSONValue(parsing: String(decoding: Fixtures.bytes(run.folder("out/metrics.json")), as: UTF8.self))
    let total = (written["details"]?["confusion"]?.arrayValue ?? []).flatMap { $0.arrayValue ?? [] }.reduce(0) { $0 + ($1.intValue ?? 0) }
    #expect(total == 5)
  }

  @Test("a list of which nothing can be read ends the run with the reason")
  func nothing() throws {
    let run = try SmallRun()
    let list = JSONValue.string(run.folder.write("a even\nb odd\nc odd\n", to: "none.txt"))
    let error = try #require(failure { try run.run("finetune", run.finetuning(["train": list])) })
    #expect(error.code == .format && error.message.contains("3 could not be read"))
  }

  @Test("what does not fill an accumulation is left over, and the run ends", arguments: [2, 3])
  func accumulation(factor: Int64) throws {
    let run = try SmallRun()
    let list = run.list("ten.txt", Array(0..<10))
    let result = try run.run("finetune", run.finetuning(["train": list, "accumulate": .integer(factor)]))
    let steps = 5 / Int(factor)
    #expect(result["steps"]?.intValue == 3 * steps)
    let used = Double(2 * Int(factor) * steps)
    #expect(try run.values("epoch", "used") == [used, used, used])
    #expect(try run.values("epoch", "left_over") == [10 - used, 10 - used, 10 - used])
  }

  @Test("lines with bad labels may be left out: they are told, counted, and the schedule is as long as the run")
  func badLabels() throws {
    let run = try SmallRun()
    let list = JSONValue.string(
      run.folder.write("synthetic:1 odd\nsynthetic:2 strange\nsynthetic:3 odd\nsynthetic:4 even\nsynthetic:5 7\n", to: "bad.txt"))
    let result = try run.run("finetune", run.finetuning(["train": list, "on_bad_label": "skip", "batch": 3, "min_learning_rate": 0]))
    #expect(result["steps"]?.intValue == 3)
    let warnings = result["notices"]?.arrayValue?.compactMap(\.stringValue) ?? []
    #expect(warnings.contains { $0.contains("2 of the 5 lines") && $0.contains("strange") }, "\(warnings)")
    // Half a cosine over three steps.
    let rates = try run.values("step", "learning_rate").map { $0 / (0.1 * 3 / 256) }
    #expect(rates.count == 3 && zip(rates, [1, 0.75, 0.25]).allSatisfy { abs($0 - $1) < 1e-9 }, "\(rates)")
  }

  @Test("balanced sampling shows every class as often, and different samples every epoch")
  func balanced() throws {
    // Class 0 has 4 samples, class 1 has 96.
    let classes = (0..<100).map { $0 < 4 ? 0 : 1 }
    let epochs = (0..<40).map { SampleOrder.balanced(classes, seed: 3, epoch: $0) }
    let draws = epochs.joined().map { classes[$0] }
    #expect(epochs.allSatisfy { $0.count == 100 })
    #expect(abs(Double(draws.count { $0 == 0 }) / 4000 - 0.5) < 0.03)
    for sample in 0..<4 { #expect(abs(Double(epochs.joined().count { $0 == sample }) / 4000 - 0.125) < 0.03) }
    #expect(epochs[0] == SampleOrder.balanced(classes, seed: 3, epoch: 0))
    #expect(epochs[0] != epochs[1] && epochs[0] != SampleOrder.balanced(classes, seed: 4, epoch: 0))
  }

  @Test("an epoch shows every sample once, in an order of its own")
  func shuffled() {
    let orders = (0..<3).map { SampleOrder.shuffled(50, seed: 1, epoch: $0) }
    for order in orders { #expect(order.sorted() == Array(0..<50)) }
    #expect(orders[0] != orders[1] && orders[1] != orders[2] && orders[0] == SampleOrder.shuffled(50, seed: 1, epoch: 0))
  }

  @Test("a balanced run trains on what the list holds rarely as well")
  func balancedRun() throws {
    let run = try SmallRun()
    let list = run.list("unbalanced.txt", [0, 1, 3, 5, 7, 9, 11, 13])
    #expect(try run.run("finetune", run.finetuning(["train": list, "balanced": true, "batch": 4]))["steps"]?.intValue == 6)
  }
}

/// Lines of a log, from any thread.
private final class LogLines: Sendable {
  private let storage = Mutex<[String]>([])
  var all: [String] { storage.withLock { $0 } }
  func add(_ line: String) { storage.withLock { $0.append(line) } }
}
