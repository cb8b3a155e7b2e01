/// How often each class was read for each true class.
package struct ConfusionMatrix: Sendable {
  package let labels: [String]
  /// Rows are the truth, columns the readings.
  package let counts: [[Int]]

  /// - Parameter counts: a row a label; rows and columns that are missing count as zeros.
  package init(labels: [String], counts: [[Int]]) {
    self.labels = labels
    self.counts = labels.indices.map { row in
      labels.indices.map { row < counts.count && $0 < counts[row].count ? counts[row][$0] : 0 }
    }
  }

  /// Clips of a class.
  func support(_ truth: Int) -> Int { counts[truth].reduce(0, +) }

  /// Share of a class that was recognised, nil for a class without clips.
  func recall(_ truth: Int) -> Double? {
    let support = support(truth)
    return support > 0 ? Double(counts[truth][truth]) / Double(support) : nil
  }

  /// Mean recall of the classes that have clips (UAR).
  var meanRecall: Double? {
    let recalls = labels.indices.compactMap(recall)
    return recalls.isEmpty ? nil : recalls.reduce(0, +) / Double(recalls.count)
  }

  /// The matrix as a table whose cells are coloured by the share of their row.
  var html: String {
    var out = "<p class=\"title\">Confusion matrix <span class=\"muted\">rows are the truth, columns the readings; "
    out += "the colour is the share of the row</span></p><div class=\"scroll\">"
    out += "<table class=\"matrix\" aria-label=\"Confusion matrix\"><thead><tr><th></th>"
    for label in labels { out += "<th scope=\"col\"><span>\(label.escapedForHTML)</span></th>" }
    out += "<th scope=\"col\" class=\"sum\">clips</th></tr></thead><tbody>"
    for (truth, label) in labels.enumerated() {
      let support = support(truth)
      out += "<tr><th scope=\"row\">\(label.escapedForHTML)</th>"
      for reading in labels.indices { out += cell(counts[truth][reading], of: support, isHit: truth == reading) }
      out += "<td class=\"sum\">\(groupedText(support))</td></tr>"
    }
    return out + "</tbody></table></div>\n"
  }

  private func cell(_ count: Int, of support: Int, isHit: Bool) -> String {
    let share = support > 0 ? Double(count) / Double(support) : 0
    var classes = isHit ? "hit" : ""
    // White on the strongest colours; on weaker ones dark letters are easier to read.
    if share > 0.8 { classes += " strong" }
    let percent = support > 0 ? "\(decimalText(100 * share, 0)) %" : ""
    return "<td class=\"\(classes)\" style=\"--v:\(decimalText(share, 2))\">\(groupedText(count))<small>\(percent)</small></td>"
  }

  /// A bar a class: the share of it that was recognised.
  var recallBars: String {
    var out = "<p class=\"title\">Recall of each class</p><div class=\"scroll\">"
    out += "<table class=\"bars\" aria-label=\"Recall of each class\"><tbody>"
    for (truth, label) in labels.enumerated() {
      out += "<tr><th scope=\"row\">\(label.escapedForHTML)</th>"
      if let recall = recall(truth) {
        out +=
          "<td class=\"bar\"><div style=\"width:\(decimalText(100 * recall, 1))%\"></div></td><td>\(decimalText(100 * recall, 1)) %</td>"
      } else {
        out += "<td class=\"bar\"></td><td class=\"muted\">no clips</td>"
      }
      out += "<td class=\"muted\">of \(groupedText(support(truth)))</td></tr>"
    }
    if let meanRecall {
      out +=
        "<tr class=\"mean\"><th scope=\"row\">mean</th><td class=\"bar\"><div style=\"width:\(decimalText(100 * meanRecall, 1))%\"></div></td>"
      out += "<td>\(decimalText(100 * meanRecall, 1)) %</td><td></td></tr>"
    }
    return out + "</tbody></table></div>\n"
  }
}
