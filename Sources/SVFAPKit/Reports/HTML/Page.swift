/// An HTML document that needs nothing but itself: style and script inside, and a policy that forbids the browser to
/// fetch anything.
struct Page {
  let title: String
  /// What stands above the sections, as HTML.
  var head = ""
  private var sections: [(id: String, title: String, content: String)] = []

  init(title: String) { self.title = title }

  /// Adds a section, unless it has no content.
  mutating func add(_ id: String, _ title: String, _ content: String) {
    if !content.isEmpty { sections.append((id, title, content)) }
  }

  private static let policy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

  var html: String {
    let links = sections.map { "<a href=\"#\($0.id)\">\($0.title.escapedForHTML)</a>" }.joined()
    let bodies = sections.map { "<section id=\"\($0.id)\"><h2>\($0.title.escapedForHTML)</h2>\n\($0.content)</section>\n" }.joined()
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="no-referrer">
      <link rel="icon" href="data:,">
      <title>\(title.escapedForHTML)</title>
      <style>
      \(PageStyle.css)
      </style>
      </head>
      <body>
      <main>
      \(head)<nav>\(links)</nav>
      \(bodies)</main>
      <script>
      \(PageScript.javaScript)
      </script>
      </body>
      </html>

      """
  }
}
