/// A point, or the way from one to another.
struct Point {
  var x: Float
  var y: Float

  init(_ x: Float, _ y: Float) {
    self.x = x
    self.y = y
  }

  static func + (a: Point, b: Point) -> Point { Point(a.x + b.x, a.y + b.y) }
  static func - (a: Point, b: Point) -> Point { Point(a.x - b.x, a.y - b.y) }
  static func * (a: Point, factor: Float) -> Point { Point(a.x * factor, a.y * factor) }

  /// Length of the way.
  var length: Float { (x * x + y * y).squareRoot() }
}

/// Points from their coordinates.
func points(_ places: (x: Float, y: Float)...) -> [Point] { places.map { Point($0.x, $0.y) } }

/// Lines through points, open or the edge of an area.
enum Curve {
  /// A smooth line that touches all points (Catmull-Rom), `steps` pieces between neighbours.
  static func open(_ points: [Point], steps: Int = 6) -> [Point] {
    guard let first = points.first, let last = points.last, points.count > 2 else { return points }
    var line = [first]
    for index in 1..<points.count {
      let before = index > 1 ? points[index - 2] : first
      let after = index + 1 < points.count ? points[index + 1] : last
      append(before, points[index - 1], points[index], after, steps, to: &line)
    }
    return line
  }

  /// The smooth edge of an area that touches all points.
  static func closed(_ points: [Point], steps: Int = 6) -> [Point] {
    let count = points.count
    var line: [Point] = []
    for index in 0..<count {
      append(points[(index + count - 1) % count], points[index], points[(index + 1) % count], points[(index + 2) % count], steps, to: &line)
    }
    return line
  }

  private static func append(_ a: Point, _ b: Point, _ c: Point, _ d: Point, _ steps: Int, to line: inout [Point]) {
    for step in 1...steps {
      let t = Float(step) / Float(steps)
      let linear = (c - a) * t
      let square = (a * 2 - b * 5 + c * 4 - d) * (t * t)
      let cube = (b * 3 - a - c * 3 + d) * (t * t * t)
      line.append(b + (linear + square + cube) * 0.5)
    }
  }

  /// The edge of an ellipse.
  static func ellipse(_ centre: Point, _ radiusX: Float, _ radiusY: Float, points count: Int = 28) -> [Point] {
    (0..<count).map { index in
      let turns = Double(index) / Double(count)
      return Point(centre.x + radiusX * cosine(turns: turns), centre.y + radiusY * sine(turns: turns))
    }
  }

  /// A stroke along a line, `width` wide in the middle and `ends` times that at its beginning and end.
  static func stroke(_ line: [Point], width: Float, ends: Float = 0.2) -> [Point] {
    stroke(line) { share in
      let fromMiddle = 2 * share - 1
      return width * between(1, ends, fromMiddle * fromMiddle)
    }
  }

  /// A stroke along a line whose width depends on the share of the way, 0...1.
  static func stroke(_ line: [Point], width: (Float) -> Float) -> [Point] {
    guard line.count > 1 else { return [] }
    var left: [Point] = []
    var right: [Point] = []
    for index in line.indices {
      let way = line[min(index + 1, line.count - 1)] - line[max(index - 1, 0)]
      let half = width(Float(index) / Float(line.count - 1)) * 0.5 / max(way.length, 1e-6)
      left.append(Point(line[index].x - way.y * half, line[index].y + way.x * half))
      right.append(Point(line[index].x + way.y * half, line[index].y - way.x * half))
    }
    return left + right.reversed()
  }
}
