import TestSupport
import Testing
import Video

@Suite("Which frames are sampled")
struct SamplingTests {
  /// Frames that are sampled, each as often as it is.
  private func sampled(_ film: Film, rate: Double?, samplingRate: Int = 4, frameRate: Double = 25) -> [Int] {
    var recipe = PreparationRecipe()
    recipe.samplingRate = samplingRate
    recipe.frameRate = frameRate
    var sampler = FrameSampler(recipe, rate: rate)
    var frames: [Int] = []
    film.play { frame in frames += [Int](repeating: frame.index, count: sampler.samples(frame)) }
    return frames
  }

  @Test(
    "a rate near the recipe's is sampled by index, any other by time",
    arguments: [
      (25.0, FrameSampler.Mode.index), (20, .index), (31.25, .index), (30, .index), (19.9, .time), (31.3, .time), (50, .time), (1, .time),
      (nil, .time),
    ] as [(Double?, FrameSampler.Mode)])
  func modes(rate: Double?, mode: FrameSampler.Mode) {
    #expect(FrameSampler(PreparationRecipe(), rate: rate).mode == mode)
  }

  @Test("by index: every n-th frame, whatever their times")
  func byIndex() {
    #expect(sampled(Film(20), rate: 25) == [0, 4, 8, 12, 16])
    #expect(sampled(Film(5), rate: 25, samplingRate: 1) == [0, 1, 2, 3, 4])
    #expect(sampled(Film(times: [0, 5, 5, 5, 1, 9]), rate: 25, samplingRate: 2) == [0, 2, 4])
  }

  @Test("by index: the next intact frame takes the place of a damaged one, and those behind keep theirs")
  func damagedByIndex() {
    #expect(sampled(Film(20, damaged: [4]), rate: 25) == [0, 5, 8, 12, 16])
    #expect(sampled(Film(20, damaged: [0, 1, 8, 9, 10, 11]), rate: 25) == [2, 4, 12, 16])
    #expect(sampled(Film(20, damaged: [4, 5, 6, 7, 8]), rate: 25) == [0, 9, 12, 16])
    #expect(sampled(Film(6, damaged: [0, 1, 2, 3, 4, 5]), rate: 25) == [])
  }

  @Test("by time: the frame nearest to every multiple of the period", arguments: [50.0, 60, 59.94, 15, 12.5, 10, 120, 7])
  func byTime(rate: Double) {
    let count = Int(rate * 8)
    let period = 4 / 25.0
    var expected: [Int] = []
    var sample = 0
    while true {
      // Half way between two frames the earlier one is taken.
      let nearest = Int((Double(sample) * period * rate - 0.5 - 1e-9).rounded(.up))
      guard nearest < count else { break }
      expected.append(nearest)
      sample += 1
    }
    #expect(sampled(Film(count, rate: rate), rate: rate) == expected)
  }

  @Test("a slow source gives each frame several times, so that a clip spans the time it should")
  func slow() {
    let frames = sampled(Film(10, rate: 2), rate: 2)
    #expect(Set(frames) == Set(0..<10))
    for frame in 1..<9 { #expect([3, 4].contains(frames.filter { $0 == frame }.count)) }
  }

  @Test("by time: no sample is further away than the gap it lies in, for frames at uneven times")
  func uneven() {
    for seed in 0..<20 {
      let jitter = stream("jitter", seed: UInt64(seed), count: 400)
      var times = [0.0]
      for step in jitter { times.append((times.last ?? 0) + 0.02 + 0.015 * Double(step)) }
      let frames = sampled(Film(times: times), rate: nil)
      for (sample, frame) in frames.enumerated() { #expect(abs(times[frame] - Double(sample) * 0.16) < 0.04, "sample \(sample)") }
      #expect(abs(Double(frames.count) - (times.last ?? 0) / 0.16) < 2)
    }
  }

  @Test("by time: the clock starts with the first frame, not at zero")
  func lateStart() {
    let start = 1_700_000_000.0
    let frames = sampled(Film(times: (0..<100).map { start + Double($0) / 50 }), rate: 50)
    #expect(frames == sampled(Film(100, rate: 50), rate: 50))
    #expect(sampled(Film(100, rate: 50, damaged: Set(0..<30)), rate: 50).first == 30)
  }

  @Test("by time: a long gap gives a frame some dozens of times, not minutes of it")
  func longGap() {
    var times = (0..<50).map { Double($0) / 50 }
    times += (0..<50).map { 3600 + Double($0) / 50 }
    let frames = sampled(Film(times: times), rate: 50)
    #expect(frames.filter { $0 == 50 }.count == FrameSampler.repeatLimit)
    #expect(frames.filter { $0 > 50 }.count >= 5, "and the rest goes on as before")
  }

  @Test("by time: a clock that goes back is followed")
  func backwards() {
    let piece = (0..<100).map { 100 + Double($0) / 50 }
    let frames = sampled(Film(times: piece + (0..<100).map { Double($0) / 50 }), rate: 50)
    #expect(frames.filter { $0 >= 100 }.count >= 12, "two seconds of the second piece")
  }

  @Test("by time: a damaged frame gives its place to the next intact one")
  func damagedByTime() {
    let intact = sampled(Film(60, rate: 50), rate: 50)
    #expect(intact == [0, 8, 16, 24, 32, 40, 48, 56])
    #expect(sampled(Film(60, rate: 50, damaged: [16, 17]), rate: 50) == [0, 8, 18, 24, 32, 40, 48, 56])
  }

  @Test("times that never move, jump or are not numbers do no harm")
  func strangeTimes() {
    for times in [[Double](repeating: 0, count: 500), [0, 1e300, 2e300], [-1e9, 0, 1e9], [0, .infinity, 1], [.nan, .nan, 0]] {
      let frames = sampled(Film(times: times), rate: nil)
      #expect(frames.count <= times.count * FrameSampler.repeatLimit)
    }
  }
}
