import Base
import TestSupport
import Video

/// A film whose pictures say which frame they are: red is the low and green the high byte of the number.
struct Film {
  /// Time of each frame.
  var times: [Double]
  var damaged: Set<Int> = []
  var width = 2
  var height = 2

  init(times: [Double], damaged: Set<Int> = []) {
    self.times = times
    self.damaged = damaged
  }

  init(_ count: Int, rate: Double = 25, damaged: Set<Int> = []) {
    self.init(times: (0..<count).map { Double($0) / rate }, damaged: damaged)
  }

  /// Calls `body` with each frame. Lost ones have no pixels; every other damaged one has stale pixels.
  func play(_ body: (Frame) throws -> Void) rethrows {
    for (index, time) in times.enumerated() {
      let isDamaged = damaged.contains(index)
      let number = isDamaged ? 9999 : index
      let pixel = [UInt8(number & 255), UInt8(number >> 8), 0]
      let picture = (0..<width * height).flatMap { _ in pixel }
      try picture.withUnsafeBufferPointer { pixels in
        try body(
          Frame(
            index: index, time: time, width: width, height: height, rowBytes: 3 * width,
            rgb: isDamaged && index % 2 == 0 ? nil : pixels.baseAddress, isDamaged: isDamaged))
      }
    }
  }
}

/// What an assembler made of a film.
struct Screening {
  var windows: [Window] = []
  /// Frame numbers of each window's clip.
  var clips: [[Int]] = []
  var account = FrameAccount()
  var mode = FrameSampler.Mode.index

  /// - Parameter rate: what the source says of its rate.
  init(
    _ film: Film, plan: WindowPlan, rate: Double? = 25, samplingRate: Int = 1, length: Int = 16, frameRate: Double = 25
  ) throws {
    var recipe = PreparationRecipe()
    recipe.mean = [0, 0, 0]
    recipe.deviation = [1, 1, 1]
    recipe.samplingRate = samplingRate
    recipe.frameRate = frameRate
    let size = 2
    var windows: [Window] = []
    var clips: [[Int]] = []
    let assembler = try WindowAssembler(recipe, plan: plan, rate: rate, size: size, length: length) { window, clip in
      windows.append(window)
      clips.append(
        (0..<length).map { frame in
          let low = clip[frame * size * size] * 255
          let high = clip[(length + frame) * size * size] * 255
          return Int(low.rounded()) + 256 * Int(high.rounded())
        })
    }
    try film.play { try assembler.add($0) }
    try assembler.finish()
    self.windows = windows
    self.clips = clips
    account = assembler.account
    mode = assembler.mode
  }
}
