/// A movement that goes out and comes back in straight lines, once: 0, 1, 0.
///
/// Whenever it peaks, it passes every place between 0 and 1 for equally long; played backwards it is the pulse that peaks
/// as long before its end as this one peaks after its start. So the places that it visits do not tell when it peaks.
struct Pulse {
  /// Share of the play at which it starts and ends; outside it rests at 0. The usual ones leave the first and the last of
  /// 16 frames at rest.
  var start = 1.0 / 32
  var end = 31.0 / 32
  /// Where it peaks between start and end, as a share of the way: above 0 and below 1.
  var peak: Double

  /// - Parameter time: share of the play, 0...1.
  func place(at time: Double) -> Float {
    let share = (time - start) / (end - start)
    guard share > 0, share < 1 else { return 0 }
    return Float(share < peak ? share / peak : (1 - share) / (1 - peak))
  }
}
