import Base

/// How a test of a plugin ended.
package struct TestOutcome: Sendable {
  package enum Status: String, Sendable {
    case passed
    case failed
    /// The process that ran the test was ended by a signal, or ended itself.
    case crashed
    /// The test did not end in its time.
    case hung
    case skipped
  }

  package let id: String
  package let title: String
  package let status: Status
  /// Why it did not pass; empty if it did.
  package let message: String
  package let seconds: Double

  package init(_ test: ConformanceTest, _ status: Status, _ message: String = "", seconds: Double = 0) {
    id = test.id
    title = test.title
    self.status = status
    self.message = message
    self.seconds = seconds
  }

  /// Whether the plugin is to blame.
  package var isFailure: Bool { status != .passed && status != .skipped }

  package var json: JSONValue {
    [
      "id": .string(id), "title": .string(title), "status": .string(status.rawValue), "message": .string(message),
      "seconds": .number((seconds * 1000).rounded() / 1000),
    ]
  }
}
