import Glibc
import Testing

@testable import Reports

@Suite("Curves")
struct LineChartTests {
  private func points(_ values: [Double]) -> [LineChart.Point] { values.enumerated().map { .init(Double($0), $1) } }

  @Test("thinning keeps the lowest and the highest point, and the order")
  func thinning() {
    var values = (0..<10_000).map { sin(Double($0) / 300) }
    values[4321] = 9
    values[8765] = -9
    let thin = CurvePoints(points(values)).thinned(to: 600)
    #expect(thin.count <= 600)
    #expect(thin.contains { $0.x == 4321 && $0.y == 9 })
    #expect(thin.contains { $0.x == 8765 && $0.y == -9 })
    #expect(zip(thin, thin.dropFirst()).allSatisfy { $0.x < $1.x })
  }

  @Test("few points are drawn as they are")
  func few() { #expect(CurvePoints(points([1, 2, 3])).thinned(to: 600).map(\.y) == [1, 2, 3]) }

  @Test("values that are not finite break the curve and are counted")
  func gaps() {
    let curve = CurvePoints(points([1, 2, .nan, 3, .infinity, 1e300, 4]))
    #expect(curve.points.map(\.y) == [1, 2, 3, 4])
    #expect(curve.points.map(\.piece) == [0, 0, 1, 3])
    #expect(curve.left.map(\.x) == [2, 4, 5])
    let html = LineChart("loss", series: [.init("training", points([1, 2, .nan, 3, 4]))]).html
    let path = html.split(separator: "\"").first { $0.hasPrefix("M54") && $0.contains("L") }
    #expect(path?.filter { $0 == "M" }.count == 2)
    #expect(html.contains("1 not finite, first at step 2"))
  }

  @Test("the mean of a noisy curve is that of its neighbours, fewer at the ends")
  func smoothing() {
    let curve = CurvePoints(points([0, 3, 6, 9, 12])).smoothed(radius: 1)
    #expect(curve.points.map(\.y) == [1.5, 3, 6, 9, 10.5])
  }

  @Test("the legend says the last and the best value")
  func legend() {
    let series = [LineChart.Series("uar", points([0.2, 0.6, 0.5]))]
    #expect(LineChart("uar", xName: "epoch", largerIsBetter: true, series: series).html.contains("best <b>0.6000</b> at epoch 1"))
    #expect(LineChart("uar", xName: "epoch", largerIsBetter: false, series: series).html.contains("best <b>0.2000</b> at epoch 0"))
    #expect(LineChart("uar", series: series).html.contains("last <b>0.5000</b>"))
  }

  @Test(
    "any values give a drawing within its frame",
    arguments: [[5.0], [0], [1e-300, 2e-300], [-1e30, 1e30], [7, 7, 7], [1e9, 1e9 + 1], [-3, 0, 1e-12], [.nan, 2], [1e300]] as [[Double]])
  func anyValues(values: [Double]) throws {
    let html = LineChart("x", largerIsBetter: true, series: [.init("y", points(values), isNoisy: true)]).html
    #expect(!html.contains("nan\"") && !html.contains("inf"))
    for circle in html.components(between: "cy=\"", and: "\"") {
      let y = try #require(Double(circle))
      #expect((0...250).contains(y))
    }
  }
}

@Suite("Axes")
struct ChartScaleTests {
  @Test(
    "ticks are round numbers that cover the values",
    arguments: [
      ([0.0, 2.3], ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"]), ([0, 3e-4], ["0.0000", "0.0001", "0.0002", "0.0003"]),
      ([-1, 1], ["-1.0", "-0.5", "0.0", "0.5", "1.0"]), ([10, 50_000], ["0", "10k", "20k", "30k", "40k", "50k"]),
      ([0, 1e9], ["0", "2.0e+08", "4.0e+08", "6.0e+08", "8.0e+08", "1.0e+09"]),
      ([0.61, 0.69], ["0.60", "0.62", "0.64", "0.66", "0.68", "0.70"]),
      ([0, 0.11], ["0.000", "0.025", "0.050", "0.075", "0.100", "0.125"]),
    ] as [([Double], [String])])
  func ticks(values: [Double], labels: [String]) {
    let scale = ChartScale(covering: values, ticks: 5)
    #expect(scale.ticks.map(scale.label) == labels)
    #expect(scale.lower <= values[0] && scale.upper >= values[1])
  }

  @Test("a tight axis ends at its values and has its ticks within")
  func tight() {
    let scale = ChartScale(covering: [3, 3199], ticks: 5, isTight: true)
    #expect(scale.lower == 3)
    #expect(scale.upper == 3199)
    #expect(scale.ticks == [1000, 2000, 3000])
    #expect(scale.position(3199, from: 10, to: 20) == 20)
  }

  @Test("without values, and for one value, there is an axis all the same", arguments: [[], [4.0], [0], [.nan], [-1e-310]] as [[Double]])
  func degenerate(values: [Double]) {
    let scale = ChartScale(covering: values, ticks: 5)
    #expect(scale.upper > scale.lower)
    #expect((1...50).contains(scale.ticks.count))
    #expect(scale.ticks.allSatisfy { $0.isFinite })
  }
}

extension String {
  /// What stands between two texts, everywhere.
  fileprivate func components(between start: String, and end: Character) -> [Substring] {
    var found: [Substring] = []
    var rest = Substring(self)
    while !rest.isEmpty {
      if rest.hasPrefix(start) {
        rest = rest.dropFirst(start.count)
        found.append(rest.prefix { $0 != end })
      }
      rest = rest.dropFirst()
    }
    return found
  }
}
