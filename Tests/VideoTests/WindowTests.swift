import Base
import TestSupport
import Testing
import Video

@Suite("Windows of a video")
struct WindowTests {
  @Test("sliding windows every hop, and one that ends with the video")
  func sliding() throws {
    let screening = try Screening(Film(40), plan: .sliding(hop: 8))
    #expect(screening.clips.map { $0[0] } == [0, 8, 16, 24])
    #expect(screening.clips.allSatisfy { $0 == Array($0[0]..<$0[0] + 16) })
    #expect(screening.windows.map(\.startFrame) == [0, 8, 16, 24])
    #expect(screening.windows.map(\.endFrame) == [16, 24, 32, 40])
    #expect(screening.windows.map(\.index) == [0, 1, 2, 3])
    #expect(screening.windows.allSatisfy { $0.paddedFrames == 0 && $0.views == 1 })
    // 43 frames: three lie behind the last whole window.
    let longer = try Screening(Film(43), plan: .sliding(hop: 8))
    #expect(longer.windows.map(\.startFrame) == [0, 8, 16, 24, 27])
    #expect(longer.windows.last?.endFrame == 43)
    #expect(longer.account.sampled == 43)
  }

  @Test("times: from the first frame to where the next sampled one begins, at the end to the last frame's end")
  func times() throws {
    let screening = try Screening(Film(70, rate: 25), plan: .sliding(hop: 16), samplingRate: 4)
    // Sampled: 0, 4 ... 68. The first window holds 0 ... 60; frame 64 follows it.
    #expect(screening.windows.map(\.startFrame) == [0, 8])
    #expect(screening.windows.map(\.endFrame) == [64, 70])
    #expect(abs(screening.windows[0].startTime) < 1e-12 && abs(screening.windows[0].endTime - 64 / 25.0) < 1e-9)
    #expect(abs(screening.windows[1].startTime - 8 / 25.0) < 1e-9 && abs(screening.windows[1].endTime - 70 / 25.0) < 1e-9)
  }

  @Test("a hop longer than a clip leaves frames between the windows")
  func longHop() throws {
    let screening = try Screening(Film(100), plan: .sliding(hop: 30), length: 8)
    #expect(screening.windows.map(\.startFrame) == [0, 30, 60, 90, 92])
    #expect(screening.account.sampled == 4 * 8 + 2)
    #expect(screening.account.between == 100 - 34)
    #expect(screening.account.addsUp)
  }

  @Test("no frames: no windows and an empty account", arguments: [WindowPlan.sliding(hop: 4), .starts([0, 0]), .starts([])])
  func empty(plan: WindowPlan) throws {
    let screening = try Screening(Film(0), plan: plan)
    #expect(screening.windows.isEmpty)
    #expect(screening.account == FrameAccount())
  }

  @Test("one frame fills a whole clip")
  func oneFrame() throws {
    let screening = try Screening(Film(1), plan: .sliding(hop: 4))
    #expect(screening.clips == [[Int](repeating: 0, count: 16)])
    let window = try #require(screening.windows.first)
    #expect(window.startFrame == 0 && window.endFrame == 1 && window.paddedFrames == 15)
    #expect(window.startTime == 0 && abs(window.endTime - 0.04) < 1e-12)
    #expect(screening.account.sampled == 1 && screening.account.padded == 15 && screening.account.between == 0)
  }

  @Test("a video shorter than a clip repeats its last sampled frame", arguments: [2, 5, 15])
  func short(count: Int) throws {
    let screening = try Screening(Film(count), plan: .sliding(hop: 4))
    #expect(screening.clips == [Array(0..<count) + [Int](repeating: count - 1, count: 16 - count)])
    #expect(screening.windows[0].endFrame == count)
    #expect(screening.account.padded == 16 - count)
  }

  @Test("exactly one clip is one window")
  func exact() throws {
    let screening = try Screening(Film(16), plan: .sliding(hop: 4))
    #expect(screening.clips == [Array(0..<16)])
    #expect(screening.windows[0].endFrame == 16 && screening.account.padded == 0)
  }

  @Test("the published test views, frame by frame")
  func publishedViews() throws {
    let text = String(decoding: Fixtures.bytes(Fixtures.path("goldens/test_view_sampling.json")), as: UTF8.self)
    let cases = try #require(try JSONValue(parsing: text).arrayValue)
    #expect(cases.count == 30)
    for entry in cases {
      func number(_ key: String) throws -> Int { try #require(entry[key]?.intValue) }
      let (frames, rate, length) = (try number("frames"), try number("sampling_rate"), try number("clip"))
      let views = (entry["views"]?.arrayValue ?? []).map { ($0.arrayValue ?? []).compactMap(\.intValue) }
      let sampled = (frames + rate - 1) / rate
      let plan = WindowPlan.uniform(views: try number("segments"), sampled: sampled, clip: length)
      let screening = try Screening(Film(frames), plan: plan, samplingRate: rate, length: length)
      let found = zip(screening.windows, screening.clips).flatMap { window, clip in [[Int]](repeating: clip, count: window.views) }
      #expect(found == views, "\(frames) frames, every \(rate)")
      #expect(screening.account.addsUp)
    }
  }

  @Test("views are spread evenly, and those that coincide are computed once but count as often")
  func views() throws {
    #expect(WindowPlan.uniform(views: 5, sampled: 100, clip: 16) == .starts([0, 21, 42, 63, 84]))
    #expect(WindowPlan.uniform(views: 1, sampled: 100, clip: 16) == .starts([0]))
    #expect(WindowPlan.uniform(views: 3, sampled: 10, clip: 16) == .starts([0, 0, 0]))
    #expect(WindowPlan.uniform(views: 0, sampled: 10, clip: 16) == .starts([]))
    let plan = WindowPlan.uniform(views: 5, sampled: 18, clip: 16)
    #expect(plan == .starts([0, 0, 1, 1, 2]))
    let screening = try Screening(Film(18), plan: plan)
    #expect(screening.windows.map(\.startFrame) == [0, 1, 2])
    #expect(screening.windows.map(\.views) == [2, 2, 1])
  }

  @Test("a plan that expected more frames than come gets the last clip instead")
  func shorterThanPlanned() throws {
    let screening = try Screening(Film(30), plan: .starts([0, 20, 40]))
    #expect(screening.windows.map(\.startFrame) == [0, 14])
    #expect(screening.windows.map(\.views) == [1, 2])
    #expect(screening.clips.last == Array(14..<30))
  }

  @Test("two windows joined reach from the first frame to the last")
  func joined() {
    let first = Window(index: 0, startFrame: 3, endFrame: 19, startTime: 0.1, endTime: 0.7, paddedFrames: 1, views: 2)
    let second = Window(index: 1, startFrame: 9, endFrame: 25, startTime: 0.3, endTime: 0.9, paddedFrames: 2)
    let both = first.joined(with: second)
    #expect(both.startFrame == 3 && both.endFrame == 25 && both.startTime == 0.1 && both.endTime == 0.9)
    #expect(both.paddedFrames == 3 && both.views == 3 && both.index == 0)
  }

  @Test("an error of whoever takes the windows ends the work and is passed on")
  func receiverFails() throws {
    var count = 0
    let assembler = try WindowAssembler(PreparationRecipe(), plan: .sliding(hop: 1), rate: 25, size: 2, length: 2) {
      _, _ throws(SVFAPError) in
      count += 1
      throw SVFAPError(.cancelled, "enough")
    }
    #expect(failure { try Film(40).play { try assembler.add($0) } }?.code == .cancelled)
    #expect(count == 1)
  }

  @Test("frames of changing size are each brought to the model's")
  func changingSize() throws {
    var film = Film(8)
    film.width = 5
    film.height = 3
    #expect(try Screening(film, plan: .sliding(hop: 8), length: 8).clips == [Array(0..<8)])
    var recipe = PreparationRecipe()
    recipe.samplingRate = 1
    var count = 0
    let assembler = try WindowAssembler(recipe, plan: .sliding(hop: 4), rate: 25, size: 4, length: 4) { _, _ in count += 1 }
    for width in [2, 7, 3, 200] {
      film.width = width
      film.times = [0]
      try film.play { try assembler.add($0) }
    }
    try assembler.finish()
    #expect(count == 1)
  }
}
