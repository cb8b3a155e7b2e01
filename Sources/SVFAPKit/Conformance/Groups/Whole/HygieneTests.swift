import Base

/// What a plugin may not do to the program that it is loaded into. Each test looks at one thing, before the plugin is loaded
/// and after all that it offers was used.
enum HygieneTests {
  /// What crashes by itself would crash in every one of these.
  private static let gates = [GradientTests.gate, SourceTests.gate, SinkTests.gate]

  static let all: [ConformanceTest] = [
    ConformanceTest("hygiene.output", "nothing is printed", gates: gates, output),
    test("hygiene.signals", "what signals do stays as it was") { Surroundings.signals.map { "signal \($0): \($1)" }.sorted() },
    test("hygiene.umask", "the file mode mask stays as it was") { ["mask \(String(Surroundings.umask, radix: 8))"] },
    test("hygiene.locale", "the locale stays as it was") { [Surroundings.locale] },
    test("hygiene.directory", "the current folder stays as it was") { [Surroundings.directory] },
    test("hygiene.environment", "the environment stays as it was") { Surroundings.environment },
    test("hygiene.float", "rounding and the other modes of floating-point numbers stay as they were") {
      ["mode 0x\(String(Surroundings.floatMode, radix: 16))"]
    },
    ConformanceTest("hygiene.threads", "no thread goes on when all is closed", gates: gates, threads),
    ConformanceTest("hygiene.descriptors", "no descriptor stays open when all is closed", gates: gates, descriptors),
    ConformanceTest("hygiene.memory", "all memory of the host is given back", gates: gates, memory),
    ConformanceTest("hygiene.host", "the host's functions are called as the header says", gates: gates, host),
    // Sources and sinks have tests of their own that open them again and again.
    ConformanceTest("hygiene.leaks", "making, using and ending heads takes no more memory", subject: .head, gates: gates, leaks),
  ]

  /// Something that is looked at before and after.
  private static func test(_ id: String, _ title: String, _ look: @escaping @Sendable () -> [String]) -> ConformanceTest {
    ConformanceTest(id, title, gates: gates) { (context) throws(Verdict) in
      let before = look()
      try Tour(context).run()
      let after = look()
      guard before != after else { return }
      let gone = before.filter { !after.contains($0) }.prefix(4).joined(separator: "; ")
      let come = after.filter { !before.contains($0) }.prefix(4).joined(separator: "; ")
      throw .failed(
        "before: \(gone.isEmpty ? "nothing of that" : gone); after the plugin was loaded and used: \(come.isEmpty ? "nothing of that" : come)"
      )
    }
  }

  private static func output(_ context: CheckContext) throws(Verdict) {
    let printed = try Printed.during(context.path("printed")) { () throws(Verdict) in try Tour(context).run() }
    try expect(printed.isEmpty, "it printed \"\(printed.prefix(200))\"; host->log and host->fail are there for what it has to say")
  }

  private static func threads(_ context: CheckContext) throws(Verdict) {
    let before = Surroundings.threads
    try Tour(context).run()
    try expect(
      Surroundings.settles { Surroundings.threads <= before },
      "there were \(before) threads before the plugin was loaded and \(Surroundings.threads) a second after all was closed")
  }

  private static func descriptors(_ context: CheckContext) throws(Verdict) {
    let before = Surroundings.descriptors(but: context.options.path)
    try Tour(context).run()
    let left = Surroundings.descriptors(but: context.options.path).filter { !before.contains($0) }
    try expect(left.isEmpty, "open after all was closed: \(left.joined(separator: "; "))")
  }

  private static func memory(_ context: CheckContext) throws(Verdict) {
    let before = context.host.memory.blocks
    try Tour(context).run()
    let left = context.host.memory.blocks - before
    try expect(
      left <= 0, "\(left) blocks of host->allocate, \(context.host.memory.byteCount) bytes, were not given back when all was closed")
  }

  private static func host(_ context: CheckContext) throws(Verdict) {
    _ = context.host.takeWrongs()
    try Tour(context).run()
    let wrongs = context.host.takeWrongs()
    try expect(wrongs.isEmpty, wrongs.joined(separator: "; "))
  }

  private static func leaks(_ context: CheckContext) throws(Verdict) {
    try Churn(context).run(200, "making, using and ending a head") { () throws(Verdict) in try Tour(context).head() }
  }
}
