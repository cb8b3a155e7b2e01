import Base
import Reports
import TestSupport
import Testing
import Video

/// Reads CSV (RFC 4180) byte by byte.
private func parsed(_ csv: String) -> [[String]] {
  var rows: [[String]] = []
  var row: [String] = []
  var cell: [UInt8] = []
  var isQuoted = false
  let bytes = Array(csv.utf8)
  var index = 0
  while index < bytes.count {
    let byte = bytes[index]
    if isQuoted {
      if byte != UInt8(ascii: "\"") {
        cell.append(byte)
      } else if index + 1 < bytes.count, bytes[index + 1] == byte {
        cell.append(byte)
        index += 1
      } else {
        isQuoted = false
      }
    } else if byte == UInt8(ascii: "\""), cell.isEmpty {
      isQuoted = true
    } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\r") {
      row.append(String(decoding: cell, as: UTF8.self))
      cell = []
      if byte == UInt8(ascii: "\r") {
        rows.append(row)
        row = []
        index += 1
      }
    } else {
      cell.append(byte)
    }
    index += 1
  }
  return rows
}

@Suite("Timelines as CSV")
struct CSVTests {
  @Test(
    "cells are quoted where they must be",
    arguments: [
      ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("two\nlines", "\"two\nlines\""),
      ("a\r\nb", "\"a\r\nb\""),
      ("a\rb", "\"a\rb\""), ("tab\there", "tab\there"), (" space ", " space "), ("漢,é", "\"漢,é\""), ("a,\u{301}b", "\"a,\u{301}b\""),
      ("a\"\u{301}b", "\"a\"\"\u{301}b\""),
    ])
  func quoting(text: String, expected: String) {
    #expect(Array(CSVReport.cell(text).utf8) == Array(expected.utf8))
    let row = parsed(CSVReport.row(["x", text, "y"]))
    #expect(row == [["x", text, "y"]])
  }

  @Test(
    "what a spreadsheet would run is made plain, numbers are left alone",
    arguments: [
      ("=1+1", "'=1+1"), ("+x", "'+x"), ("@sum", "'@sum"), ("-cmd", "'-cmd"), ("\tx", "'\tx"), ("-1.5", "-1.5"), ("-1e-07", "-1e-07"),
      ("1=2", "1=2"),
      ("=\u{301}1", "'=\u{301}1"), ("=a,b", "\"'=a,b\""),
    ])
  func formulas(text: String, expected: String) { #expect(Array(CSVReport.cell(text).utf8) == Array(expected.utf8)) }

  @Test("a row a window: classes")
  func classes() throws {
    try inFolder { folder in
      let report = try CSVReport("\(folder)/t.csv", input: "a, b.mp4", outputs: ["sad", "hap,py"], isExclusive: true)
      try report.add(record(0, start: 0, end: 2.56))
      try report.add(record(1, readings: [], winner: nil, reason: "not finite", start: 1.28, end: 3.84))
      try report.add(record(2, readings: [0.1, 1e-9], winner: 0, start: 1_000_000.5, end: 1_000_003))
      try report.finish()
      let expected = [
        [
          "input", "window", "start_frame", "end_frame", "start_s", "end_s", "success", "reason", "padded_frames", "sad", "hap,py", "class",
          "probability",
        ],
        ["a, b.mp4", "0", "0", "16", "0.000000", "2.560000", "1", "", "0", "0.25", "0.75", "hap,py", "0.75"],
        ["a, b.mp4", "1", "4", "20", "1.280000", "3.840000", "0", "not finite", "1", "", "", "", ""],
        ["a, b.mp4", "2", "8", "24", "1000000.500000", "1000003.000000", "1", "", "2", "0.1", "1e-09", "sad", "0.1"],
      ]
      #expect(parsed(text("\(folder)/t.csv")) == expected)
    }
  }

  @Test("a row a window: dimensions, in float32 to the last bit")
  func dimensions() throws {
    try inFolder { folder in
      let values = stream("readings", seed: 1, count: 60).map { $0 * 3 }
      let report = try CSVReport("\(folder)/t.csv", input: "x", outputs: ["valence", "arousal", "dominance"], isExclusive: false)
      for row in 0..<20 { try report.add(record(row, readings: Array(values[row * 3..<row * 3 + 3]), winner: nil)) }
      try report.finish()
      let rows = parsed(text("\(folder)/t.csv"))
      #expect(rows.count == 21 && rows.allSatisfy { $0.count == 12 })
      #expect(rows.dropFirst().flatMap { $0[9...].compactMap { Float($0) } } == values)
    }
  }
}

@Suite("Numbers as text")
struct DecimalTextTests {
  @Test(
    "a fixed count of decimals, always with a point",
    arguments: [
      (0, 2, "0.00"), (1.005, 2, "1.00"), (1.999, 2, "2.00"), (-1.5, 0, "-2"), (12.3456, 3, "12.346"), (0.0000004, 6, "0.000000"),
      (-0.0000004, 6, "0.000000"), (0.0000005, 6, "0.000001"), (99.9999999, 6, "100.000000"), (3661.04, 6, "3661.040000"),
      (-3.25, 1, "-3.3"),
      (5e8, 6, "500000000.000000"), (.nan, 2, ""), (.infinity, 2, ""), (-.infinity, 2, ""),
    ] as [(Double, Int, String)])
  func decimals(value: Double, decimals: Int, expected: String) { #expect(decimalText(value, decimals) == expected) }

  @Test("numbers too large for decimals are written all the same", arguments: [1e10, 1e18, 1e300, -1e300, Double.greatestFiniteMagnitude])
  func large(value: Double) { #expect(Double(decimalText(value, 6)) == value) }
}
