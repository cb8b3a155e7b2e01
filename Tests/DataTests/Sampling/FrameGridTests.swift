import Data
import Testing
import Video

@Suite("Videos of other frame rates")
struct FrameGridTests {
  @Test(
    "a rate near the recipe's, or an unknown one, changes nothing", arguments: [nil, 20, 24, 25, 29.97, 31.25, .nan, 0, -5] as [Double?])
  func near(rate: Double?) {
    let grid = FrameGrid(frames: 90, rate: rate, PreparationRecipe())
    #expect(grid.count == 90)
    #expect((0..<90).allSatisfy { grid.frame($0) == $0 })
  }

  @Test("a faster video has fewer frames on the grid, a slower one shows some twice")
  func far() {
    let fast = FrameGrid(frames: 100, rate: 50, PreparationRecipe())
    #expect(fast.count == 50)
    #expect((0..<50).map { fast.frame($0) } == (0..<50).map { 2 * $0 })
    let slow = FrameGrid(frames: 10, rate: 12.5, PreparationRecipe())
    #expect(slow.count == 20)
    #expect((0..<6).map { slow.frame($0) } == [0, 0, 1, 1, 2, 2])
  }

  @Test("frames of the grid are those that prediction samples by time", arguments: [5.0, 10, 15, 48, 50, 59.94, 120])
  func agreesWithPrediction(rate: Double) {
    let recipe = PreparationRecipe()
    let grid = FrameGrid(frames: 400, rate: rate, recipe)
    var sampler = FrameSampler(recipe, rate: rate)
    var sampled: [Int] = []
    let pixel: [UInt8] = [0, 0, 0]
    pixel.withUnsafeBufferPointer { pixel in
      for index in 0..<400 {
        let frame = Frame(
          index: index, time: Double(index) / rate, width: 1, height: 1, rowBytes: 3, rgb: pixel.baseAddress, isDamaged: false)
        sampled += [Int](repeating: index, count: sampler.samples(frame))
      }
    }
    let expected = (0..<(grid.count - 1) / recipe.samplingRate + 1).map { grid.frame($0 * recipe.samplingRate) }
    #expect(abs(expected.count - sampled.count) <= 1)
    // Where a target lies half-way between two frames, rounding may take either.
    for (a, b) in zip(expected, sampled) { #expect(abs(a - b) <= (rate == 59.94 ? 0 : 1)) }
    #expect(zip(expected, sampled).count { $0 == $1 } >= min(expected.count, sampled.count) / 2)
  }

  @Test("frames of the grid exist, whatever the lengths")
  func bounds() {
    for frames in 0..<40 {
      for rate in [1.0, 7, 60, 1000] {
        let grid = FrameGrid(frames: frames, rate: rate, PreparationRecipe())
        #expect((grid.count == 0) == (frames == 0))
        for index in 0..<grid.count + 3 { #expect((0..<max(frames, 1)).contains(grid.frame(index))) }
      }
    }
  }
}
