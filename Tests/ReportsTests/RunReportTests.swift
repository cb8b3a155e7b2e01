import Base
import Glibc
import Reports
import TestSupport
import Testing

@Suite("report.html")
struct RunReportTests {
  /// Made once: it is the same for every test.
  private static let sample = Result { try sampleReport().html() }.flatMap { page in Result { (page, try HTMLDocument(page)) } }

  private let page: String
  private let document: HTMLDocument

  init() throws { (page, document) = try Self.sample.get() }

  @Test("the page fetches nothing and forbids the browser to")
  func selfContained() throws {
    #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("@import") && !page.contains("url("))
    for element in document.elements {
      for key in ["src", "href", "srcset", "action", "data", "xlink:href"] {
        if let target = element.attributes[key] { #expect(target.hasPrefix("data:") || target.hasPrefix("#"), "\(element.name) \(target)") }
      }
      #expect(!element.attributes.keys.contains { $0.hasPrefix("on") })
    }
    let policy = try #require(document.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" })
    #expect(policy.attributes["content"]?.hasPrefix("default-src 'none';") == true)
    #expect(document.all("script").count == 1)
  }

  @Test("names and configuration cannot become markup")
  func escaped() throws {
    #expect(document.all("title").first?.text == "Fine-tuning on <Faces & Voices> \"fold 1\"")
    #expect(document.all("code").first { $0.text.contains("alert") }?.text.contains("</code></pre><script>alert('x')</script>") == true)
    #expect(document.all("code").contains { $0.text == "clips/<odd>.mp4" })
    #expect(document.all("img").first?.attributes["alt"] == "clip 0 <held out>")
  }

  @Test(
    "hostile text everywhere leaves the page whole",
    arguments: ["\"><script>x</script>", "]]>&'\u{0}\u{1B}", "</svg></figure>", "a\u{202E}b"])
  func hostile(text: String) throws {
    var report = RunReport(title: text, state: .failed(text), time: 0, configuration: [text: .string(text)])
    report.highlights = [.init(text, text, note: text)]
    report.facts = [.init(text, text)]
    report.warnings = [text]
    let curve = LineChart.Series(text, [.init(0, 1), .init(1, 2)])
    report.charts = [LineChart(text, xName: text, largerIsBetter: true, series: [curve], marks: [.init(0.5, text)])]
    let table = MetricTable(columns: [text], rows: [.init(text, unit: text, largerIsBetter: false, values: [1])])
    let scatter = ScatterChart(text, note: text, pairs: [.init(truth: 0, reading: 1)])
    report.evaluations = [
      .init(text, metrics: table, confusion: ConfusionMatrix(labels: [text, text], counts: [[1]]), scatters: [scatter])
    ]
    report.pictures = [PictureGroup(text, note: text, pictures: [.init(png: gradientPNG(width: 2, height: 2), caption: text)])]
    report.accounts = [DataAccount(text, listed: 2, used: 1, skipped: [.init(text, count: 1, examples: [text])])]
    let document = try HTMLDocument(report.html())
    #expect(document.all("script").count == 1)
    #expect(document.all("style").count == 1)
    #expect(document.all("svg").count == 3)
  }

  @Test("everything that the run has is there")
  func complete() {
    #expect(document.all("figure", class: "chart").count == 3)
    #expect(document.all("figure", class: "scatter").count == 3)
    #expect(document.all("table", class: "matrix").count == 1)
    #expect(document.all("img").count == 3)
    #expect(document.all("a").map(\.text) == ["Curves", "Evaluation", "Pictures", "Data", "Configuration"])
    #expect(document.all("b").map(\.text).contains("61.83 %"))
    #expect(document.all("td").map(\.text).contains("undefined"))
  }

  @Test("a run that has nothing yet has a page")
  func empty() throws {
    let report = RunReport(title: "Pre-training", state: .running, time: 0, configuration: [:])
    let document = try HTMLDocument(report.html())
    #expect(document.all("h2").map(\.text) == ["Configuration"])
    #expect(document.all("span", class: "running").first?.text == "running")
  }

  @Test("the curves' values are there for the script, in step with the points of the paths")
  func hoverValues() {
    let named = document.all("path").filter { $0.attributes["data-name"] != nil }
    #expect(named.map { $0.attributes["data-name"] } == ["training", "validation", "rate", "uar", "war", "macro_f1"])
    for path in named {
      let points = path.attributes["d"]?.split { "ML".contains($0) }.count
      #expect(path.attributes["data-values"]?.split(separator: ",").count == points)
    }
    #expect(named[1].attributes["data-values"]?.hasPrefix("80 2.1340,160 ") == true)
  }

  @Test("a picture that is no PNG is an error")
  func noPNG() {
    var report = RunReport(title: "x", state: .running, time: 0, configuration: [:])
    report.pictures = [PictureGroup("x", pictures: [.init(png: Array("GIF89a".utf8), caption: "x")])]
    let error = #expect(throws: SVFAPError.self) { try report.html() }
    #expect(error?.code == .format)
  }

  @Test("the file is replaced whole")
  func write() throws {
    let folder = TemporaryFolder()
    let path = "\(folder.path)/report.html"
    for _ in 0..<2 { try sampleReport().write(to: path) }
    #expect(String(decoding: Fixtures.bytes(path), as: UTF8.self) == page)
    #expect(try Folder(folder.path).names() == ["report.html"])
  }
}
