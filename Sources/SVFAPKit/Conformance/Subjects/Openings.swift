import Base
import CSVFAPPlugin
import Plugins

/// Opens any interface of a plugin with a configuration, and closes it again: what the tests of configurations do.
struct Openings {
  let subject: ConformanceTest.Subject
  let context: CheckContext
  /// What sources open.
  private let sample: Sample?

  init(_ subject: ConformanceTest.Subject, _ context: CheckContext) throws(Verdict) {
    self.subject = subject
    self.context = context
    sample = subject == .source ? try Samples(context).any() : nil
  }

  /// Opens it with a text and closes it.
  func open(_ config: String) throws(Verdict) -> CallResult {
    switch subject {
    case .head:
      let made = HeadSubject.create(context, config: config, width: 8)
      if let handle = made.handle { HeadSubject.destroy(context, handle) }
      return made.result
    case .source:
      let made = SourceSubject.open(context, sample?.path ?? "", config: config)
      if let handle = made.handle { SourceSubject.close(context, handle) }
      return made.result
    case .sink:
      let made = SinkSubject.open(context, try SinkSubject.path(context, "configured"), config: config)
      if let handle = made.handle { SinkSubject.close(context, handle) }
      return made.result
    }
  }
}
