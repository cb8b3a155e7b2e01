import Base

/// What a head does with memory that is not its own, and with heads and threads beside it.
enum SharingTests {
  static let all: [ConformanceTest] = [
    test("head.inputs", "weights, inputs, outputs, targets and readings that are given to read are not written", inputs),
    test("head.bounds", "nothing is written outside of the memory that is given", bounds),
    test("head.instances", "two heads do not know of each other", instances),
    test("head.threads", "functions that are shared give the same on several threads at once", threads),
  ]

  private static func test(
    _ id: String, _ title: String, _ run: @escaping @Sendable (CheckContext) throws(Verdict) -> Void
  ) -> ConformanceTest {
    ConformanceTest(id, title, subject: .head, gates: [GradientTests.gate], run)
  }

  private static func inputs(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let weights = try head.weights(&context.random)
    let batch = try head.batch(4, &context.random, labels: try Labels(head))
    func given() -> [[UInt8]] { weights.map(\.bytes) + [batch.input.bytes, batch.targets.bytes] }
    let before = given()
    let raw = try head.forward(weights, batch)
    try expect(given() == before, "forward wrote into the weights or the input")
    let kept = raw.bytes
    let input = try GuardedFloats(count: batch.input.count)
    try head.loss(weights, batch, raw: raw, gradients: try head.gradients(), inputGradient: input).result.succeed()
    try expect(given() == before && raw.bytes == kept, "loss wrote into the weights, the input, the outputs or the targets")
    let readings = try head.readings(raw, clips: batch.clips)
    try expect(raw.bytes == kept, "readings wrote into the outputs")
    let read = readings.bytes
    let sums = try head.sums()
    try head.accumulate(readings, batch.targets, clips: batch.clips, into: sums).succeed()
    try expect(given() == before && readings.bytes == read, "accumulate wrote into the readings or the targets")
    let summed = sums.bytes
    _ = try head.measure(sums)
    try expect(sums.bytes == summed, "measure wrote into the sums")
    _ = head.report(sums)
    try expect(sums.bytes == summed, "report wrote into the sums")
  }

  private static func bounds(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let labels = try Labels(head)
    let weights = try head.weights(&context.random)
    let row = try GuardedFloats(count: head.targetWidth)
    try head.target(labels.fields(&context.random), row: row).succeed()
    try expect(row.isIntact, "target wrote outside of the \(row.count) numbers of its row")
    for clips in [1, 2, 5] {
      let round = try HeadRound(head, weights, try head.batch(clips, &context.random, labels: labels))
      let places: [(String, Bool)] = [
        ("the weights", round.weights.allSatisfy(\.isIntact)), ("the input", round.batch.input.isIntact),
        ("the targets", round.batch.targets.isIntact), ("the raw outputs", round.raw.isIntact),
        ("the gradients of the parameters", round.gradients.allSatisfy(\.isIntact)),
        ("the gradient by the input", round.inputGradient.isIntact), ("the readings", round.readings.isIntact),
        ("the accumulator", round.sums.isIntact), ("the metrics", round.metrics.isIntact),
      ]
      for (name, isIntact) in places { try expect(isIntact, "something was written in front of or behind \(name) of \(clips) clips") }
    }
  }

  private static func instances(_ context: CheckContext) throws(Verdict) {
    let first = try HeadSubject(context)
    let (weights, batch) = (try first.weights(&context.random), try first.batch(3, &context.random, labels: try Labels(first)))
    let alone = try HeadRound(first, weights, batch)
    let second = try HeadSubject(context, width: 7)
    try expect(try HeadRound(first, weights, batch).equals(alone), "a head computes other numbers after another one, of width 7, was made")
    let (others, other) = (try second.weights(&context.random), try second.batch(4, &context.random, labels: try Labels(second)))
    let turn = try HeadRound(second, others, other)
    for _ in 0..<3 {
      try expect(
        try HeadRound(first, weights, batch).equals(alone), "a head computes other numbers after another one, of width 7, was used")
      try expect(
        try HeadRound(second, others, other).equals(turn), "a head computes other numbers after another one, of width 12, was used")
    }
  }

  private static func threads(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let weights = try head.weights(&context.random)
    let batch = try head.batch(4, &context.random, labels: try Labels(head))
    let alone = try HeadRound(head, weights, batch)
    let failure = OnThreads.run(4) { _ in
      for _ in 0..<50 {
        // Every thread writes to memory of its own.
        guard let round = try? HeadRound(head, weights, batch) else { return "a call failed on one of four threads that succeeds on one" }
        if !round.equals(alone) { return "four threads over one head come to other numbers than one" }
      }
      return nil
    }
    if let failure { throw .failed(failure) }
  }
}
