import Base
import Glibc
import Jobs
import Synchronization
import TestSupport
import Testing

/// Asks for a stop after some milliseconds, on a thread of its own.
private final class Request: Sendable {
  private let token: CancelToken
  private let delay: Int
  private let isNeedless = Atomic(false)
  private let thread = Mutex(pthread_t())

  init(_ token: CancelToken, after delay: Int) {
    self.token = token
    self.delay = delay
    thread.withLock { thread in
      _ = pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          let request = Unmanaged<Request>.fromOpaque(argument).takeRetainedValue()
          for _ in 0..<request.delay where !request.isNeedless.load(ordering: .relaxed) { usleep(1000) }
          _ = request.token.request()
          return nil
        }, Unmanaged.passRetained(self).toOpaque())
    }
  }

  /// Ends the thread: nothing is left to be stopped.
  func end() {
    isNeedless.store(true, ordering: .relaxed)
    thread.withLock { _ = pthread_join($0, nil) }
  }
}

@Suite("A run that is stopped and continued ends like one that was left alone")
struct TrainingRunResumeTests {
  /// How a run is disturbed: threads of the computation, and of the loaders.
  struct Setting: Sendable, CustomTestStringConvertible {
    let kind: String
    let threads: Int
    let loaders: Int64
    var testDescription: String { "\(kind), \(threads) threads, \(loaders) loader threads" }
  }

  private func options(_ run: SmallRun, _ setting: Setting, _ more: JSONObject) -> JSONValue {
    var all: JSONObject = ["loader_threads": .integer(setting.loaders), "drop_path": 0.2, "ema_decay": 0.9]
    for (key, value) in more.members { all[key] = value }
    return setting.kind == "finetune" ? run.finetuning(all) : run.pretraining(all)
  }

  @Test(
    "stopped again and again, at a step's end and at any moment: the same bits and the same records",
    arguments: [
      Setting(kind: "finetune", threads: 1, loaders: 3), Setting(kind: "finetune", threads: 2, loaders: 1),
      Setting(kind: "pretrain", threads: 2, loaders: 3),
    ], [["accumulate": 1], ["accumulate": 2, "epochs": 4]] as [JSONObject])
  func stopped(setting: Setting, more: JSONObject) throws {
    let whole = try SmallRun()
    try whole.run(setting.kind, options(whole, Setting(kind: setting.kind, threads: 1, loaders: 1), more))
    let pieces = try SmallRun(threads: setting.threads)
    var resumed = more
    var stops = 0
    var delay = 1.0
    for session in 0... {
      // The first two sessions end at their first report, which is that of their first batch; later ones at any moment,
      // each later than the one before: on a slow machine, too, one of them comes to the end.
      let token = try CancelToken.make()
      delay *= 1.3
      let late = Request(token, after: Int(delay))
      defer { late.end() }
      let context = RunContext(cancel: token) { _ in session >= 2 }
      do {
        try pieces.run(setting.kind, options(pieces, setting, resumed), context)
        break
      } catch let error as SVFAPError {
        try #require(error.code == .cancelled, "\(error.message)")
        stops += 1
      }
      resumed["resume"] = true
    }
    #expect(stops >= 2)
    let difference = try pieces.remains().difference(from: try whole.remains())
    #expect(difference == nil)
  }

  @Test("a run that is over is finished once more, and nothing changes")
  func over() throws {
    let run = try SmallRun()
    // The rate is so high that the best epoch need not be the last one.
    let options: JSONObject = ["learning_rate": 20, "epochs": 5, "test": run.list("test.txt", [6, 7])]
    try run.run("finetune", run.finetuning(options))
    let before = try run.remains()
    let sections = [evaluations(run), accounts(run)]
    #expect(sections[0].contains("<h3>Validation</h3>") && sections[1].contains("validation.txt") && sections[1].contains("training"))
    var resumed = options
    resumed["resume"] = true
    let result = try run.run("finetune", run.finetuning(resumed))
    let difference = try run.remains().difference(from: before)
    #expect(difference == nil)
    #expect(result["steps"]?.intValue == 15)
    #expect([evaluations(run), accounts(run)] == sections)
    #expect(result["text"]?.stringValue?.contains("best uar") == true)
  }

  /// The sections of a run's page that show what was measured, and what became of the data.
  private func evaluations(_ run: SmallRun) -> String { section("evaluation", of: run) }
  private func accounts(_ run: SmallRun) -> String { section("data", of: run) }

  private func section(_ name: String, of run: SmallRun) -> String {
    let page = String(decoding: Fixtures.bytes("\(run.out)/report.html"), as: UTF8.self)
    let sections = page.split(separator: "<section id=").map(String.init)
    return sections.first { $0.hasPrefix("\"\(name)\"") } ?? ""
  }

  @Test("a run is not continued with another configuration, but with other loader threads")
  func configuration() throws {
    let run = try SmallRun()
    let stop = RunContext { _ in false }
    #expect(failure { try run.run("finetune", run.finetuning(), stop) }?.code == .cancelled)
    let error = try #require(failure { try run.run("finetune", run.finetuning(["resume": true, "batch": 3])) })
    #expect(error.code == .config && error.message.contains("/batch"))
    #expect(failure { try run.run("finetune", run.finetuning()) }?.code == .config, "a run is not overwritten")
    #expect(try run.run("finetune", run.finetuning(["resume": true, "loader_threads": 2]))["steps"]?.intValue == 9)
  }

  @Test("a run is not continued on another list: shorter, in another order, or labelled otherwise")
  func list() throws {
    let run = try SmallRun()
    let stop = RunContext { _ in false }
    #expect(failure { try run.run("finetune", run.finetuning(), stop) }?.code == .cancelled)
    let options = run.finetuning(["resume": true])
    let lines = String(decoding: Fixtures.bytes(run.folder("train.txt")), as: UTF8.self).split(separator: "\n")
    for changed in [Array(lines.prefix(3)), lines.reversed(), lines.map { $0.hasPrefix("synthetic:1 ") ? "synthetic:1 even" : $0 }] {
      _ = run.folder.write(changed.joined(separator: "\n"), to: "train.txt")
      let error = try #require(failure { try run.run("finetune", options) })
      #expect(error.code == .config && error.message.contains("train.txt is not as it was"), "\(error.message)")
    }
    _ = run.folder.write(lines.joined(separator: "\n"), to: "train.txt")
    #expect(try run.run("finetune", options)["steps"]?.intValue == 9)
  }

  @Test("max_steps ends a run within an epoch, and at an epoch's end after the validation", arguments: [4, 3, 9])
  func maxSteps(steps: Int64) throws {
    let run = try SmallRun()
    let result = try run.run("finetune", run.finetuning(["max_steps": .integer(steps)]))
    #expect(result["steps"]?.intValue == Int(steps))
    #expect(try run.values("step", "loss").count == Int(steps))
    #expect(try run.records("validation").count == Int(steps) / 3)
  }
}
