import Base

extension RunReport {
  /// The whole page.
  ///
  /// - Throws: `format` if a picture is no PNG file.
  package func html() throws(SVFAPError) -> String {
    var page = Page(title: title)
    page.head = head
    page.add("curves", "Curves", charts.isEmpty ? "" : "<div class=\"charts\">\(charts.map(\.html).joined())</div>")
    page.add("evaluation", "Evaluation", evaluations.map(Self.section).joined())
    var groups = ""
    for group in pictures { groups += try group.html() }
    page.add("pictures", "Pictures", groups)
    page.add("data", "Data", accounts.isEmpty ? "" : "<div class=\"card\">\(DataAccount.table(accounts))</div>")
    let text = configuration.text(pretty: true)
    page.add("configuration", "Configuration", "<pre class=\"card\"><code>\(text.escapedForHTML)</code></pre>")
    return page.html
  }

  private var head: String {
    var out = "<header><h1>\(title.escapedForHTML)</h1><p>\(badge) <span class=\"muted\">written \(utcText(time))</span></p></header>\n"
    if !warnings.isEmpty {
      out += "<ul class=\"warnings\">\(warnings.map { "<li>\($0.escapedForHTML)</li>" }.joined())</ul>\n"
    }
    if !highlights.isEmpty {
      let tiles = highlights.map { highlight in
        "<div class=\"card\"><span class=\"muted\">\(highlight.name.escapedForHTML)</span><b>\(highlight.value.escapedForHTML)</b>"
          + "<span class=\"muted\">\(highlight.note.escapedForHTML)</span></div>"
      }
      out += "<div class=\"tiles\">\(tiles.joined())</div>\n"
    }
    if !facts.isEmpty {
      let rows = facts.map { "<div><dt>\($0.name.escapedForHTML)</dt><dd>\($0.value.escapedForHTML)</dd></div>" }
      out += "<dl class=\"card facts\">\(rows.joined())</dl>\n"
    }
    return out
  }

  private var badge: String {
    let (style, text) =
      switch state {
      case .running: ("running", "running")
      case .finished: ("finished", "finished")
      case .stopped(let reason): ("stopped", "stopped: \(reason)")
      case .failed(let reason): ("failed", "failed: \(reason)")
      }
    return "<span class=\"badge \(style)\">\(text.escapedForHTML)</span>"
  }

  private static func section(_ evaluation: Evaluation) -> String {
    var cards: [String] = []
    let table = evaluation.metrics.html
    if !table.isEmpty { cards.append("<div class=\"card\">\(table)</div>") }
    if let confusion = evaluation.confusion { cards.append("<div class=\"card\">\(confusion.recallBars)</div>") }
    // Beside each other where there is room: many columns need a line of their own.
    let isNarrow = evaluation.metrics.columns.count <= 2
    var out = "<section><h3>\(evaluation.title.escapedForHTML)</h3>"
    out += isNarrow ? "<div class=\"split\">\(cards.joined())</div>" : cards.joined()
    if let confusion = evaluation.confusion { out += "<div class=\"card\">\(confusion.html)</div>" }
    if !evaluation.scatters.isEmpty { out += "<div class=\"scatters\">\(evaluation.scatters.map(\.html).joined())</div>" }
    return out + "</section>\n"
  }
}
