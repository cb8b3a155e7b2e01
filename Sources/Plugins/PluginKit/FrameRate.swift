/// Frames per second as a fraction.
public struct FrameRate: Sendable, Equatable {
  public let numerator: Int
  public let denominator: Int

  /// The fraction with three digits behind the point that is nearest to a rate in 0.001 ... 1000 000.
  public init(perSecond rate: Double) {
    let thousandths = Int((min(max(rate, 0.001), 1_000_000) * 1000).rounded())
    var (a, b) = (thousandths, 1000)
    while b != 0 { (a, b) = (b, a % b) }
    numerator = thousandths / a
    denominator = 1000 / a
  }

  /// When a frame is shown, in seconds from the first.
  public func time(of index: Int) -> Double { Double(index) * Double(denominator) / Double(numerator) }
}
