/// What became of every line of a manifest.
package struct DataAccount: Sendable {
  /// Lines that were left out for one reason.
  package struct Skipped: Sendable {
    package let reason: String
    package let count: Int
    /// Some of them, by path.
    package let examples: [String]

    package init(_ reason: String, count: Int, examples: [String] = []) {
      self.reason = reason
      self.count = count
      self.examples = examples
    }
  }

  /// "training", "validation", "test".
  package let name: String
  package let listed: Int
  package let used: Int
  package let skipped: [Skipped]

  package init(_ name: String, listed: Int, used: Int, skipped: [Skipped] = []) {
    self.name = name
    self.listed = listed
    self.used = used
    self.skipped = skipped
  }

  /// Listed less used and skipped: zero, or something was lost silently.
  var unexplained: Int { skipped.reduce(listed &- used) { $0 &- $1.count } }

  /// Rows of the table of `DataAccount.table`: the set, and below it what was skipped and why.
  private var rows: String {
    let left = skipped.reduce(0) { $0 &+ $1.count }
    var out = "<tr class=\"total\"><th scope=\"row\">\(name.escapedForHTML)</th>"
    for count in [listed, used, left] { out += "<td class=\"number\">\(groupedText(count))</td>" }
    out += "</tr>"
    for skip in skipped {
      let examples = skip.examples.map { "<code>\($0.escapedForHTML)</code>" }.joined(separator: ", ")
      let such = examples.isEmpty ? "" : " (\(examples)\(skip.examples.count < skip.count ? ", ..." : ""))"
      out += "<tr><td colspan=\"4\"><b>\(groupedText(skip.count))</b> skipped: \(skip.reason.escapedForHTML)"
      out += "<span class=\"muted\">\(such)</span></td></tr>"
    }
    if unexplained != 0 {
      out += "<tr><td colspan=\"4\" class=\"bad\"><b>\(groupedText(unexplained))</b> unexplained: the counts do not add up</td></tr>"
    }
    return out
  }

  /// All accounts of a run as one table.
  static func table(_ accounts: [DataAccount]) -> String {
    guard !accounts.isEmpty else { return "" }
    let counts = ["listed", "used", "skipped"].map { "<th scope=\"col\" class=\"number\">\($0)</th>" }.joined()
    return "<div class=\"scroll\"><table class=\"account\"><thead><tr><th scope=\"col\">set</th>\(counts)</tr></thead><tbody>"
      + accounts.map(\.rows).joined() + "</tbody></table></div>\n"
  }
}
