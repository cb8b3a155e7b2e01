/// Readings against the truth for one number of a regression head. On the diagonal the two agree.
package struct ScatterChart: Sendable {
  package struct Pair: Sendable {
    package let truth: Double
    package let reading: Double

    package init(truth: Double, reading: Double) {
      self.truth = truth
      self.reading = reading
    }
  }

  package let title: String
  /// Such as "CCC 0.71, MAE 0.12".
  package let note: String
  package let pairs: [Pair]

  package init(_ title: String, note: String = "", pairs: [Pair]) {
    self.title = title
    self.note = note
    self.pairs = pairs
  }

  /// Points drawn; of more, every so-manieth is drawn, and the figure says so.
  private static let limit = 2000

  var html: String {
    let finite = pairs.filter { abs($0.truth) <= ChartScale.limit && abs($0.reading) <= ChartScale.limit }
    guard !finite.isEmpty else {
      return "<figure class=\"card\"><figcaption>\(title.escapedForHTML)</figcaption><p class=\"muted\">no values</p></figure>\n"
    }
    let drawn = finite.count <= Self.limit ? finite : (0..<Self.limit).map { finite[$0 * finite.count / Self.limit] }
    // Both axes the same, so that the diagonal is the line of agreement.
    let scale = ChartScale(covering: finite.lazy.map(\.truth) + finite.lazy.map(\.reading), ticks: 4)
    let area = ChartArea(x: scale, y: scale, width: 320, height: 304)
    var drawing = area.axes(xName: "truth", yName: "reading")
    drawing += "<path class=\"diagonal\" d=\"M\(coordinate(area.across(scale.lower))) \(coordinate(area.up(scale.lower)))"
    drawing += "L\(coordinate(area.across(scale.upper))) \(coordinate(area.up(scale.upper)))\"/><g class=\"dots\">"
    for pair in drawn {
      drawing += "<circle cx=\"\(coordinate(area.across(pair.truth)))\" cy=\"\(coordinate(area.up(pair.reading)))\" r=\"3\">"
      drawing += "<title>truth \(significantText(pair.truth, 4)), reading \(significantText(pair.reading, 4))</title></circle>"
    }
    drawing += "</g>"
    var notes = note.isEmpty ? [] : [note]
    if drawn.count < finite.count { notes.append("\(groupedText(drawn.count)) of \(groupedText(finite.count)) points drawn") }
    if finite.count < pairs.count { notes.append("\(groupedText(pairs.count - finite.count)) not finite") }
    return """
      <figure class="card scatter">
      <figcaption>\(title.escapedForHTML) <span class="muted">\(notes.joined(separator: "; ").escapedForHTML)</span></figcaption>
      \(area.svg(drawing, label: "\(title): readings against the truth. \(note)"))
      </figure>

      """
  }
}
