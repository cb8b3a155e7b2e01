import Base
import TestSupport
import Testing
import Video

@Suite("Every frame is accounted for")
struct AccountTests {
  /// Windows of a list of samples, from the definition: all of it is known at once.
  private func expected(_ sampled: [Int], plan: WindowPlan, length: Int, decoded: Int) -> [(start: Int, views: Int)] {
    guard !sampled.isEmpty else { return [] }
    let last = max(sampled.count - length, 0)
    var starts: [Int]
    switch plan {
    case .sliding(let hop):
      starts = Array(stride(from: 0, through: sampled.count - length, by: hop))
      if starts.isEmpty || (starts.last ?? 0) + length < sampled.count { starts.append(last) }
    case .starts(let wanted):
      starts = wanted.map { min($0, last) }
    }
    return Dictionary(grouping: starts, by: \.self).map { ($0.key, $0.value.count) }.sorted { $0.0 < $1.0 }
  }

  @Test("random films, damage and plans: clips, spans and counts are what the definition says", arguments: 0..<300)
  func random(seed: Int) throws {
    let random = CounterRandom(seed: UInt64(seed), stream: "film")
    let count = random.integer(0, below: 200)
    let harm = [0.0, 0.05, 0.5, 0.98][random.integer(1, below: 4)]
    let damaged = Set((0..<count).filter { random.uniform(UInt64(1000 + $0)) < harm })
    let step = 1 + random.integer(2, below: 5)
    let length = 1 + random.integer(3, below: 12)
    let views = 1 + random.integer(4, below: 6)
    let film = Film(count, damaged: damaged)

    // By index: the first intact frame from every multiple of the step on.
    var sampled: [Int] = []
    for multiple in stride(from: 0, to: count, by: step) {
      guard let frame = (multiple..<count).first(where: { !damaged.contains($0) }), frame > sampled.last ?? -1 else { continue }
      sampled.append(frame)
    }
    let plan =
      seed % 2 == 0
      ? WindowPlan.sliding(hop: 1 + random.integer(5, below: 20)) : .uniform(views: views, sampled: sampled.count, clip: length)
    let screening = try Screening(film, plan: plan, samplingRate: step, length: length)

    let windows = expected(sampled, plan: plan, length: length, decoded: count)
    #expect(screening.windows.map(\.views) == windows.map(\.views))
    #expect(screening.windows.map(\.index) == Array(windows.indices))
    var shown = Set<Int>()
    var padded = 0
    for (window, (found, clip)) in zip(windows, zip(screening.windows, screening.clips)) {
      let available = min(sampled.count - window.start, length)
      #expect(clip == (0..<length).map { sampled[window.start + min($0, available - 1)] })
      #expect(found.paddedFrames == length - available)
      #expect(found.startFrame == clip[0])
      let next = window.start + length < sampled.count ? sampled[window.start + length] : count
      #expect(found.endFrame == next)
      #expect(abs(found.startTime - Double(clip[0]) / 25) < 1e-9 && abs(found.endTime - Double(next) / 25) < 1e-9)
      shown.formUnion(clip)
      padded += found.paddedFrames
    }
    let account = screening.account
    #expect(account.decoded == count && account.damaged == damaged.count && account.sampled == shown.count && account.padded == padded)
    #expect(account.between == count - damaged.count - shown.count)
    #expect(account.addsUp)
  }

  @Test("by time, with frames repeated and skipped, the counts add up as well", arguments: 0..<100)
  func byTime(seed: Int) throws {
    let random = CounterRandom(seed: UInt64(seed), stream: "uneven film")
    let count = random.integer(0, below: 120)
    var time = 0.0
    let slowness = [0.005, 0.03, 0.5, 3][random.integer(1, below: 4)]
    let times = (0..<count).map { index in
      time += slowness * random.uniform(UInt64(index + 10))
      return time
    }
    let damaged = Set((0..<count).filter { random.uniform(UInt64(1000 + $0)) < 0.1 })
    let length = 1 + random.integer(2, below: 9)
    let screening = try Screening(
      Film(times: times, damaged: damaged), plan: .sliding(hop: 1 + random.integer(3, below: 9)), rate: nil, samplingRate: 4, length: length
    )
    #expect(screening.mode == .time)
    #expect(screening.account.addsUp)
    #expect(screening.account.decoded == count && screening.account.damaged == damaged.count)
    #expect(screening.account.sampled == Set(screening.clips.joined()).count)
    #expect(screening.windows.isEmpty == (count == damaged.count))
    for (window, clip) in zip(screening.windows, screening.clips) {
      #expect(clip == clip.sorted() && clip.allSatisfy { !damaged.contains($0) })
      #expect(window.startFrame == clip[0] && window.endFrame > clip[length - 1] && window.endFrame <= count)
      #expect(window.startTime == times[clip[0]] && window.endTime >= times[clip[length - 1]])
    }
    #expect(screening.windows.map(\.endFrame).max() ?? count == count, "the last window ends with the video")
  }

  @Test("a film of damaged frames has no windows, and says so")
  func allDamaged() throws {
    let screening = try Screening(Film(10, damaged: Set(0..<10)), plan: .sliding(hop: 2))
    #expect(screening.windows.isEmpty)
    #expect(screening.account.decoded == 10 && screening.account.damaged == 10 && screening.account.addsUp)
  }

  @Test("the account as JSON")
  func json() throws {
    let account = try Screening(Film(41, damaged: [3, 7]), plan: .sliding(hop: 4), samplingRate: 3, length: 4).account
    #expect(account.json == ["decoded": 41, "sampled": 14, "between": 25, "damaged": 2, "padded": 0])
    var wrong = account
    wrong.between += 1
    #expect(!wrong.addsUp)
  }
}
