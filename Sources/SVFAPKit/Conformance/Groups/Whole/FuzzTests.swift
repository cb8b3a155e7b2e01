import Base
import CSVFAPPlugin

/// Random courses of legal calls. A course is drawn from the seed and its number, so that it can be repeated.
enum FuzzTests {
  static let all: [ConformanceTest] = [
    ConformanceTest(
      "fuzz.head", "random calls of heads do no harm and give what the same calls gave before", subject: .head, gates: [GradientTests.gate]
    ) {
      (context) throws(Verdict) in
      let labels = try? Labels(try HeadSubject(context))
      try rounds(context) { (random) throws(Verdict) in try heads(context, labels != nil, &random) }
    },
    ConformanceTest(
      "fuzz.source", "random calls of readers give the frames that reading from the start gives", subject: .source,
      gates: [SourceTests.gate]
    ) {
      (context) throws(Verdict) in
      let path = try Samples(context).any().path
      let list = try SourceSubject(context, path).seeAll(limit: 100)
      try rounds(context) { (random) throws(Verdict) in try readers(context, path, list, &random) }
    },
    ConformanceTest("fuzz.sink", "random calls of writers do no harm", subject: .sink, gates: [SinkTests.gate]) {
      (context) throws(Verdict) in
      try rounds(context) { (random) throws(Verdict) in try writers(context, &random) }
    },
  ]

  private static func rounds(
    _ context: CheckContext, _ body: (inout RandomSequence) throws(Verdict) -> Void
  ) throws(Verdict) {
    let before = context.host.memory.blocks
    for round in 0..<context.options.rounds {
      context.course = "round \(round) of seed \(context.options.seed)"
      var random = RandomSequence(seed: context.options.seed, stream: "\(context.test.id)/\(round)")
      do throws(Verdict) {
        try body(&random)
        try expect(context.host.memory.blocks <= before, "blocks of host->allocate were not given back")
      } catch {
        throw error.kind == .failed ? .failed("round \(round) of seed \(context.options.seed): \(error.message)") : error
      }
    }
  }

  private static func heads(_ context: CheckContext, _ hasLabels: Bool, _ random: inout RandomSequence) throws(Verdict) {
    let schema = try Configurations(.head, context).schema
    var heads = [try HeadSubject(context)]
    for _ in 0..<20 {
      let number = random.integer(below: heads.count)
      let head = heads[number]
      switch random.integer(below: 6) {
      case 0:
        guard heads.count < 4, let config = try? schema.resolve(DocumentMaker(JSONSchema(schema.json)).fitting(&random)) else { continue }
        if let made = try? HeadSubject(context, config: config, width: 1 + random.integer(below: 40)) { heads.append(made) }
      case 1: if heads.count > 1 { heads.remove(at: number) }
      case 2:
        let row = try GuardedFloats(count: head.targetWidth)
        let words = ["0", "1", "-1", "0.5", "", "x", "1e5", head.outputName(0)]
        try head.target((0..<random.integer(below: 8)).map { _ in words[random.integer(below: words.count)] }, row: row).beSound()
        try expect(row.isIntact, "target wrote outside of its row")
      default: try compute(head, hasLabels: hasLabels, &random)
      }
    }
  }

  /// Everything that a head computes, of one batch, twice.
  private static func compute(_ head: HeadSubject, hasLabels: Bool, _ random: inout RandomSequence) throws(Verdict) {
    // A configuration that fits may make a head of thousands of outputs: a few clips are enough then.
    guard head.parameters.reduce(0, { $0 + $1.count }) < 1 << 18, head.info.accumulator_width < 1 << 18 else { return }
    let weights = try head.weights(&random, scale: random.uniform(in: 0...3))
    let clips = 1 + random.integer(below: 6)
    let labels = hasLabels ? try? Labels(head) : nil
    let batch: HeadBatch
    if let labels {
      batch = try head.batch(clips, &random, labels: labels, tokens: 1 + random.integer(below: 12))
    } else {
      batch = try BehaviourTests.batch(head, clips: clips)
    }
    let (raw, again) = (try head.forward(weights, batch), try head.forward(weights, batch))
    try expect(raw.bytes == again.bytes, "forward gives other bits for the same batch the second time")
    let readings = try head.readings(raw, clips: clips)
    try expect(raw.isIntact && readings.isIntact, "forward or readings wrote outside of the memory that was given")
    guard labels != nil else { return }
    let (first, second) = (try head.loss(weights, batch), try head.loss(weights, batch))
    try expect(
      first.loss.bitPattern == second.loss.bitPattern && first.input.bytes == second.input.bytes, "loss gives other bits the second time")
    try expect(first.input.isIntact && first.gradients.allSatisfy(\.isIntact), "loss wrote outside of the memory that was given")
    let sums = try head.sums()
    for _ in 0..<1 + random.integer(below: 3) { try head.accumulate(readings, batch.targets, clips: clips, into: sums).beSound() }
    _ = try head.measure(sums)
    if let (result, _) = head.report(sums) { try result.succeed() }
  }

  private static func readers(
    _ context: CheckContext, _ path: String, _ list: [SourceSubject.Seen], _ random: inout RandomSequence
  ) throws(Verdict) {
    var readers = [(source: try SourceSubject(context, path), position: 0)]
    for _ in 0..<20 {
      let number = random.integer(below: readers.count)
      let source = readers[number].source
      switch random.integer(below: 8) {
      case 0: if readers.count < 3 { readers.append((try SourceSubject(context, path), 0)) }
      case 1: if readers.count > 1 { readers.remove(at: number) }
      case 2, 3:
        guard source.seeks else { continue }
        let index = random.integer(below: list.count)
        let (result, landed) = source.seek(Int64(index))
        try result.succeed()
        try expect(landed == Int64(index), "seek (\(index)) landed at \(landed)")
        readers[number].position = index
      case 4:
        guard source.seeks, list.count < 100 else { continue }
        try source.seek(Int64(list.count + 1 + random.integer(below: 1 << 20))).result.beSound()
      default:
        let position = readers[number].position
        guard position < list.count || list.count < 100 else { continue }
        let frame = try source.see()
        try expect(
          frame == (position < list.count ? list[position] : nil),
          "next gave another frame than reading from the start at place \(position)")
        if frame != nil { readers[number].position += 1 }
      }
    }
  }

  private static func writers(_ context: CheckContext, _ random: inout RandomSequence) throws(Verdict) {
    let schema = try Configurations(.sink, context).schema
    let path = try SinkSubject.path(context, "fuzzed")
    let (width, height) = (16 + 2 * random.integer(below: 20), 16 + 2 * random.integer(below: 20))
    var config: JSONValue?
    if random.chance(0.5) {
      let drawn = try? schema.resolve(DocumentMaker(schema).fitting(&random))
      let made = drawn.map { SinkSubject.open(context, path, width: width, height: height, config: $0.text()) }
      if let handle = made?.handle {
        SinkSubject.close(context, handle)
        config = drawn
      } else {
        try made?.result.beSound()
      }
    }
    let sink = try SinkSubject(context, path, width: width, height: height, config: config)
    for index in 0..<2 + random.integer(below: 6) {
      switch random.integer(below: 10) {
      case 0: try sink.write(index, width: width + 1).beSound()
      case 1: try sink.finish().result.beSound()
      default: try sink.write(index, padding: random.integer(below: 9)).beSound()
      }
    }
  }
}
