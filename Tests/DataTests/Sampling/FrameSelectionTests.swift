import Base
import Data
import TestSupport
import Testing
import Video

@Suite("Which frames become clips")
struct FrameSelectionTests {
  private static func random(_ sample: Int) -> RandomSequence { SampleKey(seed: 1, epoch: 0, sample: sample).sequence("frames") }

  private static func pretraining(_ count: Int, sample: Int = 0, clips: Int = 1, stopsEarly: Bool = false) -> [[Int]] {
    var random = random(sample)
    return FrameSelection.pretraining(count: count, length: 16, step: 4, clips: clips, stopsEarly: stopsEarly, &random)
  }

  private static func json(_ name: String) throws -> [JSONValue] {
    let text = String(decoding: Fixtures.bytes(Fixtures.path(name)), as: UTF8.self)
    return try #require(JSONValue(parsing: text).arrayValue)
  }

  // MARK: Pre-training

  @Test("short videos of pre-training: frames 4 apart from the first, the last one repeated")
  func shortPretraining() {
    let upTo60 = (0..<16).map { 4 * $0 }
    for stopsEarly in [false, true] {
      #expect(Self.pretraining(30, stopsEarly: stopsEarly) == [upTo60.map { min($0, 28) }])
      #expect(Self.pretraining(63, stopsEarly: stopsEarly) == [upTo60])
      #expect(Self.pretraining(64, stopsEarly: stopsEarly) == [upTo60])
      #expect(Self.pretraining(6, stopsEarly: stopsEarly) == [[0] + [Int](repeating: 4, count: 15)])
      #expect(Self.pretraining(1, stopsEarly: stopsEarly) == [[Int](repeating: 0, count: 16)])
    }
  }

  @Test("a video of 5 frames reaches its last one; as released it does not")
  func lastFrame() {
    #expect(Self.pretraining(5) == [[0] + [Int](repeating: 4, count: 15)])
    #expect(Self.pretraining(5, stopsEarly: true) == [[Int](repeating: 0, count: 16)])
    #expect(Self.pretraining(61)[0].last == 60)
    #expect(Self.pretraining(61, stopsEarly: true)[0].suffix(2) == [56, 56])
  }

  @Test("long videos start anywhere that leaves room for the span, all starts equally often")
  func longPretraining() {
    var counts = [Int](repeating: 0, count: 37)
    for sample in 0..<7400 {
      let clip = Self.pretraining(100, sample: sample)[0]
      #expect(clip == (0..<16).map { clip[0] + 4 * $0 })
      counts[clip[0]] += 1
    }
    // 200 each, deviation 14.
    #expect(counts.allSatisfy { (130...270).contains($0) }, "\(counts)")
    // Starting early or not makes no difference where there is room.
    for sample in 0..<100 { #expect(Self.pretraining(100, sample: sample) == Self.pretraining(100, sample: sample, stopsEarly: true)) }
  }

  @Test("several clips of a long video start each in its own part of it")
  func parts() {
    // 200 frames leave 137 starts: 3 parts of 45.
    for sample in 0..<500 {
      let starts = Self.pretraining(200, sample: sample, clips: 3).map { $0[0] }
      for (part, start) in starts.enumerated() { #expect((45 * part..<45 * (part + 1)).contains(start)) }
    }
  }

  @Test("where parts would be empty, starts are drawn from the whole video, in order; without room all start at 0")
  func crowded() {
    var seen: Set<Int> = []
    for sample in 0..<200 {
      let starts = Self.pretraining(65, sample: sample, clips: 3).map { $0[0] }
      #expect(starts == starts.sorted() && starts.allSatisfy { $0 <= 1 })
      seen.formUnion(starts)
    }
    #expect(seen == [0, 1])
    #expect(Self.pretraining(40, clips: 3).map { $0[0] } == [0, 0, 0])
  }

  // MARK: Fine-tuning and validation

  @Test("short videos of fine-tuning, as published")
  func shortTraining() {
    func clip(_ count: Int) -> [Int] {
      var random = Self.random(0)
      return FrameSelection.training(count: count, length: 16, step: 4, &random)
    }
    #expect(clip(40) == [0, 4, 8, 13, 17, 22, 26, 31, 35, 39, 39, 39, 39, 39, 39, 39])
    #expect(clip(64) == [0, 4, 8, 12, 17, 21, 25, 29, 34, 38, 42, 46, 51, 55, 59, 63])
    #expect(clip(3) == [Int](repeating: 2, count: 16))
    #expect(clip(10) == [0] + [Int](repeating: 9, count: 15))
  }

  @Test("every length up to 70 at steps 1, 2 and 4 equals NumPy's selection")
  func numpy() throws {
    for json in try Self.json("augmentation/frame_selection.json") {
      let count = try #require(json["frames"]?.intValue)
      let step = try #require(json["sampling_rate"]?.intValue)
      let expected = try #require(json["indices"]?.arrayValue).compactMap(\.intValue)
      if let end = json["end"]?.intValue {
        // Whichever window is drawn is one of these; the one that the fixture names is searched for.
        let found = (0..<4000).lazy.map { sample in
          var random = Self.random(sample)
          return FrameSelection.training(count: count, length: 16, step: step, &random)
        }.contains(expected)
        #expect(found, "\(count) frames, step \(step), window up to \(end)")
      } else {
        var random = Self.random(0)
        #expect(FrameSelection.training(count: count, length: 16, step: step, &random) == expected, "\(count) frames, step \(step)")
      }
    }
  }

  @Test("windows of long videos lie inside them, anywhere")
  func longTraining() {
    var ends: Set<Int> = []
    for sample in 0..<2000 {
      var random = Self.random(sample)
      let clip = FrameSelection.training(count: 100, length: 16, step: 4, &random)
      #expect(clip == clip.sorted() && clip[0] >= 0 && clip[15] - clip[0] == 63)
      ends.insert(clip[15])
    }
    // As published, the last frame, 99, is in no window.
    #expect(ends == Set(63...98))
  }

  @Test("validation takes the middle of long videos, always the same")
  func validation() {
    let clip = FrameSelection.validation(count: 164, length: 16, step: 4)
    #expect(clip[0] == 50 && clip[15] == 113)
    #expect(FrameSelection.validation(count: 40, length: 16, step: 4).suffix(2) == [39, 39])
    #expect(FrameSelection.validation(count: 65, length: 16, step: 4)[15] == 63)
  }

  // MARK: Test

  @Test("test views equal the golden ones")
  func views() throws {
    let cases = try Self.json("goldens/test_view_sampling.json")
    #expect(cases.count > 20)
    for json in cases {
      let count = try #require(json["frames"]?.intValue)
      let step = try #require(json["sampling_rate"]?.intValue)
      let length = try #require(json["clip"]?.intValue)
      let segments = try #require(json["segments"]?.intValue)
      let expected = try #require(json["views"]?.arrayValue).map { $0.arrayValue?.compactMap(\.intValue) ?? [] }
      #expect(FrameSelection.views(count: count, length: length, step: step, views: segments) == expected, "\(count) frames, step \(step)")
    }
    // What the released code divides by zero for.
    #expect(FrameSelection.views(count: 250, length: 16, step: 4, views: 1) == [(0..<16).map { 4 * $0 }])
  }

  @Test("a video without frames gives no frames")
  func empty() {
    var random = Self.random(0)
    #expect(Self.pretraining(0).isEmpty)
    #expect(FrameSelection.training(count: 0, length: 16, step: 4, &random).isEmpty)
    #expect(FrameSelection.validation(count: 0, length: 16, step: 4).isEmpty)
    #expect(FrameSelection.views(count: 0, length: 16, step: 4, views: 2).isEmpty)
  }

  @Test("clips have their length and frames that exist, for every count", arguments: [1, 2, 7, 16])
  func properties(length: Int) {
    for count in 1..<150 {
      for step in [1, 3, 4] {
        var random = Self.random(count)
        var clips = [FrameSelection.training(count: count, length: length, step: step, &random)]
        clips.append(FrameSelection.validation(count: count, length: length, step: step))
        clips += FrameSelection.pretraining(count: count, length: length, step: step, clips: 2, &random)
        clips += FrameSelection.views(count: count, length: length, step: step, views: 3)
        for clip in clips { #expect(clip.count == length && clip == clip.sorted() && clip.allSatisfy { (0..<count).contains($0) }) }
      }
    }
  }
}
