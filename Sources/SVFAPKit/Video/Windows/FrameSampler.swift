import Base

/// Decides which decoded frames a model sees.
///
/// A source whose rate is near that of the training data is sampled by index, every `samplingRate`-th frame, as
/// published. Any other one (and one whose rate is unknown or that is told to be variable) is sampled by time, so that
/// a clip spans the same time as in training: the frame nearest to every multiple of samplingRate / frameRate seconds,
/// the same frame several times if the source is slower.
package struct FrameSampler {
  /// Rates within this ratio of the recipe's count as equal.
  package static let nearRates = 0.8...1.25

  package enum Mode: String, Sendable {
    case index
    case time
  }

  package let mode: Mode
  private let step: Int
  private let period: Double
  private var interval: Double
  /// Time of the next sample; the clock starts with the first frame that can be used.
  private var target: Double?
  private var wanted = 0
  private var lastTime: Double?

  /// - Parameter rate: frames per second of the source, nil if unknown.
  package init(_ recipe: PreparationRecipe, rate: Double?) {
    step = recipe.samplingRate
    period = Double(recipe.samplingRate) / recipe.frameRate
    interval = 1 / (rate ?? recipe.frameRate)
    mode = rate.map { Self.nearRates.contains($0 / recipe.frameRate) } == true ? .index : .time
  }

  /// How often the frame is sampled: 0 for most.
  ///
  /// A damaged frame is never sampled: the next intact one takes its place.
  package mutating func samples(_ frame: Frame) -> Int {
    if let lastTime, frame.time > lastTime { interval = frame.time - lastTime }
    // A stream whose clock goes back (pieces joined end to end) is followed there.
    if let lastTime, frame.time < lastTime - period { target = nil }
    lastTime = frame.time
    guard !frame.isDamaged, frame.rgb != nil else { return 0 }
    switch mode {
    case .index:
      guard frame.index >= wanted else { return 0 }
      wanted = (frame.index / step + 1) * step
      return 1
    case .time:
      var next = target ?? frame.time
      var count = 0
      // Half an interval: this frame is nearer to the target than the next one will be.
      while next <= frame.time + interval / 2, count < Self.repeatLimit {
        next += period
        count += 1
      }
      // After a long gap the clock starts anew: a still picture is not stretched over minutes.
      if count == Self.repeatLimit { next = frame.time + period }
      target = next
      return count
    }
  }

  /// Most repeats of one frame.
  package static let repeatLimit = 64
}
