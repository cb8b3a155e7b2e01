/// The points of a curve as they are drawn: finite ones, few enough for a page, with its peaks kept.
struct CurvePoints {
  /// A point, and which unbroken piece of the curve it belongs to.
  struct Point: Equatable {
    let x: Double
    let y: Double
    let piece: Int
  }

  /// In the order given, which is by x.
  private(set) var points: [Point] = []
  /// Points that are NaN, infinite or too large to draw; the curve is broken there.
  private(set) var left: [LineChart.Point] = []

  init(_ given: [LineChart.Point]) {
    var piece = 0
    for point in given {
      if abs(point.x) <= ChartScale.limit, abs(point.y) <= ChartScale.limit {
        points.append(Point(x: point.x, y: point.y, piece: piece))
      } else {
        left.append(point)
        piece += 1
      }
    }
  }

  /// At most about `limit` points: of every bucket of neighbours the lowest and the highest, so that no peak is lost.
  func thinned(to limit: Int) -> [Point] {
    guard points.count > limit, limit >= 4 else { return points }
    let buckets = limit / 2
    return (0..<buckets).flatMap { bucket in
      let range = bucket * points.count / buckets..<(bucket + 1) * points.count / buckets
      guard let lowest = range.min(by: { points[$0].y < points[$1].y }), let highest = range.max(by: { points[$0].y < points[$1].y })
      else { return [Point]() }
      return lowest == highest ? [points[lowest]] : [points[min(lowest, highest)], points[max(lowest, highest)]]
    }
  }

  /// The curve with every point replaced by the mean of itself and `radius` neighbours on either side, fewer at the ends.
  func smoothed(radius: Int) -> CurvePoints {
    var sums = [0.0]
    for point in points { sums.append(sums[sums.count - 1] + point.y) }
    var copy = self
    copy.points = points.enumerated().map { index, point in
      let first = max(index - radius, 0)
      let end = min(index + radius + 1, points.count)
      return Point(x: point.x, y: (sums[end] - sums[first]) / Double(end - first), piece: point.piece)
    }
    return copy
  }
}
