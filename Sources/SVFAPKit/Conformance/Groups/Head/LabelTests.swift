import Base
import Glibc

/// How a head turns the fields of a line into targets.
enum LabelTests {
  static let all: [ConformanceTest] = [
    test("head.target.accepts", "labels become a whole row of finite numbers, the same every time", accepts),
    test("head.target.garbage", "what is no label is refused with a reason", garbage),
    test("head.target.count", "too few and too many fields are refused", count),
    test("head.target.locale", "numbers with a point are read whatever the locale", locale),
  ]

  private static func test(_ id: String, _ title: String, _ run: @escaping @Sendable (CheckContext) throws(Verdict) -> Void)
    -> ConformanceTest
  {
    ConformanceTest(id, title, subject: .head, gates: [HeadTests.gate], run)
  }

  private static func accepts(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let labels: Labels
    do throws(Verdict) { labels = try Labels(head) } catch {
      throw .failed(
        "target refused every label that was tried (numbers, class indices, names of outputs); give a line that it takes with --label")
    }
    for _ in 0..<50 {
      let fields = labels.fields(&context.random)
      let rows = (try GuardedFloats(count: head.targetWidth), try GuardedFloats(count: head.targetWidth))
      for (row, rubbish) in [(rows.0, Float.nan), (rows.1, 9999)] {
        row.fill(rubbish)
        try head.target(fields, row: row).succeed()
      }
      try expect(
        rows.0.bytes == rows.1.bytes && rows.0.values.allSatisfy(\.isFinite),
        "the label \(fields.joined(separator: " ")) became \(rows.0.values.prefix(6)) and then \(rows.1.values.prefix(6)); expected the same finite numbers, all of the row written"
      )
    }
  }

  private static let rubbish: [[String]] = [
    ["no such label"], ["nan"], ["inf"], ["-inf"], ["1e999"], ["--1"], ["0x10"], ["\u{1F600}"], ["1,5"], ["0.5abc"], [""],
    [" "], ["%s%n"], [String(repeating: "9", count: 70_000)], [String(repeating: "z", count: 70_000)],
  ]

  private static func garbage(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let labels = try Labels(head)
    let row = try GuardedFloats(count: head.targetWidth)
    for fields in rubbish {
      // Once by itself, and once among fields that are right.
      let sound = labels.fields(&context.random)
      for line in [fields, fields + sound.dropFirst()] where line.count == sound.count {
        row.fill(42)
        let result = head.target(line, row: row)
        try result.beRefused("it")
        try expect(
          row.values.allSatisfy { $0 == 42 },
          "\(result.call) was refused, and the row was written all the same; expected it untouched")
      }
    }
  }

  private static func count(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let labels = try Labels(head)
    let row = try GuardedFloats(count: head.targetWidth)
    let sound = labels.fields(&context.random)
    try head.target([], row: row).beRefused("no field at all")
    let result = head.target(Array(repeating: sound[0], count: 3000), row: row)
    try result.beRefused("3000 fields")
    if !context.options.labels.isEmpty { return }
    try head.target(sound + [sound[0]], row: row).beRefused("a field more than the \(sound.count) that it takes")
    if sound.count > 1 {
      try head.target(Array(sound.dropLast()), row: row).beRefused("a field less than the \(sound.count) that it takes")
    }
  }

  private static func locale(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let labels = try Labels(head)
    let lines = (0..<20).map { _ in labels.fields(&context.random) }
    let row = try GuardedFloats(count: head.targetWidth)
    var expected: [[UInt8]] = []
    for line in lines {
      try head.target(line, row: row).succeed()
      expected.append(row.bytes)
    }
    let before = setlocale(LC_NUMERIC, nil).map { String(cString: $0) } ?? "C"
    defer { setlocale(LC_NUMERIC, before) }
    let names = ["de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8", "nl_NL.UTF-8", "pt_BR.UTF-8"]
    guard names.contains(where: { (name: String) in setlocale(LC_NUMERIC, name) != nil }) else {
      throw .skipped("this machine has no locale with a decimal comma, such as de_DE.UTF-8")
    }
    for (line, numbers) in zip(lines, expected) {
      let result = head.target(line, row: row)
      try expect(
        result.isOK && row.bytes == numbers,
        "in a locale with a decimal comma, \(result.sentence), row \(row.values.prefix(4)); expected the same as in the locale C: use host->parse_number"
      )
    }
  }
}
