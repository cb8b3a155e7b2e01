import Base
import Glibc
import Reports
import TestSupport
import Testing

@Suite("metrics.jsonl")
struct MetricsLogTests {
  private let folder = TemporaryFolder()
  private var path: String { "\(folder.path)/metrics.jsonl" }

  private var lines: [String] { String(decoding: Fixtures.bytes(path), as: UTF8.self).split(separator: "\n").map(String.init) }

  private func step(_ step: Int) -> MetricsRecord {
    var record = MetricsRecord("step", step: step, epoch: step / 4)
    record.add("loss", 1 / Double(step))
    record.add("learning_rate", float: 3e-4)
    record.add(seconds: Double.random(in: 0...1), as: "data_s")
    return record
  }

  private func validation(_ step: Int) -> MetricsRecord {
    var record = MetricsRecord("validation", step: step, epoch: step / 4)
    record.add("uar", Double(step) / 100)
    return record
  }

  /// Takes the steps `first` to `last` as a trainer does: every fourth step is followed by a validation, before it the
  /// checkpoint's position is noted.
  private func train(_ log: MetricsLog, from first: Int, to last: Int, positions: inout [MetricsLog.Position]) throws {
    for number in stride(from: first, through: last, by: 1) {
      try log.append(step(number))
      if number % 4 == 0 {
        positions.append(log.position(atStep: number))
        try log.append(validation(number))
      }
    }
  }

  /// The records without their times.
  private func content() throws -> [JSONValue] {
    try lines.map { line in
      var object = try #require(try JSONValue(parsing: line).objectValue)
      object["time"] = nil
      return .object(object)
    }
  }

  @Test("a record is one line that says what, when and how much")
  func line() throws {
    var record = MetricsRecord("step", step: 120, epoch: 2)
    record.add("loss", float: 0.1)
    record.add("grad_norm", 2)
    record.add(seconds: 0.0123456789, as: "data_s")
    try MetricsLog(path).append(record, at: 1_790_000_000)
    #expect(
      lines == [
        "{\"kind\": \"step\", \"step\": 120, \"epoch\": 2, \"values\": {\"loss\": 0.1, \"grad_norm\": 2.0}, "
          + "\"time\": {\"at\": \"2026-09-21T14:13:20Z\", \"data_s\": 0.012346}}"
      ])
  }

  @Test("NaN and infinities are null in their column and named beside it")
  func nonFinite() throws {
    var record = MetricsRecord("step", step: 1, epoch: 0)
    record.add("loss", float: .nan)
    record.add("rate", 0.5)
    record.add("norm", -Double.infinity)
    try MetricsLog(path).append(record)
    let json = try JSONValue(parsing: try #require(lines.first))
    #expect(json["values"] == ["loss": .null, "rate": 0.5, "norm": .null])
    #expect(json["non_finite"] == ["loss": "nan", "norm": "-inf"])
  }

  @Test("a record is in the file when append returns")
  func immediate() throws {
    let log = try MetricsLog(path)
    for number in 1...3 {
      try log.append(step(number))
      #expect(lines.count == number)
      #expect(log.records == number)
    }
  }

  @Test("killed at any byte and resumed at any checkpoint before, the log is that of an undisturbed run but for times")
  func resume() throws {
    var positions = [MetricsLog.Position.start]
    try train(MetricsLog(path), from: 1, to: 12, positions: &positions)
    let whole = Fixtures.bytes(path)
    let expected = try content()
    #expect(expected.count == 15)
    for position in positions {
      let least = whole.indices.filter { whole[$0] == 0x0A }.prefix(position.records).last.map { $0 + 1 } ?? 0
      for size in stride(from: least, through: whole.count, by: 3) {
        // A new file: some file systems flush one that is emptied and written again.
        unlink(path)
        Fixtures.write(Array(whole[..<size]), to: path)
        let log = try MetricsLog(path, from: position)
        #expect(log.records == position.records)
        #expect(log.missingRecords == 0)
        #expect(log.cutBytes == size - least)
        var ignored: [MetricsLog.Position] = []
        // A checkpoint is saved before the validation of its step: that is taken first.
        if position != .start { try log.append(validation(position.step)) }
        try train(log, from: position.step + 1, to: 12, positions: &ignored)
        #expect(try content() == expected, "cut to \(size) bytes, resumed at step \(position.step)")
      }
    }
  }

  @Test(
    "what a crash leaves at the end is cut: zeros, half a line, half a character",
    arguments: [[0, 0, 0, 0x0A], Array("{\"st".utf8), [0x7B, 0xC3]])
  func tornTail(tail: [UInt8]) throws {
    var positions: [MetricsLog.Position] = []
    try train(MetricsLog(path), from: 1, to: 3, positions: &positions)
    let whole = Fixtures.bytes(path)
    Fixtures.write(whole + tail, to: path)
    let log = try MetricsLog(path, from: .init(step: 3, records: 5))
    #expect(log.cutBytes == tail.count)
    #expect(log.missingRecords == 2)
    #expect(Fixtures.bytes(path) == whole)
  }

  @Test("a damaged line among whole ones stays where it is")
  func damagedMiddle() throws {
    let log = try MetricsLog(path)
    try log.append(step(1))
    Fixtures.write(Fixtures.bytes(path) + Array("someone's note\n".utf8), to: path)
    try MetricsLog(path, from: .init(step: 9, records: 9)).append(step(2))
    // The note was last and no record: it was cut. Now one stands between records.
    let whole = Fixtures.bytes(path)
    Fixtures.write(Array("a note\n".utf8) + whole, to: path)
    let resumed = try MetricsLog(path, from: .init(step: 2, records: 3))
    #expect(resumed.cutBytes == 0)
    #expect(lines.first == "a note")
    #expect(lines.count == 3)
  }

  @Test("a log that was deleted says how much is missing")
  func deleted() throws {
    let log = try MetricsLog(path, from: .init(step: 8, records: 10))
    #expect(log.missingRecords == 10)
    #expect(log.records == 0)
  }

  @Test("what is no file is refused")
  func noFile() {
    symlink("/dev/null", path)
    let device = #expect(throws: SVFAPError.self) { try MetricsLog(path) }
    #expect(device?.message.contains("not a file") == true)
    unlink(path)
    mkdir(path, 0o777)
    let folder = #expect(throws: SVFAPError.self) { try MetricsLog(path) }
    #expect(folder?.message.contains(path) == true)
  }

  @Test("on a full disk the log ends with the last whole record, and goes on when there is room again", arguments: [0, 10, 500, 1000])
  func fullDisk(bytes: Int) throws {
    let outcome = try #require(ChildProcess.run([ChildProcess.tool("run-writer"), "log", path, "\(bytes)"]))
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("File too large"), "\(outcome.output)")
    let steps = try lines.map { try JSONValue(parsing: $0)["step"]?.intValue }
    #expect(steps == Array(1...steps.count))
    #expect(outcome.output.contains(", \(steps.count - 1) records"))
  }
}
