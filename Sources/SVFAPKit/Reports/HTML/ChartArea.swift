/// The drawing area of a chart: two axes, and what is drawn between them in the units of the drawing.
struct ChartArea {
  let x: ChartScale
  let y: ChartScale
  let width: Double
  let height: Double

  private static let left = 54.0
  private static let right = 14.0
  private static let top = 12.0
  private static let bottom = 38.0

  init(x: ChartScale, y: ChartScale, width: Double = 460, height: Double = 250) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  func across(_ value: Double) -> Double { x.position(value, from: Self.left, to: width - Self.right) }
  func up(_ value: Double) -> Double { y.position(value, from: height - Self.bottom, to: Self.top) }

  /// The drawing as an SVG element. The attributes tell the page's script where the axes lie.
  func svg(_ content: String, label: String) -> String {
    "<svg viewBox=\"0 0 \(coordinate(width)) \(coordinate(height))\" role=\"img\" aria-label=\"\(label.escapedForHTML)\">\(content)"
      + "<line class=\"cursor\" y1=\"\(coordinate(Self.top))\" y2=\"\(coordinate(height - Self.bottom))\"/></svg>"
  }

  /// Grid lines, their numbers and the name of x (and of y, which stands along the axis).
  func axes(xName: String, yName: String? = nil) -> String {
    var out = "<g class=\"grid\">"
    for tick in y.ticks {
      out += "<path d=\"M\(coordinate(Self.left)) \(coordinate(up(tick)))H\(coordinate(width - Self.right))\"/>"
    }
    for tick in x.ticks {
      out += "<path class=\"tick\" d=\"M\(coordinate(across(tick))) \(coordinate(height - Self.bottom))v4\"/>"
    }
    out += "</g><g class=\"numbers\">"
    for tick in y.ticks {
      out += "<text x=\"\(coordinate(Self.left - 6))\" y=\"\(coordinate(up(tick)))\" class=\"y\">\(y.label(tick))</text>"
    }
    for tick in x.ticks {
      out += "<text x=\"\(coordinate(across(tick)))\" y=\"\(coordinate(height - Self.bottom + 16))\" class=\"x\">\(x.label(tick))</text>"
    }
    let middle = (Self.left + width - Self.right) / 2
    out += "<text x=\"\(coordinate(middle))\" y=\"\(coordinate(height - 5))\" class=\"x name\">\(xName.escapedForHTML)</text>"
    if let yName {
      let center = (Self.top + height - Self.bottom) / 2
      out += "<text transform=\"translate(12 \(coordinate(center))) rotate(-90)\" class=\"x name\">\(yName.escapedForHTML)</text>"
    }
    return out + "</g>"
  }

  /// A curve; with a name it is found by the page's script, with few points each is marked and says its value.
  func path(_ points: [CurvePoints.Point], style: String, name: String?) -> String {
    guard !points.isEmpty else { return "" }
    var line = ""
    var piece: Int?
    for point in points {
      line += (point.piece == piece ? "L" : "M") + coordinate(across(point.x)) + " " + coordinate(up(point.y))
      piece = point.piece
    }
    guard let name else { return "<path class=\"line \(style)\" d=\"\(line)\"/>" }
    let values = points.map { "\(plainText($0.x)) \(significantText($0.y, 5))" }.joined(separator: ",")
    var out = "<path class=\"line \(style)\" data-name=\"\(name)\" data-values=\"\(values)\" d=\"\(line)\"/>"
    if points.count <= 40 {
      for point in points {
        let value = "\(name): \(significantText(point.y, 5)) at \(plainText(point.x))"
        out += "<circle class=\"\(style)\" cx=\"\(coordinate(across(point.x)))\" cy=\"\(coordinate(up(point.y)))\" r=\"2.6\">"
        out += "<title>\(value)</title></circle>"
      }
    }
    return out
  }

  /// A place on the x axis.
  func mark(_ mark: LineChart.Mark) -> String {
    guard mark.x >= x.lower, mark.x <= x.upper else { return "" }
    let position = across(mark.x)
    // The label stands on the side that has room.
    let isRight = position > width / 2
    return "<g class=\"mark\"><path d=\"M\(coordinate(position)) \(coordinate(Self.top))V\(coordinate(height - Self.bottom))\"/>"
      + "<text x=\"\(coordinate(position + (isRight ? -4 : 4)))\" y=\"\(coordinate(Self.top + 9))\""
      + " class=\"\(isRight ? "end" : "start")\">\(mark.label.escapedForHTML)</text></g>"
  }
}
