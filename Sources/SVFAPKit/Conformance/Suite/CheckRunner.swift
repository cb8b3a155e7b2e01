import Base
import Glibc
import Plugins

/// Runs the tests of a plugin one after the other, each in a process of its own: one that crashes, hangs or changes what it
/// runs in is told, and the next one starts afresh.
package struct CheckRunner: Sendable {
  /// How a check is done, besides what its tests are told.
  package struct Conduct: Sendable {
    /// Time that each test has.
    package var seconds = 60.0
    /// Address space that each test has, in MiB; nil: as much as this process.
    package var memoryMiB: Int?
    /// All tests in this process, for a debugger: the first crash ends it.
    package var isInProcess = false

    package init() {}
  }

  private let options: CheckOptions
  private let conduct: Conduct

  package init(_ options: CheckOptions, _ conduct: Conduct) {
    self.options = options
    self.conduct = conduct
  }

  /// - Parameters:
  ///   - tests: those chosen. Tests of what the plugin does not offer are left out.
  ///   - began: is told each test, its number and how many there are.
  /// - Throws: `notFound`, `io` if no process can be started; `cancelled`; what `began` throws.
  package func run(
    _ tests: [ConformanceTest], cancel: CancelToken? = nil, began: (ConformanceTest, Int, Int) throws(SVFAPError) -> Void
  ) throws(SVFAPError) -> [TestOutcome] {
    var outcomes: [TestOutcome] = []
    var failed: Set<String> = []
    var applying = tests
    // A test by itself in this process may want to see the plugin come.
    let isAlone = conduct.isInProcess && tests.count == 1
    if !isAlone, tests.contains(where: { $0.subject != nil || !$0.gates.isEmpty }) {
      let offered = try offers(cancel)
      if let reason = offered.refusal, let loading = ConformanceSuite.all.first(where: { $0.id == ConformanceSuite.loading }) {
        // Nothing else can be said of it, whatever was chosen.
        applying = tests.filter { $0.gates.isEmpty && $0.id != loading.id }
        outcomes.append(reason)
        failed.insert(loading.id)
      } else {
        applying = tests.filter { $0.subject.map(offered.subjects.contains) ?? true }
      }
    }
    for (number, test) in applying.enumerated() {
      try began(test, number, applying.count)
      if let gate = gate(of: test, in: failed) {
        outcomes.append(TestOutcome(test, .skipped, "\(gate) did not pass"))
        continue
      }
      let outcome = try run(test, cancel)
      if outcome.isFailure { failed.insert(test.id) }
      outcomes.append(outcome)
    }
    return outcomes
  }

  /// The gate of a test, or a gate of that, which failed.
  private func gate(of test: ConformanceTest, in failed: Set<String>) -> String? {
    for id in test.gates {
      if failed.contains(id) { return id }
      if let gate = ConformanceSuite.all.first(where: { $0.id == id }).flatMap({ gate(of: $0, in: failed) }) { return gate }
    }
    return nil
  }

  private func run(_ test: ConformanceTest, _ cancel: CancelToken?) throws(SVFAPError) -> TestOutcome {
    let trace = "\(options.workspace)/trace"
    if conduct.isInProcess { return ConformanceSuite.run(test, options, trace: trace) }
    let start = monotonicSeconds()
    unlink(trace)
    let (ending, printed) = try work(only: test.id, cancel)
    func outcome(_ status: TestOutcome.Status, _ message: String) -> TestOutcome {
      let doing = Trace.last(trace).map { "; at the time: \($0)" } ?? ""
      let words = printed.isEmpty ? "" : "; it printed: \(printed.prefix(400))"
      return TestOutcome(test, status, message + doing + words, seconds: monotonicSeconds() - start)
    }
    switch ending {
    case .finished(let result):
      guard let told = result["tests"]?.arrayValue?.last(where: { $0["id"]?.stringValue == test.id }), let outcome = TestOutcome(test, told)
      else {
        return outcome(.failed, "the process that ran the test did not tell how it ended")
      }
      return outcome
    case .failed(let error): return outcome(.failed, error.message)
    case .crashed(let signal): return outcome(.crashed, "\(signalName(signal))")
    case .hung(let seconds): return outcome(.hung, "it was still at work after \(short(seconds)) s")
    case .exited(let code):
      return outcome(.crashed, "the process ended itself\(code.map { " with status \($0)" } ?? ""); a plugin never exits")
    }
  }

  /// What the plugin offers, or the outcome of the test that loads it.
  private func offers(_ cancel: CancelToken?) throws(SVFAPError) -> (subjects: [ConformanceTest.Subject], refusal: TestOutcome?) {
    guard let loading = ConformanceSuite.all.first(where: { $0.id == ConformanceSuite.loading }) else { return ([], nil) }
    if conduct.isInProcess {
      do throws(SVFAPError) { return (try ConformanceSuite.subjects(of: options), nil) } catch {
        return ([], TestOutcome(loading, .failed, error.message))
      }
    }
    let (ending, _) = try work(only: loading.id, cancel)
    if case .finished(let result) = ending, let offers = result["offers"]?.arrayValue, result["failed"]?.intValue == 0 {
      return (offers.compactMap { $0.stringValue.flatMap(ConformanceTest.Subject.init) }, nil)
    }
    return ([], try run(loading, cancel))
  }

  /// Runs the job of this check in a process of its own, for one test.
  private func work(only id: String, _ cancel: CancelToken?) throws(SVFAPError) -> (ending: WorkerJob.Ending, printed: String) {
    var told = options.json
    told["only"] = [.string(id)]
    told["in_process"] = true
    var limits = WorkerProcess.Limits(seconds: conduct.seconds)
    limits.memory = conduct.memoryMiB.map { $0 << 20 }
    let outcome = try WorkerJob("plugin-check", options: .object(told)).run(limits, cancel: cancel)
    return (outcome.ending, outcome.printed)
  }
}

extension TestOutcome {
  /// An outcome that another process told.
  fileprivate init?(_ test: ConformanceTest, _ json: JSONValue) {
    guard let status = json["status"]?.stringValue.flatMap(Status.init) else { return nil }
    self.init(test, status, json["message"]?.stringValue ?? "", seconds: json["seconds"]?.doubleValue ?? 0)
  }
}
