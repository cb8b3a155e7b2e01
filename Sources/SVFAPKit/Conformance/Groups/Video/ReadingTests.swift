import Base
import CSVFAPPlugin

/// The frames that a source gives, from first to last and in any order.
enum ReadingTests {
  static let all: [ConformanceTest] = [
    test("source.read.repeat", "three readings give the same frames", repeats),
    test("source.read.order", "frames are numbered from 0, and their times never go back", order),
    test("source.read.count", "there are as many frames as the source says", count),
    test("source.read.end", "the end is told again and again", end),
    test("source.read.pixels", "a frame has the size that info says, and stays as it is until the next call", pixels),
    test("source.seek.equal", "a frame that is sought is the one that reading from the start gives", equal),
    test("source.seek.end", "after the end, and after an error, frames can be sought", afterEnd),
    test("source.seek.beyond", "seeking behind the end is refused, and the reader goes on as before", beyond),
  ]

  private static func test(_ id: String, _ title: String, _ run: @escaping @Sendable (CheckContext) throws(Verdict) -> Void)
    -> ConformanceTest
  {
    ConformanceTest(id, title, subject: .source, gates: [SourceTests.gate], run)
  }

  /// No test reads more frames than this: a source may have no end.
  private static let limit = 300

  private static func source(_ context: CheckContext) throws(Verdict) -> SourceSubject {
    try SourceSubject(context, try Samples(context).any().path)
  }

  private static func repeats(_ context: CheckContext) throws(Verdict) {
    let first = try source(context).seeAll(limit: limit)
    try expect(!first.isEmpty, "the sample has no frames")
    for _ in 0..<2 {
      let again = try source(context).seeAll(limit: limit)
      let differing = zip(first, again).first { $0 != $1 }
      try expect(
        again == first,
        "a second reading gives \(differing.map { "another frame \($0.0.index)" } ?? "\(again.count) frames, not \(first.count)")")
    }
  }

  private static func order(_ context: CheckContext) throws(Verdict) {
    var last = -Double.infinity
    for (index, frame) in try source(context).seeAll(limit: limit).enumerated() {
      try expect(frame.index == Int64(index), "next gave frame \(frame.index) as number \(index) of the stream")
      try expect(frame.time.isFinite && frame.time >= last, "frame \(index) comes at \(frame.time) s, after one at \(last) s")
      last = frame.time
    }
  }

  private static func count(_ context: CheckContext) throws(Verdict) {
    let source = try source(context)
    guard source.info.frame_count >= 0 else { throw .skipped("the source does not say how many there are") }
    guard source.info.frame_count < limit else { throw .skipped("there are \(source.info.frame_count) frames, too many to count") }
    let frames = try source.seeAll(limit: limit)
    try expect(
      frames.count == Int(source.info.frame_count), "info says \(source.info.frame_count) frames, and next gave \(frames.count)")
  }

  private static func end(_ context: CheckContext) throws(Verdict) {
    let source = try source(context)
    guard try source.seeAll(limit: limit).count < limit else { throw .skipped("the stream has more than \(limit) frames") }
    for _ in 0..<10 {
      let result = source.next().result
      try expect(result.isEnd, "after SVFAP_E_END, \(result.sentence); expected SVFAP_E_END again")
    }
  }

  private static func pixels(_ context: CheckContext) throws(Verdict) {
    let source = try source(context)
    for index in 0..<10 {
      let (result, frame) = source.next()
      if result.isEnd { break }
      try result.succeed()
      let seen = try SourceSubject.look(frame)
      if source.info.width > 0, frame.rgb != nil {
        try expect(
          seen.width == source.info.width && seen.height == source.info.height,
          "frame \(index) is \(seen.width) x \(seen.height); info says \(source.info.width) x \(source.info.height)")
      }
      try expect(try SourceSubject.look(frame) == seen, "the pixels of frame \(index) changed before the next call")
    }
  }

  private static func seekable(_ context: CheckContext) throws(Verdict) -> SourceSubject {
    let source = try source(context)
    guard source.seeks else { throw .skipped("it cannot seek: the host reads from the start again") }
    return source
  }

  /// Seeks a frame and sees whether it is the one.
  private static func check(_ source: SourceSubject, _ index: Int, _ list: [SourceSubject.Seen]) throws(Verdict) {
    let (result, landed) = source.seek(Int64(index))
    try result.succeed()
    try expect(landed == Int64(index), "seek (\(index)) landed at \(landed); expected \(index), or an error")
    guard let frame = try source.see() else { throw .failed("after seek (\(index)) next gave SVFAP_E_END; there are \(list.count) frames") }
    try expect(
      frame == list[index],
      "seek (\(index)), then next gave frame \(frame.index) at \(frame.time) s, \(frame.hash == list[index].hash ? "the same" : "another") picture; reading from the start gave frame \(index) at \(list[index].time) s"
    )
  }

  private static func equal(_ context: CheckContext) throws(Verdict) {
    let source = try seekable(context)
    let list = try Self.source(context).seeAll(limit: limit)
    for index in [0, list.count - 1, 1, list.count / 2] where list.indices.contains(index) { try check(source, index, list) }
    for _ in 0..<50 {
      let index = context.random.integer(below: list.count)
      try check(source, index, list)
      // Sometimes it goes on reading from there.
      if context.random.chance(0.3), index + 1 < list.count {
        try expect(
          try source.see() == list[index + 1], "after seek (\(index)) the second next gave another frame than reading from the start")
      }
    }
  }

  private static func afterEnd(_ context: CheckContext) throws(Verdict) {
    let source = try seekable(context)
    let list = try source.seeAll(limit: limit)
    for index in [0, list.count - 1, 0] { try check(source, index, list) }
    _ = try source.seeAll(limit: limit)
    try check(source, list.count / 2, list)
  }

  private static func beyond(_ context: CheckContext) throws(Verdict) {
    let source = try seekable(context)
    let list = try Self.source(context).seeAll(limit: limit)
    guard list.count < limit, list.count >= 3 else { throw .skipped("the stream has \(list.count) frames or more") }
    for index in [Int64(list.count) + 1, Int64(list.count) + 1000, 1 << 40, .max] {
      try check(source, 1, list)
      let (result, _) = source.seek(index)
      try result.beRefused("a frame of which there are \(list.count)")
      guard let frame = try source.see() else { throw .failed("after seek (\(index)) was refused next gave SVFAP_E_END") }
      try expect(
        frame == list[2],
        "after frame 1, and seek (\(index)) that was refused, next gave frame \(frame.index); expected frame 2: on an error the object is as it was"
      )
    }
  }
}
