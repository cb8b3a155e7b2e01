import Base

/// The metrics of a head: sums that can be merged.
enum MetricTests {
  static let all: [ConformanceTest] = [
    test("head.metrics.merge", "sums of parts of a set, added, are those of the whole", merge),
    test("head.metrics.order", "the order of the clips does not matter", order),
    test("head.metrics.repeat", "metrics are the same bits every time", repeats),
    test("head.metrics.empty", "an accumulator of nothing is measured and reported without harm", empty),
    test("head.metrics.perfect", "readings that are the labels are no worse than random ones", perfect),
    test("head.metrics.nan", "readings that are no numbers do no harm, and do not count as right", nan),
    test("head.report", "the report is a JSON object, the same every time", report),
  ]

  private static func test(_ id: String, _ title: String, _ run: @escaping @Sendable (CheckContext) throws(Verdict) -> Void)
    -> ConformanceTest
  {
    ConformanceTest(id, title, subject: .head, gates: [HeadTests.forwardGate], run)
  }

  /// Readings of random outputs, and random labels.
  private static func set(_ head: HeadSubject, clips: Int) throws(Verdict) -> (readings: GuardedFloats, targets: GuardedFloats) {
    let raw = try GuardedFloats(count: clips * head.rawWidth)
    for index in 0..<raw.count { raw[index] = Float(head.context.random.normal()) }
    let targets = try head.batch(clips, &head.context.random, labels: try Labels(head)).targets
    return (try head.readings(raw, clips: clips), targets)
  }

  private static func close(_ a: Double, _ b: Double) -> Bool {
    a.isNaN && b.isNaN || a == b || abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1e-3)
  }

  private static func compare(_ head: HeadSubject, _ found: [Double], _ expected: [Double], _ what: String) throws(Verdict) {
    for index in expected.indices {
      try expect(
        close(found[index], expected[index]),
        "metric \"\(try head.metric(index).name)\" is \(found[index]) \(what), and \(expected[index]) of the whole set at once")
    }
  }

  private static func needsMetrics(_ head: HeadSubject) throws(Verdict) {
    if head.info.metric_count == 0 { throw .skipped("it has no metrics") }
  }

  private static func merge(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    try needsMetrics(head)
    let clips = 60
    let (readings, targets) = try set(head, clips: clips)
    let whole = try head.metrics(readings, targets, clips: clips)
    for sizes in [[30, 30], [1, 59], [7, 13, 20, 20], [Int](repeating: 1, count: clips)] {
      let merged = try head.sums()
      var first = 0
      for size in sizes {
        let part = try head.sums()
        try head.accumulate(readings, targets, clips: size, from: first, into: part).succeed()
        for index in 0..<part.count { merged[index] += part[index] }
        first += size
      }
      try compare(head, try head.measure(merged), whole, "of \(sizes.count) parts, their sums added,")
      // The same accumulator, batch by batch, as an evaluation does.
      let onward = try head.sums()
      first = 0
      for size in sizes {
        try head.accumulate(readings, targets, clips: size, from: first, into: onward).succeed()
        first += size
      }
      try compare(head, try head.measure(onward), whole, "of \(sizes.count) batches taken in one after the other")
    }
  }

  private static func order(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    try needsMetrics(head)
    let clips = 40
    let (readings, targets) = try set(head, clips: clips)
    let whole = try head.metrics(readings, targets, clips: clips)
    let order = Array((0..<clips).reversed())
    let turned = (
      try GuardedFloats(order.flatMap { clip in (0..<head.outputCount).map { readings[clip * head.outputCount + $0] } }),
      try GuardedFloats(order.flatMap { clip in (0..<head.targetWidth).map { targets[clip * head.targetWidth + $0] } })
    )
    try compare(head, try head.metrics(turned.0, turned.1, clips: clips), whole, "of the clips in the opposite order")
  }

  private static func repeats(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    try needsMetrics(head)
    let (readings, targets) = try set(head, clips: 20)
    let first = try head.metrics(readings, targets, clips: 20).map(\.bitPattern)
    for _ in 0..<3 {
      try expect(
        try head.metrics(readings, targets, clips: 20).map(\.bitPattern) == first, "metrics of the same readings differ the second time")
    }
  }

  private static func empty(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    _ = try head.measure(try head.sums())
    if let (result, json) = head.report(try head.sums()) {
      try result.succeed()
      if let json { _ = try object(json) }
    }
    // Sums that no clips have: whoever merged them may hand in anything.
    for value in [-1.0, 1e300, .nan, .infinity] {
      let sums = try head.sums()
      sums.fill(value)
      try head.measure(sums, into: try GuardedBuffer(count: Int(head.info.metric_count))).beSound()
      if let (result, _) = head.report(sums) { try result.beSound() }
    }
  }

  private static func perfect(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    try needsMetrics(head)
    guard head.outputCount == head.targetWidth else {
      throw .skipped("its \(head.outputCount) readings are not what its \(head.targetWidth) targets are")
    }
    let clips = 60
    let (readings, targets) = try set(head, clips: clips)
    let best = try head.metrics(targets, targets, clips: clips)
    let random = try head.metrics(readings, targets, clips: clips)
    for index in best.indices where !best[index].isNaN && !random[index].isNaN {
      let (name, largerIsBetter) = try head.metric(index)
      let slack = 1e-6 * max(abs(best[index]), 1)
      try expect(
        largerIsBetter ? best[index] >= random[index] - slack : best[index] <= random[index] + slack,
        "metric \"\(name)\" is \(best[index]) where readings are the labels and \(random[index]) where they are random; it is declared that \(largerIsBetter ? "larger" : "smaller") is better"
      )
    }
    try expect(best.contains { !$0.isNaN }, "every metric is NaN where readings are the labels")
  }

  private static func nan(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    try needsMetrics(head)
    let (readings, targets) = try set(head, clips: 10)
    readings.fill(.nan)
    let sums = try head.sums()
    let result = head.accumulate(readings, targets, clips: 10, into: sums)
    guard result.isOK else { return try result.beSound() }
    let found = try head.measure(sums)
    let best = head.outputCount == head.targetWidth ? try head.metrics(targets, targets, clips: 10) : []
    for (index, value) in best.enumerated() where value.isFinite && value != 0 {
      try expect(
        found[index] != value,
        "metric \"\(try head.metric(index).name)\" is \(value) where all readings are NaN, as if they were the labels")
    }
  }

  private static func object(_ json: String) throws(Verdict) -> JSONObject {
    let value = try attempt { () throws(SVFAPError) in
      do throws(SVFAPError) { return try JSONValue(parsing: json) } catch { throw error.within("report wrote what is no JSON") }
    }
    guard let object = value.objectValue else { throw .failed("report wrote \(json.prefix(80)); expected a JSON object") }
    return object
  }

  private static func report(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let (readings, targets) = try set(head, clips: 30)
    let sums = try head.sums()
    try head.accumulate(readings, targets, clips: 30, into: sums).succeed()
    guard let (result, json) = head.report(sums) else { throw .skipped("it has no report") }
    try result.succeed()
    guard let json else { return }
    _ = try object(json)
    try expect(head.report(sums)?.json == json, "report writes another text for the same sums the second time")
  }
}
