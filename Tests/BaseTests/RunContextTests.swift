import Base
import TestSupport
import Testing

@Suite("Long work tells how far it is and stops when asked")
struct RunContextTests {
  @Test("the first report comes at once, those that follow at once do not")
  func intervals() throws {
    var reports: [Progress] = []
    let context = RunContext { progress in
      reports.append(progress)
      return true
    }
    let start = monotonicSeconds()
    for step in 0..<10_000 { try context.report("reading", done: Double(step), total: 10_000) }
    let seconds = monotonicSeconds() - start
    #expect(reports.first?.done == 0)
    #expect(Double(reports.count) <= 2 + seconds / 0.2)
  }

  @Test("reports that must come always come")
  func always() throws {
    var count = 0
    let context = RunContext { _ in
      count += 1
      return true
    }
    for _ in 0..<5 { try context.report("x", done: 0, total: nil, always: true) }
    #expect(count == 5)
  }

  @Test("the time left is estimated from what is done")
  func remaining() throws {
    var reports: [Progress] = []
    let context = RunContext { progress in
      reports.append(progress)
      return true
    }
    try context.report("start", done: 0, total: 4, always: true)
    try context.report("one of four", done: 1, total: 4, always: true)
    try context.report("unknown end", done: 1, total: nil, always: true)
    try context.report("more than promised", done: 5, total: 4, always: true)
    try context.report("end", done: 4, total: 4, always: true)
    #expect(reports.map(\.activity) == ["start", "one of four", "unknown end", "more than promised", "end"])
    #expect(reports[0].remaining == nil)
    #expect(abs((reports[1].remaining ?? -1) - 3 * reports[1].elapsed) < 1e-9)
    #expect(reports[2].remaining == nil && reports[2].total == nil)
    #expect(reports[3].remaining == nil)
    #expect(reports[4].remaining == 0)
    #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.elapsed <= $1.elapsed })
  }

  @Test("the text of a report that nobody sees is not made")
  func lazyText() throws {
    func text() -> String {
      Issue.record("nobody listens")
      return ""
    }
    try RunContext().report(text(), done: 0, total: nil, always: true)
  }

  @Test("a listener that says no stops the work")
  func listener() {
    let context = RunContext { _ in false }
    #expect(failure { try context.report("x", done: 0, total: nil) }?.code == .cancelled)
  }

  @Test("a cancel token stops the work at the next look")
  func token() throws {
    let token = try CancelToken.make()
    defer { token.release() }
    let context = RunContext(cancel: token)
    try context.check()
    try context.report("x", done: 0, total: nil)
    token.request()
    #expect(failure { try context.check() }?.code == .cancelled)
    #expect(failure { try context.report("x", done: 0, total: nil) }?.code == .cancelled)
    #expect(context.token == token)
  }

  @Test("the clock goes forward")
  func clock() {
    let times = (0..<1000).map { _ in monotonicSeconds() }
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(peakResidentMiB() > 0)
  }
}
