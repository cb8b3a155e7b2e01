import Base
import Video

/// Which frames of a video become clips in training and evaluation.
///
/// Every function gives frame indices, from 0, in the order of the clip; a video without frames gives none. `count` is the
/// number of frames, `length` that of a clip, `step` the distance of its frames (the recipe's sampling rate).
package enum FrameSelection {
  /// Clips for pre-training (published b.1): frames `step` apart from random starts. The video is cut into as many parts
  /// as there are clips, and each starts in its own; if that leaves no room, starts are drawn from the whole video, and a
  /// video that is too short for one clip starts at its first frame.
  ///
  /// A clip that reaches the end of the video repeats its last frame. The released code stops one step early where the
  /// last step would land exactly on the last frame (a comparison that counts from 0 on one side and from 1 on the
  /// other, published (e) 13): a video of 5 frames shows frame 0 sixteen times. `stopsEarly` does the same.
  package static func pretraining(
    count: Int, length: Int, step: Int, clips: Int = 1, stopsEarly: Bool = false, _ random: inout RandomSequence
  ) -> [[Int]] {
    guard count > 0, clips > 0 else { return [] }
    let room = count - length * step + 1
    let part = room > 0 ? room / clips : 0
    var starts = [Int](repeating: 0, count: clips)
    if part > 0 {
      for clip in 0..<clips { starts[clip] = clip * part + random.integer(below: part) }
    } else if room > 0 {
      for clip in 0..<clips { starts[clip] = random.integer(below: room) }
      starts.sort()
    }
    let last = stopsEarly ? count - 2 : count - 1
    return starts.map { start in
      var frame = start
      return (0..<length).map { _ in
        defer { if frame + step <= last { frame += step } }
        return frame
      }
    }
  }

  /// A clip for fine-tuning (published c.3): `length` frames spread over a random window of length * step frames, or over
  /// the whole video if it is shorter.
  package static func training(count: Int, length: Int, step: Int, _ random: inout RandomSequence) -> [Int] {
    let span = length * step
    return window(count: count, length: length, step: step, end: count > span ? span + random.integer(below: count - span) : nil)
  }

  /// A clip for validation: as for fine-tuning, with the window in the middle.
  ///
  /// The released code draws validation windows at random, so that its best checkpoint is chosen on figures that differ
  /// from time to time (published (e) 17).
  package static func validation(count: Int, length: Int, step: Int) -> [Int] {
    let span = length * step
    return window(count: count, length: length, step: step, end: count > span ? span + (count - span) / 2 : nil)
  }

  /// Views of a video for the test (published c.3): every step-th frame, of which each view takes `length` in a row, evenly
  /// spread. Views of short videos coincide.
  package static func views(count: Int, length: Int, step: Int, views: Int) -> [[Int]] {
    guard count > 0, views > 0 else { return [] }
    let sampled = (count - 1) / step + 1
    return WindowPlan.viewStarts(views: views, sampled: sampled, clip: length).map { start in
      (start..<start + length).map { min($0, sampled - 1) * step }
    }
  }

  /// Frames of the window that ends before frame `end`; of the whole video if `end` is nil.
  static func window(count: Int, length: Int, step: Int, end: Int?) -> [Int] {
    guard count > 0 else { return [] }
    guard let end else {
      let spread = min(count / step, length)
      let indices = evenly(from: 0, to: count, spread) + [Int](repeating: count, count: length - spread)
      return indices.map { min($0, count - 1) }
    }
    return evenly(from: end - length * step, to: end, length).map { min($0, end - 1) }
  }

  /// NumPy's linspace, ends included, cut to whole numbers.
  private static func evenly(from start: Int, to end: Int, _ number: Int) -> [Int] {
    guard number > 1 else { return [Int](repeating: start, count: max(number, 0)) }
    let step = Double(end - start) / Double(number - 1)
    return (0..<number).map { $0 == number - 1 ? end : Int(Double($0) * step + Double(start)) }
  }
}
