/// Metrics, a row each, over one or more sets or folds, a column each.
package struct MetricTable: Sendable {
  package struct Row: Sendable {
    package let name: String
    /// "fraction" is shown in per cent, "1" as a plain number, others with their name.
    package let unit: String
    package let largerIsBetter: Bool
    /// A value a column; nil where there is none.
    package let values: [Double?]

    package init(_ name: String, unit: String, largerIsBetter: Bool, values: [Double?]) {
      self.name = name
      self.unit = unit
      self.largerIsBetter = largerIsBetter
      self.values = values
    }
  }

  package let columns: [String]
  package let rows: [Row]

  package init(columns: [String], rows: [Row]) {
    self.columns = columns
    self.rows = rows
  }

  /// A value in its unit.
  static func text(_ value: Double?, unit: String) -> String {
    guard let value else { return "" }
    guard value.isFinite else { return "undefined" }
    return unit == "fraction" ? "\(decimalText(100 * value, 2)) %" : decimalText(value, 4)
  }

  var html: String {
    guard !rows.isEmpty else { return "" }
    var out = "<div class=\"scroll\"><table class=\"metrics\"><thead><tr><th scope=\"col\">metric</th>"
    for column in columns { out += "<th scope=\"col\" class=\"number\">\(column.escapedForHTML)</th>" }
    out += "</tr></thead><tbody>"
    for row in rows {
      let unit = ["fraction", "1", ""].contains(row.unit) ? "" : " <span class=\"muted\">\(row.unit.escapedForHTML)</span>"
      let (arrow, meaning) = row.largerIsBetter ? ("&#8593;", "higher is better") : ("&#8595;", "lower is better")
      out += "<tr><th scope=\"row\">\(row.name.escapedForHTML)\(unit) <abbr title=\"\(meaning)\">\(arrow)</abbr></th>"
      for column in columns.indices {
        out += "<td class=\"number\">\(Self.text(column < row.values.count ? row.values[column] : nil, unit: row.unit))</td>"
      }
      out += "</tr>"
    }
    return out + "</tbody></table></div>\n"
  }
}
