/// One test of a plugin: a name that it is chosen by, what must hold, and the code that looks.
package struct ConformanceTest: Sendable {
  /// What a plugin must offer for a test to apply to it.
  package enum Subject: String, Sendable {
    case head
    case source
    case sink

    /// As the interface is called for people.
    var title: String {
      switch self {
      case .head: "task head"
      case .source: "video source"
      case .sink: "video sink"
      }
    }
  }

  /// "head.gradient.parameters": group, then what is looked at.
  package let id: String
  /// What must hold, as a sentence without a subject of its own.
  package let title: String
  /// Nil: applies to every plugin.
  package let subject: Subject?
  /// Tests without which this one has no meaning: where one of them fails, this one is skipped.
  package let gates: [String]
  let run: @Sendable (CheckContext) throws(Verdict) -> Void

  init(
    _ id: String, _ title: String, subject: Subject? = nil, gates: [String] = [],
    _ run: @escaping @Sendable (CheckContext) throws(Verdict) -> Void
  ) {
    self.id = id
    self.title = title
    self.subject = subject
    self.gates = gates
    self.run = run
  }
}
