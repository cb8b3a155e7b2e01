import Base
import Testing
import Video

/// Frames of one colour whose times mean nothing.
private final class Slides: VideoSource {
  var info = StreamInfo()
  private var position = 0
  private let pixels = UnsafeMutablePointer<UInt8>.allocate(capacity: 3)

  init(timed: Bool) { info.isTimed = timed }
  deinit { pixels.deallocate() }

  func next() throws(SVFAPError) -> Frame? {
    guard position < 20 else { return nil }
    defer { position += 1 }
    return Frame(index: position, time: 77, width: 1, height: 1, rowBytes: 3, rgb: UnsafePointer(pixels), isDamaged: false)
  }

  func seek(to index: Int) throws(SVFAPError) { position = index }
}

@Suite("Frames without times are sampled by index, at the rate of the recipe")
struct FramesTimingTests {
  private func sampled(rate: Double, step: Int, timed: Bool) throws -> (frames: [Int], times: [Double], mode: FrameSampler.Mode) {
    var recipe = PreparationRecipe()
    recipe.frameRate = rate
    recipe.samplingRate = step
    let source = Slides(timed: timed).timed(by: recipe)
    var sampler = FrameSampler(recipe, rate: source.info.framesPerSecond)
    var frames: [Int] = []
    var times: [Double] = []
    while let frame = try source.next() {
      times.append(frame.time)
      frames += Array(repeating: frame.index, count: sampler.samples(frame))
    }
    return (frames, times, sampler.mode)
  }

  @Test("every n-th frame, whatever the recipe's rate", arguments: [(25.0, 4), (5, 1), (29.97, 7), (0.5, 3), (240, 2)])
  func byIndex(rate: Double, step: Int) throws {
    let result = try sampled(rate: rate, step: step, timed: false)
    #expect(result.mode == .index)
    #expect(result.frames == Array(stride(from: 0, to: 20, by: step)))
    #expect(result.times == (0..<20).map { Double($0) / rate })
  }

  @Test("a source that has times keeps them")
  func timed() throws {
    #expect(try sampled(rate: 25, step: 4, timed: true).times.allSatisfy { $0 == 77 })
  }

  @Test("seeking stays seeking")
  func seek() throws {
    let source = Slides(timed: false).timed(by: PreparationRecipe())
    try source.seek(to: 10)
    #expect(try source.next()?.time == 0.4)
  }
}
