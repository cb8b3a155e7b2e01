import Base

/// What a head computes from its input: the same every time, clip by clip, whoever else computes.
enum BehaviourTests {
  static let all: [ConformanceTest] = [
    test("head.forward.repeat", "outputs are the same bits every time", repeats),
    test("head.forward.companions", "a clip's outputs do not depend on the others of its batch", companions),
    test("head.forward.order", "the order of a batch orders its outputs and changes none", order),
    test("head.forward.nan", "an input that is no number is not hidden, and spoils its own clip only", nan),
    test("head.forward.large", "large inputs do no harm", large),
    test("head.readings.range", "readings lie in the ranges that are declared, whatever the outputs", range),
    test("head.readings.exclusive", "readings that exclude each other sum to 1", exclusive),
    test("head.readings.companions", "a clip's readings do not depend on the others of its batch", readingCompanions),
  ]

  private static func test(
    _ id: String, _ title: String, _ run: @escaping @Sendable (CheckContext) throws(Verdict) -> Void
  ) -> ConformanceTest {
    ConformanceTest(id, title, subject: .head, gates: [HeadTests.forwardGate], run)
  }

  /// Clips without targets.
  static func batch(_ head: HeadSubject, clips: Int, tokens: Int = 6) throws(Verdict) -> HeadBatch {
    let tokens = head.readsTokens ? tokens : nil
    let input = try GuardedFloats(count: clips * (tokens ?? 1) * head.width)
    for index in 0..<input.count { input[index] = Float(head.context.random.normal()) }
    let targets = try GuardedFloats(count: clips * head.targetWidth)
    return HeadBatch(clips: clips, tokens: tokens, width: head.width, input: input, targets: targets)
  }

  private static func repeats(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let weights = try head.weights(&context.random)
    let batch = try batch(head, clips: 5)
    let first = try head.forward(weights, batch)
    let read = try head.readings(first, clips: batch.clips)
    for _ in 0..<4 {
      let again = try head.forward(weights, batch)
      try expect(again.bytes == first.bytes, "forward gives other bits for the same batch the second time")
      try expect(try head.readings(again, clips: batch.clips).bytes == read.bytes, "readings gives other bits for the same outputs")
    }
  }

  private static func companions(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let weights = try head.weights(&context.random)
    let batch = try batch(head, clips: 9)
    let together = try head.forward(weights, batch)
    for group in [[0], [8], [3, 4], [0, 1, 2, 3, 4]] {
      let alone = try head.forward(weights, try head.clips(group, of: batch))
      for (place, clip) in group.enumerated() {
        let (expected, found) = (
          together.bits(clip * head.rawWidth..<(clip + 1) * head.rawWidth), alone.bits(place * head.rawWidth..<(place + 1) * head.rawWidth)
        )
        try expect(
          expected == found,
          "forward gives clip \(clip) the output \(together[clip * head.rawWidth]) in a batch of \(batch.clips) and \(alone[place * head.rawWidth]) in one of \(group.count); expected the same bits"
        )
      }
    }
  }

  private static func order(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let weights = try head.weights(&context.random)
    let batch = try batch(head, clips: 7)
    let raw = try head.forward(weights, batch)
    let order = [3, 0, 6, 5, 1, 2, 4]
    let other = try head.forward(weights, try head.clips(order, of: batch))
    for (place, clip) in order.enumerated() {
      try expect(
        raw.bits(clip * head.rawWidth..<(clip + 1) * head.rawWidth) == other.bits(place * head.rawWidth..<(place + 1) * head.rawWidth),
        "forward gives a clip other outputs at place \(place) of its batch than at place \(clip)")
    }
  }

  private static func nan(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let weights = try head.weights(&context.random)
    let batch = try batch(head, clips: 3)
    let sound = try head.forward(weights, batch)
    for index in 0..<batch.stride { batch.input[batch.stride + index] = .nan }
    let raw = try GuardedFloats(count: batch.clips * head.rawWidth)
    let result = head.forward(weights, batch, raw: raw)
    guard result.isOK else { return try result.beSound() }
    for clip in [0, 2] {
      let range = clip * head.rawWidth..<(clip + 1) * head.rawWidth
      try expect(sound.bits(range) == raw.bits(range), "clip 1 of a batch is all NaN, and the outputs of clip \(clip) change with that")
    }
    let readings = try GuardedFloats(count: batch.clips * head.outputCount)
    let read = head.readings(raw, clips: batch.clips, into: readings)
    guard read.isOK else { return try read.beSound() }
    let own = (0..<head.outputCount).map { readings[head.outputCount + $0] }
    try expect(
      own.contains { !$0.isFinite },
      "the input of a clip is all NaN, and its readings are \(own.prefix(6).map { "\($0)" }.joined(separator: ", ")); expected NaN among them, or an error"
    )
  }

  private static func large(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let weights = try head.weights(&context.random)
    let batch = try batch(head, clips: 2)
    for value in [Float(1e10), -1e30, .greatestFiniteMagnitude, .infinity, 1e-40, 0] {
      batch.input.fill(value)
      let raw = try GuardedFloats(count: batch.clips * head.rawWidth)
      let result = head.forward(weights, batch, raw: raw)
      try result.beSound()
      guard result.isOK else { continue }
      try head.readings(raw, clips: batch.clips, into: try GuardedFloats(count: batch.clips * head.outputCount)).beSound()
    }
  }

  /// Raw outputs of all sizes.
  private static func outputs(_ head: HeadSubject, clips: Int) throws(Verdict) -> GuardedFloats {
    let raw = try GuardedFloats(count: clips * head.rawWidth)
    let scales = [1, 10, 100, 1e4, 1e20]
    for index in 0..<raw.count { raw[index] = Float(scales[index / head.rawWidth % scales.count] * head.context.random.normal()) }
    return raw
  }

  private static func range(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let clips = 50
    let readings = try head.readings(try outputs(head, clips: clips), clips: clips)
    for index in 0..<min(head.outputCount, 4096) {
      let (low, high) = try head.outputRange(index)
      for clip in 0..<clips {
        let value = Double(readings[clip * head.outputCount + index])
        let slack = 1e-5 * max(1, abs(low.isFinite ? low : 0), abs(high.isFinite ? high : 0))
        try expect(
          value >= low - slack && value <= high + slack,
          "reading \"\(head.outputName(index))\" is \(value); it is declared to lie in \(low) to \(high)")
      }
    }
  }

  private static func exclusive(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    guard head.info.exclusive != 0 else { throw .skipped("its readings do not exclude each other (exclusive)") }
    let clips = 50
    let readings = try head.readings(try outputs(head, clips: clips), clips: clips)
    for clip in 0..<clips {
      let sum = (0..<head.outputCount).reduce(0.0) { $0 + Double(readings[clip * head.outputCount + $1]) }
      try expect(abs(sum - 1) < 1e-4, "the readings of a clip are probabilities that exclude each other, and sum to \(sum)")
    }
  }

  private static func readingCompanions(_ context: CheckContext) throws(Verdict) {
    let head = try HeadSubject(context)
    let raw = try outputs(head, clips: 5)
    let together = try head.readings(raw, clips: 5)
    for clip in 0..<5 {
      let alone = try head.readings(try GuardedFloats((0..<head.rawWidth).map { raw[clip * head.rawWidth + $0] }), clips: 1)
      try expect(
        alone.bits(0..<head.outputCount) == together.bits(clip * head.outputCount..<(clip + 1) * head.outputCount),
        "readings gives clip \(clip) other numbers in a batch of 5 than by itself")
    }
  }
}
