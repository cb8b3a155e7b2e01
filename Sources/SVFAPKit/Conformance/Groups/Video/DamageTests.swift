import Base
import CSVFAPPlugin
import Glibc

/// What becomes of a source whose file is cut short, or has wrong bytes in it.
enum DamageTests {
  static let all: [ConformanceTest] = [
    test("source.damage.truncated", "files cut short are read as far as they go, or refused", truncated),
    test("source.damage.flipped", "files with wrong bytes are read, marked damaged, or refused", flipped),
  ]

  private static func test(_ id: String, _ title: String, _ run: @escaping @Sendable (CheckContext) throws(Verdict) -> Void)
    -> ConformanceTest
  {
    ConformanceTest(id, title, subject: .source, gates: [SourceTests.gate], run)
  }

  /// Opens and reads whatever there is. Whether that succeeds is left open; what comes must make sense.
  static func read(_ context: CheckContext, _ path: String, config: String, frames: Int = 60) throws(Verdict) {
    let made = SourceSubject.open(context, path, config: config)
    guard let handle = made.handle else {
      try expect(!made.result.isOK, "\(made.result.call) returned SVFAP_OK and gave no reader")
      return try made.result.beSound()
    }
    defer { SourceSubject.close(context, handle) }
    try expect(made.result.isOK, "\(made.result.sentence), and gave a reader; on an error the place for it is left untouched")
    guard let table = try context.plugin().videoSource else { return }
    var info = svfap_stream_info()
    info.struct_size = UInt64(MemoryLayout<svfap_stream_info>.size)
    try context.call("info") { table.info?(handle, &info) ?? svfap_status(SVFAP_E_PLUGIN) }.beSound()
    for _ in 0..<frames {
      var frame = svfap_frame()
      frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
      let result = context.call("next") { table.next?(handle, &frame) ?? svfap_status(SVFAP_E_PLUGIN) }
      guard result.isOK else {
        try result.beSound()
        break
      }
      _ = try SourceSubject.look(frame)
    }
    guard info.seekable != 0, let seek = table.seek else { return }
    var landed: Int64 = -1
    let result = context.call("seek (0)") { seek(handle, 0, &landed) }
    try result.beSound()
  }

  /// Reads copies of the sample with other bytes in its file.
  private static func readDamaged(
    _ context: CheckContext, _ rounds: Int, _ damage: (inout [UInt8], inout RandomSequence) -> String
  ) throws(Verdict) {
    let sample = try Samples(context).any()
    guard let file = sample.file else { throw .skipped("\(sample.path) is no file that could be damaged") }
    let config = try Configurations(.source, context).usual(context).text()
    let whole = try attempt { () throws(SVFAPError) in
      let input = try InputFile(file)
      guard input.size <= 64 << 20 else {
        throw SVFAPError(.limit, "the sample \(file) has \(input.size) bytes; give one of at most 64 MiB")
      }
      return try input.bytes(at: 0, count: input.size)
    }
    guard whole.count > 1 else { throw .skipped("\(file) has \(whole.count) bytes") }
    let ending = file.lastIndex(of: ".").map { String(file[$0...]) } ?? ""
    let folder = context.path("damaged-\(context.test.id)")
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .failed("cannot make \(folder): \(systemErrorText(errno))") }
    let path = "\(folder)/damaged\(ending)"
    let before = Surroundings.descriptors(but: context.options.path).count
    for round in 0..<rounds {
      var bytes = whole
      let what = damage(&bytes, &context.random)
      context.course = "round \(round): \(file) with \(what)"
      try Samples.write(bytes, to: path)
      do throws(Verdict) { try read(context, sample.isFolder ? folder : path, config: config) } catch {
        throw error.kind == .failed ? .failed("\(context.course): \(error.message)") : error
      }
    }
    let after = Surroundings.descriptors(but: context.options.path).count
    try expect(after <= before, "\(rounds) damaged files left \(after - before) descriptors open")
  }

  private static func truncated(_ context: CheckContext) throws(Verdict) {
    var round = 0
    try readDamaged(context, context.options.rounds) { (bytes: inout [UInt8], random: inout RandomSequence) in
      // Near both ends, where headers and tables are, and anywhere.
      let count = [round, bytes.count - 1 - round, random.integer(below: bytes.count)][round % 3]
      round += 1
      bytes.removeLast(bytes.count - min(max(count, 0), bytes.count - 1))
      return "the first \(bytes.count) bytes only"
    }
  }

  private static func flipped(_ context: CheckContext) throws(Verdict) {
    try readDamaged(context, context.options.rounds * 5) { (bytes: inout [UInt8], random: inout RandomSequence) in
      var places: [String] = []
      for _ in 0..<1 + random.integer(below: 4) {
        // Headers decide more than pixels do.
        let place = random.integer(below: random.chance(0.5) ? min(bytes.count, 512) : bytes.count)
        bytes[place] = random.chance(0.5) ? bytes[place] ^ UInt8(1 << random.integer(below: 8)) : UInt8(truncatingIfNeeded: random.bits())
        places.append("\(place)=0x\(String(bytes[place], radix: 16))")
      }
      return "bytes \(places.joined(separator: ", "))"
    }
  }
}
