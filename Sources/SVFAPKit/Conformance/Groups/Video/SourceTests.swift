import Base
import CSVFAPPlugin
import Glibc
import Plugins

/// How a source knows, opens and describes what it reads.
enum SourceTests {
  /// The test that all other tests of sources rest on.
  static let gate = "source.open"

  static let all: [ConformanceTest] = [
    ConformanceTest(gate, "a sample opens, says what it is and gives a frame", subject: .source, gates: [FileTests.gate], open),
    test("source.probe.score", "scores lie between 0 and 100, and the sample's above 0", score),
    test("source.probe.quiet", "probe opens nothing", quiet),
    test("source.open.nothing", "a path that leads nowhere is refused", nothing),
    test("source.open.foreign", "what is no video is refused, or read without harm", foreign),
    test("source.info.stable", "what the source says of a stream is the same before and after reading", stable),
    test("source.instances", "two readers of one video do not know of each other", instances),
    test("source.threads", "readers on several threads read the same", threads),
    test("source.churn", "200 readers leave neither descriptors nor threads nor memory behind", churn),
    test("source.cancelled", "a source that waits stops when the user wants it to", cancelled),
  ]

  private static func test(_ id: String, _ title: String, _ run: @escaping @Sendable (CheckContext) throws(Verdict) -> Void)
    -> ConformanceTest
  {
    ConformanceTest(id, title, subject: .source, gates: [gate], run)
  }

  private static func open(_ context: CheckContext) throws(Verdict) {
    let source = try SourceSubject(context, try Samples(context).any().path)
    let info = source.info
    let sides = Int64(0)...Int64(1 << 16)
    try expect(sides.contains(info.width) && sides.contains(info.height), "info says \(info.width) x \(info.height)")
    try expect(info.frame_count >= -1, "info says \(info.frame_count) frames; expected a count, or SVFAP_UNKNOWN_COUNT (-1)")
    let isRate = info.rate_numerator >= 0 && info.rate_denominator >= 0 && (info.rate_numerator == 0 || info.rate_denominator > 0)
    try expect(
      isRate, "info says a rate of \(info.rate_numerator)/\(info.rate_denominator); expected a fraction, 0/1 (unknown) or 0/0 (no times)")
    try expect(
      [0, 90, 180, 270].contains(info.rotation_degrees),
      "info says a rotation of \(info.rotation_degrees) degrees; expected 0, 90, 180 or 270")
    try expect(info.duration_s < .infinity, "info says that it lasts \(info.duration_s) s; expected seconds, or a negative number")
    let metadata = HostTable.text(info.metadata)
    if !metadata.isEmpty {
      let json = try? JSONValue(parsing: metadata)
      try expect(json?.objectValue != nil, "info gives the metadata \(metadata.prefix(80)); expected a JSON object, or nothing")
    }
    try expect(try source.see() != nil, "the sample has no frames")
  }

  private static func score(_ context: CheckContext) throws(Verdict) {
    let sample = try Samples(context).any()
    let head = sample.file == nil || sample.isFolder ? [] : try Samples.head(of: sample.file ?? "")
    var cases: [(path: String, head: [UInt8])] = [
      (sample.path, head), ("", []), ("nothing.here", []), ("x:y", []), ("/", []), ("\u{1F600}.mp4", [0]),
      (String(repeating: "a/", count: 2000), []),
    ]
    for _ in 0..<200 {
      let count = context.random.integer(below: 4097)
      var bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: context.random.bits()) }
      // Begins as the sample does, and goes on otherwise.
      if context.random.chance(0.5) { bytes.replaceSubrange(0..<min(count, 64), with: head.prefix(min(count, 64))) }
      cases.append(("clip\(count)", bytes))
    }
    for (path, head) in cases {
      let (result, score) = try SourceSubject.probe(context, path, head: head)
      guard result.isOK else {
        try result.beSound()
        continue
      }
      try expect((0...100).contains(score), "\(result.call) gave the score \(score); expected 0 to 100")
    }
    if context.options.sample == nil { return }
    let own = try SourceSubject.probe(context, sample.path, head: head).score
    try expect(own > 0, "probe gave the sample \(sample.path) the score \(own); expected more than 0")
  }

  private static func quiet(_ context: CheckContext) throws(Verdict) {
    let sample = try Samples(context).any()
    // A pipe that is opened waits for its other end.
    let pipe = context.path("pipe")
    guard mkfifo(pipe, 0o600) == 0 || errno == EEXIST else { throw .skipped("no pipe can be made in \(context.options.workspace)") }
    let before = Surroundings.descriptors(but: context.options.path)
    _ = try SourceSubject.probe(context, pipe, head: [])
    if let file = sample.file {
      let head = sample.isFolder ? [] : try Samples.head(of: file)
      guard let watch = FileWatch(sample.path), let inner = FileWatch(file) else {
        throw .skipped("this system cannot tell who opens files")
      }
      for _ in 0..<5 { _ = try SourceSubject.probe(context, sample.path, head: head) }
      try expect(!watch.wasOpened && !inner.wasOpened, "probe opened \(sample.path); it receives the first bytes and opens nothing itself")
    } else {
      _ = try SourceSubject.probe(context, sample.path, head: [])
    }
    try expect(Surroundings.descriptors(but: context.options.path) == before, "probe left a descriptor open")
  }

  private static func nothing(_ context: CheckContext) throws(Verdict) {
    let config = try Configurations(.source, context).usual(context).text()
    let sample = try Samples(context).any()
    let ending = sample.file.flatMap { file in file.lastIndex(of: ".").map { String(file[$0...]) } } ?? ""
    for path in [context.path("missing\(ending)"), context.path("missing/folder\(ending)"), "", "\u{1}"] {
      let made = SourceSubject.open(context, path, config: config)
      if let handle = made.handle { SourceSubject.close(context, handle) }
      try made.result.beRefused("a path that leads nowhere")
    }
  }

  private static func foreign(_ context: CheckContext) throws(Verdict) {
    let config = try Configurations(.source, context).usual(context).text()
    let sample = try Samples(context).any()
    let ending = sample.file.flatMap { file in file.lastIndex(of: ".").map { String(file[$0...]) } } ?? ""
    let contents: [[UInt8]] = [
      [], [0], Array("This is no video.\n".utf8), Array("#EXTM3U\n#EXTINF:1,\n/etc/hostname\n".utf8),
      Array("ffconcat version 1.0\nfile /etc/hostname\n".utf8),
      [UInt8](repeating: 0, count: 10_000), (0..<10_000).map { _ in UInt8(truncatingIfNeeded: context.random.bits()) },
    ]
    for (number, bytes) in contents.enumerated() {
      let path = context.path("foreign\(number)\(ending)")
      try Samples.write(bytes, to: path)
      try DamageTests.read(context, path, config: config)
    }
    for path in ["/dev/null", "/dev/zero", context.options.workspace] { try DamageTests.read(context, path, config: config, frames: 3) }
  }

  private static func facts(_ source: SourceSubject) throws(Verdict) -> String {
    var info = svfap_stream_info()
    info.struct_size = UInt64(MemoryLayout<svfap_stream_info>.size)
    try source.context.call("info") { source.table.info?(source.handle, &info) ?? svfap_status(SVFAP_E_PLUGIN) }.succeed()
    return
      "\(info.width) x \(info.height), \(info.frame_count) frames, \(info.rate_numerator)/\(info.rate_denominator), \(info.duration_s) s, "
      + "\(info.rotation_degrees), \(info.seekable), \(HostTable.text(info.format)), \(HostTable.text(info.metadata))"
  }

  private static func stable(_ context: CheckContext) throws(Verdict) {
    let source = try SourceSubject(context, try Samples(context).any().path)
    let before = try facts(source)
    for _ in 0..<5 { _ = try source.see() }
    let after = try facts(source)
    try expect(before == after, "info says \(before), and after 5 frames \(after)")
  }

  private static func instances(_ context: CheckContext) throws(Verdict) {
    let path = try Samples(context).any().path
    let alone = try SourceSubject(context, path).seeAll(limit: 30)
    let (first, second) = (try SourceSubject(context, path), try SourceSubject(context, path))
    for (index, expected) in alone.enumerated() {
      try expect(try first.see() == expected, "frame \(index) is another where two readers of one video take turns")
      if index % 2 == 0 {
        try expect(try second.see() == alone[index / 2], "frame \(index / 2) is another where two readers of one video take turns")
      }
    }
  }

  private static func threads(_ context: CheckContext) throws(Verdict) {
    let path = try Samples(context).any().path
    let alone = try SourceSubject(context, path).seeAll(limit: 20)
    nonisolated(unsafe) let shared = context
    let failure = OnThreads.run(4) { _ in
      for _ in 0..<3 {
        guard let source = try? SourceSubject(shared, path), let frames = try? source.seeAll(limit: 20) else {
          return "a call failed on one of four threads that succeeds on one"
        }
        if frames != alone { return "four threads, each with a reader of its own, see other frames than one" }
      }
      return nil
    }
    if let failure { throw .failed(failure) }
  }

  private static func churn(_ context: CheckContext) throws(Verdict) {
    let path = try Samples(context).any().path
    try Churn(context).run(200, "opening, reading two frames and closing") { () throws(Verdict) in
      let source = try SourceSubject(context, path)
      for _ in 0..<2 { _ = try source.see() }
    }
  }

  private static func cancelled(_ context: CheckContext) throws(Verdict) {
    let sample = try Samples(context).any()
    let config = try Configurations(.source, context).usual(context).text()
    let ending = sample.file.flatMap { file in file.lastIndex(of: ".").map { String(file[$0...]) } } ?? ""
    // A pipe that nobody writes to: a source that does not ask host->cancelled waits for ever.
    let pipe = context.path("waiting\(ending)")
    guard mkfifo(pipe, 0o600) == 0 || errno == EEXIST else { throw .skipped("no pipe can be made in \(context.options.workspace)") }
    try context.host.cancelled { () throws(Verdict) in try DamageTests.read(context, pipe, config: config, frames: 3) }
    // Where there is data it may go on, and must be as it was when the user changes their mind.
    let expected = try SourceSubject(context, sample.path).seeAll(limit: 10)
    let source = try SourceSubject(context, sample.path)
    let first = try context.host.cancelled { () throws(Verdict) in source.next() }
    if first.result.isOK { return }
    try expect(
      first.result.status == svfap_status(SVFAP_E_CANCELLED),
      "\(first.result.sentence) while the user wants to stop; expected a frame or SVFAP_E_CANCELLED")
    try expect(
      try source.seeAll(limit: 10) == expected,
      "after next returned SVFAP_E_CANCELLED other frames follow than from the start: on an error the object is as it was")
  }
}
