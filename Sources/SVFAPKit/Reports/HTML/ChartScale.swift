import Glibc

/// One axis of a chart: a range that ends on round numbers, and the round numbers within it.
struct ChartScale {
  /// Larger numbers are not drawn: their differences could overflow.
  static let limit = 1e30

  let lower: Double
  let upper: Double
  let ticks: [Double]
  private let step: Double

  /// - Parameters:
  ///   - values: what is drawn; those that are not finite or beyond `limit` do not count.
  ///   - count: about how many ticks are wanted.
  ///   - isTight: whether the range ends at the values, not at round numbers.
  init(covering values: some Sequence<Double>, ticks count: Int, isTight: Bool = false) {
    var lowest = Double.infinity
    var highest = -Double.infinity
    for value in values where abs(value) <= Self.limit {
      lowest = min(lowest, value)
      highest = max(highest, value)
    }
    if lowest > highest { (lowest, highest) = (0, 1) }
    if highest - lowest <= abs(highest) * 1e-9 {
      // All the same: some room around it.
      let room = highest == 0 ? 1 : abs(highest) * 0.1
      (lowest, highest) = (lowest - room, highest + room)
    }
    let raw = (highest - lowest) / Double(max(count, 1))
    let power = pow(10, log10(raw).rounded(.down))
    let step = ([1, 2, 2.5, 5, 10].first { $0 * power >= raw * 0.999 } ?? 10) * power
    lower = isTight ? lowest : (lowest / step + 1e-9).rounded(.down) * step
    upper = isTight ? highest : (highest / step - 1e-9).rounded(.up) * step
    let first = (lower / step - 1e-9).rounded(.up)
    let last = (upper / step + 1e-9).rounded(.down)
    // At most `count` steps fit by construction; the bound is for rounding in extreme ranges.
    ticks = (0..<max(Int(min(last - first, 50)) + 1, 0)).map { (first + Double($0)) * step }
    self.step = step
  }

  /// Where a value lies between the ends `start` and `end` of the axis.
  func position(_ value: Double, from start: Double, to end: Double) -> Double {
    start + (value - lower) / (upper - lower) * (end - start)
  }

  /// Text of a tick: as many decimals as the ticks need.
  func label(_ tick: Double) -> String {
    let largest = max(abs(lower), abs(upper))
    if largest >= 1e7 || step < 1e-5 { return tick == 0 || abs(tick) < step * 1e-6 ? "0" : significantText(tick, 2) }
    if largest >= 10_000, step >= 100 { return trimmed(tick / 1000, step / 1000) + (tick == 0 ? "" : "k") }
    return trimmed(tick, step)
  }

  private func trimmed(_ value: Double, _ step: Double) -> String {
    let isQuarter = abs((step / pow(10, log10(step * 1.001).rounded(.down))) - 2.5) < 0.01
    let decimals = max(Int(-log10(step * 1.001).rounded(.down)), 0) + (isQuarter && step < 10 ? 1 : 0)
    return decimalText(value, decimals)
  }
}
