import Base
import CSVFAPPlugin

/// What a plugin does when something cannot be done: memory that is not there, files that are not, options and labels that
/// are none.
enum FailureTests {
  static let all: [ConformanceTest] = [ConformanceTest.Subject.head, .source, .sink].flatMap { subject in
    let gate = subject == .head ? GradientTests.gate : subject == .source ? SourceTests.gate : SinkTests.gate
    return [
      ConformanceTest(
        "\(subject.rawValue).denied", "\(subject.title): without memory a call fails, whichever allocation it is, and nothing is lost",
        subject: subject, gates: [gate]
      ) { (context) throws(Verdict) in try denied(subject, context) },
      ConformanceTest(
        "\(subject.rawValue).told", "\(subject.title): every error comes with a message", subject: subject, gates: [gate]
      ) { (context) throws(Verdict) in try told(subject, context) },
    ]
  }

  private static func tour(_ subject: ConformanceTest.Subject, _ context: CheckContext) throws(Verdict) {
    switch subject {
    case .head: try Tour(context).head()
    case .source: try Tour(context).source()
    case .sink: try Tour(context).sink()
    }
  }

  /// Most allocations of one tour that are denied one by one.
  private static let limit = 400

  private static func denied(_ subject: ConformanceTest.Subject, _ context: CheckContext) throws(Verdict) {
    try tour(subject, context)
    let before = context.host.memory.blocks
    let start = context.random
    for number in 0..<limit {
      context.course = "allocation \(number + 1) denied"
      context.random = start
      context.host.memory.deny(after: number)
      let results = context.recording { () throws(Verdict) in try tour(subject, context) }
      let wasDenied = context.host.memory.deny(after: nil)
      for result in results where !result.isOK && !result.isEnd {
        do throws(Verdict) { try result.beSound() } catch {
          throw .failed("where host->allocate returned NULL for the \(number + 1)th time it was called: \(error.message)")
        }
      }
      let left = context.host.memory.blocks - before
      try expect(
        left <= 0, "where host->allocate returned NULL for the \(number + 1)th time it was called, \(left) blocks of it were not given back"
      )
      if !wasDenied {
        if number == 0 { throw .skipped("it does not call host->allocate") }
        break
      }
    }
    // Whatever failed, it works again.
    context.course = ""
    try tour(subject, context)
  }

  private static func told(_ subject: ConformanceTest.Subject, _ context: CheckContext) throws(Verdict) {
    let results = context.recording { () throws(Verdict) in try provoke(subject, context) }
    for result in results where !result.isOK && !result.isEnd {
      try expect(
        result.message != nil, "\(result.sentence); expected that it calls host->fail with what is wrong, where, and what to do")
    }
    try expect(!results.isEmpty, "nothing could be called")
  }

  /// Makes calls that should fail.
  private static func provoke(_ subject: ConformanceTest.Subject, _ context: CheckContext) throws(Verdict) {
    let openings = try Openings(subject, context)
    for text in ["[]", "{\"x\": 1", "{\"no such option\": [1]}"] { _ = try openings.open(text) }
    let configurations = try Configurations(subject, context)
    for (key, value) in DocumentMaker(configurations.schema).outside { _ = try openings.open(JSONValue.object([key: value]).text()) }
    switch subject {
    case .head:
      let head = try HeadSubject(context)
      let row = try GuardedFloats(count: head.targetWidth)
      for fields in [[], ["no such label"], ["nan"], ["1", "2", "3", "4", "5", "6", "7", "8", "9"]] { _ = head.target(fields, row: row) }
    case .source:
      let config = try configurations.usual(context).text()
      let text = context.path("told")
      try Samples.write(Array("This is no video.\n".utf8), to: text)
      for path in [context.path("missing"), text, "/dev/null", ""] {
        let made = SourceSubject.open(context, path, config: config)
        if let handle = made.handle { SourceSubject.close(context, handle) }
      }
      let source = try SourceSubject(context, try Samples(context).any().path)
      if source.seeks { _ = source.seek(.max) }
    case .sink:
      let config = try configurations.usual(context).text()
      let path = try SinkSubject.path(context, "told")
      for (path, width) in [("/proc/missing/\(path.split(separator: "/").last ?? "")", 48), (path, 0), (path, Int.max), ("", 48)] {
        let made = SinkSubject.open(context, path, width: width, config: config)
        if let handle = made.handle { SinkSubject.close(context, handle) }
      }
      let sink = try SinkSubject(context, path)
      _ = sink.write(0, width: 3, height: 3)
    }
    // Without memory, at the first allocations.
    for number in 0..<6 {
      context.host.memory.deny(after: number)
      try? tour(subject, context)
      context.host.memory.deny(after: nil)
    }
  }
}
