import Base

/// Outcomes as TAP version 13 (Test Anything Protocol), which people read and test harnesses too.
package enum TAPReport {
  /// - Parameters:
  ///   - remarks: lines for people, in front of the tests.
  ///   - rerun: the command that repeats a test, for those that failed.
  package static func text(_ outcomes: [TestOutcome], remarks: [String], rerun: (TestOutcome) -> String) -> String {
    var lines = ["TAP version 13", "1..\(outcomes.count)"] + remarks.map { "# \(oneLine($0))" }
    for (index, outcome) in outcomes.enumerated() {
      let mark = outcome.isFailure ? "not ok" : "ok"
      // "#" begins a directive.
      let title = outcome.title.replacing("#", with: "\\#")
      let skip = outcome.status == .skipped ? " # SKIP \(oneLine(outcome.message))" : ""
      lines.append("\(mark) \(index + 1) - \(outcome.id): \(title)\(skip)")
      guard outcome.isFailure else { continue }
      lines.append("  ---")
      lines.append("  status: \(outcome.status.rawValue)")
      lines.append("  message: \(quoted(outcome.message))")
      lines.append("  again: \(quoted(rerun(outcome)))")
      lines.append("  ...")
    }
    let failures = outcomes.count(where: \.isFailure)
    let skipped = outcomes.count { $0.status == .skipped }
    lines.append("# \(outcomes.count - failures - skipped) passed, \(failures) failed, \(skipped) skipped")
    return lines.joined(separator: "\n")
  }

  /// A text as YAML takes it: JSON's strings are among YAML's.
  private static func quoted(_ text: String) -> String { JSONValue.string(text).text() }

  private static func oneLine(_ text: String) -> String { text.split(separator: "\n").joined(separator: " ") }
}
