/// Curves over steps or epochs, as a drawing that needs no script; the page's script adds values under the pointer.
package struct LineChart: Sendable {
  package struct Point: Sendable {
    package let x: Double
    package let y: Double

    package init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A curve.
  package struct Series: Sendable {
    package let name: String
    /// By ascending x.
    package let points: [Point]
    /// Whether neighbours scatter so much that a moving mean is drawn above them.
    package let isNoisy: Bool

    package init(_ name: String, _ points: [Point], isNoisy: Bool = false) {
      self.name = name
      self.points = points
      self.isNoisy = isNoisy
    }
  }

  /// A place on the x axis with a name, such as the best epoch.
  package struct Mark: Sendable {
    package let x: Double
    package let label: String

    package init(_ x: Double, _ label: String) {
      self.x = x
      self.label = label
    }
  }

  package let title: String
  /// What x counts: "step", "epoch".
  package let xName: String
  /// nil if neither: no best value is then named.
  package let largerIsBetter: Bool?
  package let series: [Series]
  package let marks: [Mark]

  package init(_ title: String, xName: String = "step", largerIsBetter: Bool? = nil, series: [Series], marks: [Mark] = []) {
    self.title = title
    self.xName = xName
    self.largerIsBetter = largerIsBetter
    self.series = series
    self.marks = marks
  }

  /// Curves that are told apart by colour and dashes.
  static let styleCount = 6
  /// Points drawn of a curve: more than a screen has columns for.
  private static let pointLimit = 600

  /// The chart as a figure.
  var html: String {
    let curves = series.map { CurvePoints($0.points) }
    guard curves.contains(where: { !$0.points.isEmpty }) else {
      return "<figure class=\"card\"><figcaption>\(title.escapedForHTML)</figcaption><p class=\"muted\">no values yet</p></figure>\n"
    }
    let area = ChartArea(
      x: ChartScale(covering: curves.lazy.flatMap(\.points).map(\.x), ticks: 5, isTight: true),
      y: ChartScale(covering: curves.lazy.flatMap(\.points).map(\.y), ticks: 5))
    var drawing = area.axes(xName: xName)
    for mark in marks where abs(mark.x) <= ChartScale.limit { drawing += area.mark(mark) }
    for (index, curve) in curves.enumerated() {
      let style = "s\(index % Self.styleCount)"
      let line = smoothed(series[index], curve)
      if line != nil { drawing += area.path(curve.thinned(to: Self.pointLimit), style: style + " faint", name: nil) }
      drawing += area.path((line ?? curve).thinned(to: Self.pointLimit), style: style, name: series[index].name.escapedForHTML)
    }
    let legend = zip(series, curves).enumerated().map { legendItem($1.0, $1.1, style: "s\($0 % Self.styleCount)") }.joined()
    return """
      <figure class="card chart" tabindex="0" data-x="\(xName.escapedForHTML)">
      <figcaption>\(title.escapedForHTML)</figcaption>
      \(area.svg(drawing, label: "\(title), \(series.map(\.name).joined(separator: " and ")), by \(xName)"))
      <ul class="legend">\(legend)</ul>
      </figure>

      """
  }

  /// Neighbours on either side over which the mean of a noisy curve is taken: a thirtieth of the curve in all.
  private func radius(_ curve: CurvePoints) -> Int { curve.points.count / 60 }

  /// The moving mean of a noisy curve that has enough points; nil for others.
  private func smoothed(_ series: Series, _ curve: CurvePoints) -> CurvePoints? {
    series.isNoisy && radius(curve) > 0 ? curve.smoothed(radius: radius(curve)) : nil
  }

  private func legendItem(_ series: Series, _ curve: CurvePoints, style: String) -> String {
    let x = xName.escapedForHTML
    let mean = smoothed(series, curve)
    var text = "<li><svg viewBox=\"0 0 26 8\" aria-hidden=\"true\"><path class=\"\(style)\" d=\"M0 4H26\"/></svg>"
    text += "<span>\(series.name.escapedForHTML)</span>"
    if mean != nil { text += "<span class=\"muted\">mean of \(2 * radius(curve) + 1)</span>" }
    if let last = (mean ?? curve).points.last { text += "<span class=\"muted\">last <b>\(significantText(last.y, 4))</b></span>" }
    if let largerIsBetter, let best = curve.points.max(by: { largerIsBetter ? $0.y < $1.y : $0.y > $1.y }) {
      text += "<span class=\"muted\">best <b>\(significantText(best.y, 4))</b> at \(x) \(plainText(best.x))</span>"
    }
    if let first = curve.left.first {
      text += "<span class=\"bad\">\(curve.left.count) not finite, first at \(x) \(plainText(first.x))</span>"
    }
    return text + "</li>"
  }
}
