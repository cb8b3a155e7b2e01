import Testing

@testable import Reports

@Suite("Parts of the report")
struct ReportPartsTests {
  @Test(
    "Base64, the vectors of RFC 4648",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
  func base64(plain: String, coded: String) { #expect(Base64.text(Array(plain.utf8)) == coded) }

  @Test("Base64 of every byte value") func allBytes() {
    #expect(Base64.text([0xFB, 0xFF, 0xBF]) == "+/+/")
    #expect(Base64.text(Array(0...255)).hasSuffix("+fr7/P3+/w=="))
  }

  @Test("characters that mean something in HTML, and those that it does not allow")
  func escaping() { #expect("<a b=\"c\">'&\u{0}\u{85}\n".escapedForHTML == "&lt;a b=&quot;c&quot;&gt;&#39;&amp;\u{FFFD}\u{FFFD}\n") }

  @Test("recall is the diagonal's share of the row; a class without clips has none and does not count in the mean")
  func recall() {
    let matrix = ConfusionMatrix(labels: ["a", "b", "c"], counts: [[3, 1, 0], [1, 1, 0], [0, 0, 0]])
    #expect(matrix.recall(0) == 0.75)
    #expect(matrix.recall(1) == 0.5)
    #expect(matrix.recall(2) == nil)
    #expect(matrix.meanRecall == 0.625)
    #expect(matrix.recallBars.contains("width:75.0%"))
    #expect(matrix.recallBars.contains("no clips"))
    #expect(matrix.recallBars.contains("62.5 %"))
  }

  @Test("a cell shows its count, its share of the row, and is coloured by that")
  func cell() {
    let matrix = ConfusionMatrix(labels: ["a", "b"], counts: [[9, 1], [0, 0]])
    #expect(matrix.html.contains("<td class=\"hit strong\" style=\"--v:0.90\">9<small>90 %</small></td>"))
    #expect(matrix.html.contains("<td class=\"\" style=\"--v:0.10\">1<small>10 %</small></td>"))
  }

  @Test("a matrix that is too small for its labels is filled with zeros")
  func ragged() { #expect(ConfusionMatrix(labels: ["a", "b"], counts: [[1]]).counts == [[1, 0], [0, 0]]) }

  @Test("values in their units")
  func units() {
    #expect(MetricTable.text(0.61834, unit: "fraction") == "61.83 %")
    #expect(MetricTable.text(0.61834, unit: "1") == "0.6183")
    #expect(MetricTable.text(.nan, unit: "1") == "undefined")
    #expect(MetricTable.text(nil, unit: "1") == "")
  }

  @Test("counts that do not add up are said")
  func account() {
    let sound = DataAccount("training", listed: 10, used: 7, skipped: [.init("too short", count: 3)])
    #expect(sound.unexplained == 0)
    #expect(!DataAccount.table([sound]).contains("unexplained"))
    let lost = DataAccount("training", listed: 10, used: 7, skipped: [.init("too short", count: 2)])
    #expect(lost.unexplained == 1)
    #expect(DataAccount.table([lost]).contains("<b>1</b> unexplained"))
  }

  @Test("of very many points some are drawn, and the figure says so")
  func scatter() {
    let pairs = (0..<5000).map { ScatterChart.Pair(truth: Double($0) / 5000, reading: $0 == 17 ? .nan : 0.5) }
    let html = ScatterChart("valence", note: "CCC 0.1", pairs: pairs).html
    #expect(html.split(separator: "<circle").count - 1 == 2000)
    #expect(html.contains("CCC 0.1; 2\u{2009}000 of 4\u{2009}999 points drawn; 1 not finite"))
  }
}
