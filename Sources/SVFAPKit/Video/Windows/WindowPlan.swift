/// Which runs of sampled frames become windows.
package enum WindowPlan: Sendable, Equatable {
  /// A window every `hop` sampled frames, and one that ends with the last sampled frame.
  case sliding(hop: Int)
  /// Windows at these sampled frames, ascending; one that stands there several times is computed once and counts as often.
  case starts([Int])

  /// The windows of `viewStarts(views:sampled:clip:)`.
  package static func uniform(views: Int, sampled: Int, clip: Int) -> WindowPlan {
    .starts(viewStarts(views: views, sampled: sampled, clip: clip))
  }

  /// The published test protocol: `views` windows spread evenly over `sampled` frames; view i starts at
  /// int(i * max((sampled - clip) / (views - 1), 0)) (published c.3). A single view, which the released code cannot
  /// do, is the first. Views of short videos coincide.
  package static func viewStarts(views: Int, sampled: Int, clip: Int) -> [Int] {
    let spacing = views > 1 ? max(Double(sampled - clip) / Double(views - 1), 0) : 0
    return (0..<max(views, 0)).map { Int(Double($0) * spacing) }
  }
}

/// A window of a video: where it lies.
package struct Window: Sendable {
  package let index: Int
  /// First frame.
  package let startFrame: Int
  /// One past the last frame.
  package let endFrame: Int
  /// Time of the first frame, in seconds.
  package let startTime: Double
  /// End of the last frame, in seconds.
  package let endTime: Double
  /// Repeats of the last frame that fill up the clip.
  package let paddedFrames: Int
  /// How many windows of the plan this one stands for: the weight of its readings in a mean over views.
  package let views: Int

  package init(
    index: Int, startFrame: Int, endFrame: Int, startTime: Double, endTime: Double, paddedFrames: Int = 0, views: Int = 1
  ) {
    self.index = index
    self.startFrame = startFrame
    self.endFrame = endFrame
    self.startTime = startTime
    self.endTime = endTime
    self.paddedFrames = paddedFrames
    self.views = views
  }

  /// This window and a later one as one: from the first frame of this to the last of the other.
  package func joined(with other: Window) -> Window {
    Window(
      index: index, startFrame: startFrame, endFrame: max(endFrame, other.endFrame), startTime: startTime,
      endTime: max(endTime, other.endTime), paddedFrames: paddedFrames + other.paddedFrames, views: views + other.views)
  }
}
