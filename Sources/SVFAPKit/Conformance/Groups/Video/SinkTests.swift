import Base
import CSVFAPPlugin
import Glibc
import Video

/// What a sink writes, and what is left where it does not come to its end.
enum SinkTests {
  /// The test that all other tests of sinks rest on.
  static let gate = "sink.open"

  static let all: [ConformanceTest] = [
    ConformanceTest(gate, "frames are written and something is there", subject: .sink, gates: [FileTests.gate], open),
    test("sink.probe.score", "scores lie between 0 and 100, and nothing is made", score),
    ConformanceTest(
      "sink.readback", "the plugin's own source reads what was written: as many frames, of the same size", subject: .sink,
      gates: [gate, SourceTests.gate], readback),
    test("sink.abandoned", "what was not finished is removed", abandoned),
    test("sink.finish.again", "finish twice, and write after finish, do no harm", finishAgain),
    test("sink.memory", "what is written to memory is there until the writer is closed", memory),
    test("sink.rows", "rows with a gap between them are written as rows without", rows),
    test("sink.size", "a frame of another size is refused, and the right ones are taken after it", size),
    test("sink.format", "sizes and rates that make no sense are refused, or do no harm", format),
    test("sink.nowhere", "a path that cannot be written is refused", nowhere),
    test("sink.lost", "a frame without pixels is refused", lost),
    test("sink.churn", "50 writers leave neither descriptors nor threads nor memory behind", churn),
  ]

  private static func test(_ id: String, _ title: String, _ run: @escaping @Sendable (CheckContext) throws(Verdict) -> Void)
    -> ConformanceTest
  {
    ConformanceTest(id, title, subject: .sink, gates: [gate], run)
  }

  /// Whether something other than an empty folder is at a path.
  private static func isWritten(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    if status.st_mode & S_IFMT == S_IFDIR { return (try? Folder(path).names())?.isEmpty == false }
    return status.st_size > 0
  }

  private static func open(_ context: CheckContext) throws(Verdict) {
    let path = try SinkSubject.path(context, "written")
    try SinkSubject(context, path).writeAll(12)
    try expect(isWritten(path), "12 frames were written to \(path), finish returned SVFAP_OK, and there is nothing")
  }

  private static func score(_ context: CheckContext) throws(Verdict) {
    let before = (try? Folder(context.options.workspace).names()) ?? []
    let paths = SinkSubject.endings.map { context.path("probed\($0)") } + ["", "/", ".", "\u{1F600}", String(repeating: "a", count: 5000)]
    for path in paths {
      let (result, score) = try SinkSubject.probe(context, path)
      guard result.isOK else {
        try result.beSound()
        continue
      }
      try expect((0...100).contains(score), "\(result.call) gave the score \(score); expected 0 to 100")
    }
    let after = (try? Folder(context.options.workspace).names()) ?? []
    try expect(after == before, "probe made \(after.filter { !before.contains($0) }.joined(separator: ", ")); it judges the name alone")
  }

  private static func readback(_ context: CheckContext) throws(Verdict) {
    guard try context.plugin().videoSource != nil else { throw .skipped("the plugin offers no video source") }
    let path = try SinkSubject.path(context, "readback")
    for (width, height) in [(48, 32), (64, 48)] {
      let target = path.hasSuffix("/") ? "\(path.dropLast())-\(width)/" : path
      try SinkSubject(context, target, width: width, height: height).writeAll(15)
      let frames = try SourceSubject(context, target).seeAll()
      try expect(frames.count == 15, "15 frames were written to \(target); the plugin's own source reads \(frames.count)")
      for frame in frames {
        try expect(
          frame.width == Int64(width) && frame.height == Int64(height),
          "frames of \(width) x \(height) were written; the plugin's own source reads \(frame.width) x \(frame.height)")
      }
      try expect(
        Set(frames.map(\.hash)).count > 1, "15 frames that differ were written; the plugin's own source reads one picture all the time")
      if unlink(target) != 0 { continue }
    }
  }

  /// Opens a writer, which is closed when `body` is done.
  private static func closed(_ context: CheckContext, _ path: String, _ body: (SinkSubject) throws(Verdict) -> Void) throws(Verdict) {
    try body(try SinkSubject(context, path))
  }

  private static func abandoned(_ context: CheckContext) throws(Verdict) {
    for frames in [0, 1, 9] {
      let path = try SinkSubject.path(context, "abandoned\(frames)")
      try closed(context, path) { (sink) throws(Verdict) in
        for index in 0..<frames { try sink.write(index).succeed() }
      }
      try expect(
        !isWritten(path),
        "\(path) was closed after \(frames) frames and without finish, and is still there; what is not finished is removed")
      let rest =
        (try? Folder(context.options.workspace).names())?.filter { $0.contains("abandoned\(frames)") && !isFolder(context.path($0)) } ?? []
      try expect(rest.isEmpty, "a writer that was closed without finish left \(rest.joined(separator: ", "))")
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func finishAgain(_ context: CheckContext) throws(Verdict) {
    let path = try SinkSubject.path(context, "finished")
    try closed(context, path) { (sink) throws(Verdict) in
      try sink.writeAll(3)
      try sink.finish().result.beSound()
      try sink.write(3).beSound()
      try sink.finish().result.beSound()
    }
    try expect(isWritten(path), "\(path) was finished, and is gone after a second finish")
    // Nothing written at all.
    let empty = try SinkSubject(context, try SinkSubject.path(context, "empty"))
    try empty.finish().result.beSound()
  }

  private static func memory(_ context: CheckContext) throws(Verdict) {
    let configurations = try Configurations(.sink, context)
    let usual = try configurations.usual(context)
    var candidates = [usual]
    for (key, value) in DocumentMaker(configurations.schema).choices {
      if let config = try configurations.usual(context, with: key, value) { candidates.append(config) }
    }
    var refusal = ""
    for config in candidates {
      let made = SinkSubject.open(context, "", config: config.text())
      guard let handle = made.handle else {
        try made.result.beSound()
        if refusal.isEmpty { refusal = made.result.message ?? "no reason given" }
        continue
      }
      SinkSubject.close(context, handle)
      let sink = try SinkSubject(context, "", config: config)
      for index in 0..<3 {
        // A single picture is full after one.
        let result = sink.write(index)
        if index == 0 { try result.succeed() } else { try result.beSound() }
      }
      let (result, bytes, size) = sink.finish()
      try result.succeed()
      guard let bytes, size > 0 else {
        throw .failed("finish of a writer to memory gave \(size) bytes at \(bytes == nil ? "NULL" : "some place")")
      }
      // All of it is read.
      let sum = UnsafeBufferPointer(start: bytes, count: Int(size)).reduce(0) { $0 &+ Int($1) }
      try expect(sum > 0, "finish of a writer to memory gave \(size) bytes, all 0")
      return
    }
    throw .skipped("it does not write to memory: \(refusal)")
  }

  /// The bytes of one file that was written; nil for a folder.
  private static func bytes(_ path: String) -> [UInt8]? {
    guard !isFolder(path), let file = try? InputFile(path) else {
      guard let name = (try? Folder(path).names())?.first, let file = try? InputFile("\(path)/\(name)") else { return nil }
      return try? file.bytes(at: 0, count: file.size)
    }
    return try? file.bytes(at: 0, count: file.size)
  }

  private static func rows(_ context: CheckContext) throws(Verdict) {
    var written: [[UInt8]?] = []
    for (name, padding) in [("tight", 0), ("tight-again", 0), ("wide", 40)] {
      let path = try SinkSubject.path(context, name)
      let sink = try SinkSubject(context, path)
      for index in 0..<4 { try sink.write(index, padding: padding).succeed() }
      try sink.finish().result.succeed()
      written.append(bytes(path))
    }
    guard written[0] == written[1] else { throw .skipped("what it writes differs from one time to the next") }
    try expect(written[2] == written[0], "frames with 40 bytes between their rows (row_bytes) are not written as the same frames without")
  }

  private static func size(_ context: CheckContext) throws(Verdict) {
    let path = try SinkSubject.path(context, "sizes")
    let sink = try SinkSubject(context, path)
    try sink.write(0).succeed()
    for (width, height) in [(47, 32), (48, 31), (96, 64), (2, 2)] {
      try sink.write(1, width: width, height: height).beRefused("a frame of \(width) x \(height) for a video of 48 x 32")
    }
    try sink.write(1).succeed()
    try sink.finish().result.succeed()
  }

  private static func format(_ context: CheckContext) throws(Verdict) {
    let path = try SinkSubject.path(context, "formats")
    let config = try Configurations(.sink, context).usual(context).text()
    let sizes = [(0, 32), (48, 0), (-1, 32), (48, .min), (Int.max, 32), (1 << 40, 1 << 40), (65536, 65536), (1, 1)]
    for (width, height) in sizes {
      let made = SinkSubject.open(context, path, width: width, height: height, config: config)
      if let handle = made.handle { SinkSubject.close(context, handle) }
      if width < 1 || height < 1 { try made.result.beRefused("a size of \(width) x \(height)") } else { try made.result.beSound() }
    }
    for rate: (Int64, Int64) in [(0, 0), (0, 1), (1, 0), (-25, 1), (25, -1), (.max, 1), (1, .max), (.max, .max), (.min, .min)] {
      let made = SinkSubject.open(context, path, rate: rate, config: config)
      if let handle = made.handle { SinkSubject.close(context, handle) }
      try made.result.beSound()
    }
  }

  private static func nowhere(_ context: CheckContext) throws(Verdict) {
    let name = try SinkSubject.path(context, "nowhere").split(separator: "/").last.map(String.init) ?? ""
    let config = try Configurations(.sink, context).usual(context).text()
    let isFolder = !name.contains(".")
    let paths = ["/proc/\(name)", "/dev/null/\(name)"].map { isFolder ? $0 + "/" : $0 }
    for path in paths {
      let made = SinkSubject.open(context, path, config: config)
      guard let handle = made.handle else {
        try made.result.beRefused("a path that cannot be written")
        continue
      }
      SinkSubject.close(context, handle)
      let sink = try SinkSubject(context, path)
      let results = (0..<3).map { sink.write($0) } + [sink.finish().result]
      try expect(results.contains { !$0.isOK }, "open, write and finish returned SVFAP_OK for \(path), which cannot be written")
    }
  }

  private static func lost(_ context: CheckContext) throws(Verdict) {
    let sink = try SinkSubject(context, try SinkSubject.path(context, "lost"))
    var frame = svfap_frame()
    frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
    frame.width = 48
    frame.height = 32
    frame.row_bytes = 144
    frame.damaged = 1
    try context.call("write (a frame without pixels)") { sink.table.write?(sink.handle, &frame) ?? svfap_status(SVFAP_E_PLUGIN) }
      .beRefused("a frame without pixels")
    try sink.write(0).succeed()
  }

  private static func churn(_ context: CheckContext) throws(Verdict) {
    var round = 0
    try Churn(context).run(50, "opening, writing two frames and closing") { () throws(Verdict) in
      let path = try SinkSubject.path(context, "churned")
      let sink = try SinkSubject(context, path)
      for index in 0..<2 { try sink.write(index).succeed() }
      // Half of them come to their end.
      if round % 2 == 0 { try sink.finish().result.succeed() }
      round += 1
    }
  }
}
