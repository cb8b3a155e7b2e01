import Base
import Glibc

/// All tests, in the order in which they run (gates before those that rest on them), and the choice among them.
package enum ConformanceSuite {
  package static let all: [ConformanceTest] =
    FileTests.all + EntryTests.all + HeadTests.all + GradientTests.all + BehaviourTests.all + SharingTests.all + LabelTests.all
    + MetricTests.all
    + SourceTests.all + ReadingTests.all + DamageTests.all + SinkTests.all + FailureTests.all + ConfigurationTests.all + HygieneTests.all
    + FuzzTests.all

  /// The test that tells what a plugin offers: it loads it.
  package static let loading = FileTests.gate

  /// The tests whose id fits one of `only` (all, if there is none) and none of `skip`.
  ///
  /// A pattern is an id, the beginning of one up to a dot ("head" and "head.gradient"), or a shell pattern ("*.gradient.*").
  ///
  /// - Throws: `config` for a pattern that fits no test.
  package static func tests(only: [String], skip: [String]) throws(SVFAPError) -> [ConformanceTest] {
    for (place, patterns) in [("/only", only), ("/skip", skip)] {
      for pattern in patterns where !all.contains(where: { fits($0.id, pattern) }) {
        let hint = nearestText(to: pattern, among: all.map(\.id)).map { "; did you mean \"\($0)\"?" } ?? ""
        throw SVFAPError(.config, "\(place): no test is called \"\(pattern)\"\(hint)", detail: ["where": place, "found": pattern])
      }
    }
    return all.filter { test in
      (only.isEmpty || only.contains { fits(test.id, $0) }) && !skip.contains { fits(test.id, $0) }
    }
  }

  private static func fits(_ id: String, _ pattern: String) -> Bool {
    id == pattern || id.hasPrefix(pattern + ".") || fnmatch(pattern, id, 0) == 0
  }

  /// Runs one test in this process.
  ///
  /// - Parameter trace: where the test notes what it does; nil: nowhere.
  package static func run(_ test: ConformanceTest, _ options: CheckOptions, trace path: String?) -> TestOutcome {
    let start = monotonicSeconds()
    do throws(Verdict) {
      try test.run(CheckContext(test, options, trace: Trace(path)))
      return TestOutcome(test, .passed, seconds: monotonicSeconds() - start)
    } catch {
      return TestOutcome(test, error.kind == .failed ? .failed : .skipped, error.message, seconds: monotonicSeconds() - start)
    }
  }

  /// What a plugin that can be loaded offers.
  ///
  /// - Throws: why it cannot be loaded.
  package static func subjects(of options: CheckOptions) throws(SVFAPError) -> [ConformanceTest.Subject] {
    let probe = ConformanceTest("", "") { _ in }
    let context = CheckContext(probe, options, trace: Trace(nil))
    do throws(Verdict) {
      let plugin = try context.plugin()
      return [
        plugin.taskHead == nil ? nil : .head, plugin.videoSource == nil ? nil : .source, plugin.videoSink == nil ? nil : .sink,
      ].compactMap(\.self)
    } catch {
      throw SVFAPError(.plugin, error.message)
    }
  }
}
