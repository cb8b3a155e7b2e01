import Base
import Reports
import TestSupport
import Testing

@Suite("Timelines as JSON")
struct JSONReportTests {
  private func written(_ records: Int, head: JSONObject, tail: JSONObject) throws -> JSONValue {
    var value = JSONValue.null
    try inFolder { folder in
      let report = try JSONReport("\(folder)/t.json", head: head, outputs: ["sad", "hap\"py"])
      for index in 0..<records { try report.add(record(index)) }
      try report.finish(tail)
      #expect(text("\(folder)/t.json").hasSuffix("\n}\n"))
      value = try JSONValue(parsing: text("\(folder)/t.json"))
    }
    return value
  }

  @Test("head, windows and tail are one valid document", arguments: [0, 1, 3])
  func document(records: Int) throws {
    let head: JSONObject = ["input": "a \"b\"\n\u{1}.mp4", "model": ["name": "x"]]
    let value = try written(records, head: head, tail: ["frames": ["decoded": 3], "ended": true])
    #expect(value.objectValue?.keys == ["input", "model", "windows", "frames", "ended"])
    #expect(value["input"] == "a \"b\"\n\u{1}.mp4")
    #expect(value["windows"]?.arrayValue?.count == records)
    #expect(value["frames"] == ["decoded": 3])
  }

  @Test("nothing in front and nothing behind")
  func bare() throws {
    #expect(try written(2, head: [:], tail: [:]).objectValue?.keys == ["windows"])
    #expect(try written(0, head: [:], tail: [:]) == ["windows": []])
  }

  @Test("a window with all it has")
  func window() {
    #expect(
      JSONReport.json(record(3, start: 0.5, end: 1.25), outputs: ["sad", "happy"]) == [
        "window": 3, "start_frame": 12, "end_frame": 28, "start_s": 0.5, "end_s": 1.25, "success": true, "padded_frames": 3,
        "readings": ["sad": 0.25, "happy": 0.75], "class": "happy", "probability": 0.75,
      ])
    let failed = JSONReport.json(record(0, readings: [], winner: nil, reason: "not finite"), outputs: ["sad", "happy"])
    #expect(failed["success"] == false && failed["reason"] == "not finite" && failed["readings"] == [:] && failed["class"] == nil)
  }

  @Test("float32 numbers are written as short as they are")
  func numbers() {
    #expect(
      JSONReport.json(record(0, readings: [0.1, 1e-9], winner: nil), outputs: ["a", "b"])["readings"]?.text()
        == "{\"a\": 0.1, \"b\": 1e-09}")
    let values = stream("readings", seed: 2, count: 500)
    for value in values {
      let json = JSONReport.json(record(0, readings: [value], winner: nil), outputs: ["a"])
      #expect(json["readings"]?["a"]?.doubleValue.map { Float($0) } == value)
    }
    #expect(
      JSONReport.json(record(0, readings: [.nan, .infinity], winner: nil), outputs: ["a", "b"]).text().contains(
        "{\"a\": null, \"b\": null}"))
  }
}

@Suite("Timelines for people")
struct TerminalTimelineTests {
  private func lines(_ records: [(readings: [Float], winner: Int?, reason: String?)], isExclusive: Bool = true) -> [String] {
    var timeline = TerminalTimeline(outputs: ["sad", "surprise"], isExclusive: isExclusive)
    for (index, row) in records.enumerated() {
      timeline.add(
        record(index, readings: row.readings, winner: row.winner, reason: row.reason, start: Double(index), end: Double(index) + 2.5))
    }
    return timeline.text.split(separator: "\n").map(String.init)
  }

  @Test("the winning class with a bar")
  func classes() {
    #expect(
      lines([([0.6, 0.4], 0, nil), ([0, 1], 1, nil)]) == [
        "     0.00 -     2.50 s  sad      ############........ 0.60", "     1.00 -     3.50 s  surprise #################### 1.00",
      ])
  }

  @Test("dimensions by name, and reasons where there is nothing")
  func others() {
    #expect(
      lines([([0.5, -1.25], nil, nil), ([], nil, "not finite")], isExclusive: false) == [
        "     0.00 -     2.50 s  sad  0.500  surprise -1.250", "     1.00 -     3.50 s  not finite",
      ])
  }

  @Test("what a plugin calls a probability cannot break the bar", arguments: [Float(-3), 7, 1e30, -1e30, .infinity])
  func absurd(value: Float) {
    let bar = lines([([value, 0], 0, nil)])[0]
    #expect(bar.contains(value > 0 ? "####################" : "...................."))
  }

  @Test("long timelines are cut and say how much is left out")
  func long() {
    let found = lines([(readings: [Float], winner: Int?, reason: String?)](repeating: ([1, 0], 0, nil), count: 205))
    #expect(found.count == 201)
    #expect(found.last == "... and 5 more windows: see the files")
  }
}
