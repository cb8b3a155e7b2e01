import Base
import Networks
import TestSupport
import Testing

@Suite("Masks and what is predicted")
struct TubeMaskTests {
  private let configuration = ModelConfiguration()

  @Test("a random mask hides int(ratio * places) places, the same in every slice", arguments: [0.75, 0.8, 0.85, 0.9, 0.95])
  func random(ratio: Double) throws {
    let hidden = try TubeMask.random(ratio: ratio, clips: 3, seed: 4, configuration)
    let mask = try TubeMask(hidden, clips: 3, configuration)
    let places = Int(ratio * 100)
    #expect(mask.visiblePlaces == 100 - places)
    for clip in 0..<3 {
      #expect(mask.masked[clip].count == 8 * places && mask.visible[clip].count == 8 * (100 - places))
      #expect((mask.masked[clip] + mask.visible[clip]).sorted() == Array(0..<800))
      #expect(mask.visible[clip] == mask.visible[clip].sorted() && mask.masked[clip] == mask.masked[clip].sorted())
      let first = Set(mask.masked[clip].filter { $0 < 100 })
      #expect(mask.masked[clip].allSatisfy { first.contains($0 % 100) })
    }
    #expect(mask.masked[0] != mask.masked[1], "clips have masks of their own")
    #expect(try TubeMask.random(ratio: ratio, clips: 3, seed: 4, configuration) == hidden)
    #expect(try TubeMask.random(ratio: ratio, clips: 3, seed: 5, configuration) != hidden)
  }

  @Test("every place is hidden equally often")
  func evenness() throws {
    var counts = [Int](repeating: 0, count: 100)
    let hidden = try TubeMask.random(ratio: 0.9, clips: 500, seed: 1, configuration)
    for clip in 0..<500 { for place in 0..<100 where hidden[clip * 800 + place] { counts[place] += 1 } }
    #expect(counts.reduce(0, +) == 500 * 90)
    #expect(counts.allSatisfy { $0 > 415 && $0 < 485 })
  }

  @Test("masks that mean nothing are refused and say why")
  func faults() throws {
    let none = [Bool](repeating: false, count: 800)
    let all = [Bool](repeating: true, count: 800)
    var uneven = try TubeMask.random(ratio: 0.9, clips: 1, seed: 1, configuration)
    uneven[300].toggle()
    let unlike =
      try TubeMask.random(ratio: 0.9, clips: 1, seed: 1, configuration) + TubeMask.random(ratio: 0.8, clips: 1, seed: 1, configuration)
    let faults: [([Bool], Int, String)] = [
      (none, 1, "at least one place"), (all, 1, "at least one place"), (uneven, 1, "hides place 0 in some time slices only"),
      (unlike, 2, "the same number"), (Array(none.dropLast()), 1, "expected 1 x 800"), (none, 2, "expected 2 x 800"),
      ([], 0, "expected 0 x 800"),
    ]
    for (mask, clips, reason) in faults {
      let error = try #require(failure { try TubeMask(mask, clips: clips, configuration) })
      #expect(error.code == .shape)
      #expect(error.message.contains(reason), "\(error.message)")
    }
    for ratio in [-0.1, 1.1, .nan, .infinity] {
      #expect(failure { try TubeMask.random(ratio: ratio, clips: 1, seed: 1, configuration) }?.code == .config)
    }
  }

  @Test(
    "the published reading needs visible places that it can split", arguments: [(0.9, true), (0.92, true), (0.75, false), (0.95, false)])
  func published(ratio: Double, fits: Bool) throws {
    var configuration = configuration
    configuration.decoder = ModelConfiguration.decoder(preset: "base")
    configuration.pretrainingVariant = .published
    let hidden = try TubeMask.random(ratio: ratio, clips: 1, seed: 1, configuration)
    let error = failure { try TubeMask(hidden, clips: 1, configuration) }
    #expect((error == nil) == fits)
    if let error { #expect(error.code == .shape && error.message.contains("published")) }
    configuration.pretrainingVariant = .paper
    #expect(failure { try TubeMask(hidden, clips: 1, configuration) } == nil)
  }

  @Test("a target token has mean 0 and deviation 1, and says what they were")
  func target() throws {
    let configuration = try Shape("", [:]).configuration()
    let pixels = video(configuration, clips: 1)
    let target = PixelTarget(configuration, mean: [0.1, 0.2, 0.3], deviation: [0.5, 1, 2])
    let raw = PixelTarget(configuration, mean: [0.1, 0.2, 0.3], deviation: [0.5, 1, 2], normalizes: false)
    var row = [Float](repeating: 0, count: configuration.patchWidth)
    var plain = row
    for token in [0, 5, configuration.tokens - 1] {
      let statistics = target.token(token, of: pixels, into: &row)
      #expect(raw.token(token, of: pixels, into: &plain).allSatisfy { $0.mean == 0 && $0.scale == 1 })
      for channel in 0..<3 {
        let values = stride(from: channel, to: row.count, by: 3).map { Double(row[$0]) }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        #expect(abs(mean) < 1e-5 && abs(variance - 1) < 1e-4)
        for index in stride(from: channel, to: row.count, by: 3) {
          #expect(abs(row[index] * statistics[channel].scale + statistics[channel].mean - plain[index]) < 1e-5)
        }
      }
    }
  }

  @Test("a patch of one colour is 0, not infinite")
  func flat() throws {
    let configuration = try Shape("", [:]).configuration()
    var row = [Float](repeating: .nan, count: configuration.patchWidth)
    PixelTarget(configuration, mean: [0, 0, 0], deviation: [1, 1, 1])
      .token(3, of: [Float](repeating: 0.5, count: configuration.clipCount), into: &row)
    #expect(row.allSatisfy { $0 == 0 })
  }
}
