import CFFmpeg

/// Turns time stamps into seconds from the first frame.
///
/// A frame without a time stamp follows the one before at the distance that the frame rate gives. Times never go backwards: a
/// frame that claims to be a little earlier than the one before has its time; where the stamps fall back by more, as in
/// recordings put together, the clock goes on from there.
struct FrameClock {
  private let secondsPerUnit: Double
  private let interval: Double
  /// A time stamp, the first of all or the first after a new beginning, and the seconds that it stands for: 0, unless frames without one came before.
  private var origin: (stamp: Int64, seconds: Double)?
  private var previous: Double?

  init(_ stream: UnsafeMutablePointer<AVStream>) {
    secondsPerUnit = av_q2d(stream.pointee.time_base)
    let rate = stream.pointee.avg_frame_rate
    interval = rate.num > 0 && rate.den > 0 ? Double(rate.den) / Double(rate.num) : 0.04
  }

  /// Seconds of the next frame.
  mutating func time(_ stamp: Int64?) -> Double {
    var seconds = previous.map { $0 + interval } ?? 0
    if let stamp {
      let origin = self.origin ?? (stamp, seconds)
      self.origin = origin
      let stamped = origin.seconds + Double(stamp &- origin.stamp) * secondsPerUnit
      if let previous, previous - stamped > 4 * interval || !stamped.isFinite {
        self.origin = (stamp, seconds)
      } else {
        seconds = max(stamped, previous ?? 0)
      }
    }
    previous = seconds
    return seconds
  }

  /// Forgets the frame before, to go on at another place.
  mutating func leap() { previous = nil }
}
