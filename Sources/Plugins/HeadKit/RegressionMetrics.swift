/// Agreement of predicted with true numbers, from sums that merge by addition.
///
/// Numbers are taken relative to `reference` (the middle of their range): the variance of numbers that lie far from
/// zero would otherwise drown in rounding.
public struct RegressionMetrics: Sendable {
  /// Sums a dimension needs: n, p, t, pp, tt, pt, |p - t|, (p - t)^2.
  public static let width = 8

  /// Where the sums of a dimension lie.
  static func place(of dimension: Int) -> Range<Int> { dimension * width..<(dimension + 1) * width }

  let reference: Double

  public init(reference: Double) { self.reference = reference }

  /// Adds one pair to the sums.
  public func add(predicted: Float, truth: Float, _ sums: UnsafeMutableBufferPointer<Double>) {
    let p = Double(predicted) - reference
    let t = Double(truth) - reference
    sums[0] += 1
    sums[1] += p
    sums[2] += t
    sums[3] += p * p
    sums[4] += t * t
    sums[5] += p * t
    sums[6] += abs(p - t)
    sums[7] += (p - t) * (p - t)
  }

  /// The figures of one dimension.
  public struct Figures {
    public let pcc: Double
    public let ccc: Double
    public let rmse: Double
    public let mae: Double
    public let r2: Double
  }

  /// Pearson's and Lin's coefficients, root mean square and mean absolute error, explained variance.
  public func figures(_ sums: UnsafeBufferPointer<Double>) -> Figures {
    let n = sums[0]
    guard n > 0 else { return Figures(pcc: .nan, ccc: .nan, rmse: .nan, mae: .nan, r2: .nan) }
    let meanP = sums[1] / n
    let meanT = sums[2] / n
    let varianceP = max(sums[3] / n - meanP * meanP, 0)
    let varianceT = max(sums[4] / n - meanT * meanT, 0)
    let covariance = sums[5] / n - meanP * meanT
    let spread = (varianceP * varianceT).squareRoot()
    let scatter = varianceP + varianceT + (meanP - meanT) * (meanP - meanT)
    return Figures(
      pcc: spread > 0 ? covariance / spread : .nan, ccc: scatter > 0 ? 2 * covariance / scatter : .nan,
      rmse: (sums[7] / n).squareRoot(), mae: sums[6] / n, r2: varianceT > 0 ? 1 - sums[7] / n / varianceT : .nan)
  }
}
