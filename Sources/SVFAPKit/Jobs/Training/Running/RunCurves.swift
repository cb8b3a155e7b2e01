import Base
import Reports

/// The curves of a run, read back from its `metrics.jsonl`.
struct RunCurves {
  private var series: [(kind: String, name: String, points: [LineChart.Point])] = []

  init(_ path: String) throws(SVFAPError) {
    let file = try InputFile(path)
    let text = String(decoding: try file.bytes(at: 0, count: file.size), as: UTF8.self)
    for line in text.split(separator: "\n") {
      let record = try JSONValue(parsing: String(line))
      guard let kind = record["kind"]?.stringValue, let step = record["step"]?.doubleValue, let values = record["values"]?.objectValue
      else {
        continue
      }
      for (name, value) in values.members {
        guard let value = value.doubleValue else { continue }
        add(kind, name, .init(step, value))
      }
    }
  }

  private mutating func add(_ kind: String, _ name: String, _ point: LineChart.Point) {
    if let index = series.firstIndex(where: { $0.kind == kind && $0.name == name }) {
      series[index].points.append(point)
    } else {
      series.append((kind, name, [point]))
    }
  }

  /// What became of the samples of the last epoch: for a session that has begun none. Their paths are not on record.
  var lastAccount: DataAccount? {
    func last(_ name: String) -> Int? {
      series.first { $0.kind == "epoch" && $0.name == name }?.points.last.flatMap { Int(exactly: $0.y) }
    }
    guard let used = last("used"), let skipped = last("skipped"), let leftOver = last("left_over") else { return nil }
    var reasons: [DataAccount.Skipped] = []
    if skipped > 0 { reasons.append(.init("could not be read, before the run was continued", count: skipped)) }
    if leftOver > 0 { reasons.append(.init("left over at the end of the epoch: too few for a step", count: leftOver)) }
    return DataAccount("training", listed: used + skipped + leftOver, used: used, skipped: reasons)
  }

  /// Mean loss of the last epoch.
  var lastLoss: Double? { series.first { $0.kind == "epoch" && $0.name == "loss" }?.points.last?.y }

  /// Loss, learning rate and gradient norm, and a chart for every validation metric.
  func charts(best: TrainingCounters.Best?) -> [LineChart] {
    var charts: [LineChart] = []
    for name in ["loss", "learning_rate", "gradient_norm"] {
      guard let found = series.first(where: { $0.kind == "step" && $0.name == name }) else { continue }
      charts.append(LineChart(name.replacing("_", with: " "), series: [.init("training", found.points, isNoisy: name != "learning_rate")]))
    }
    let marks = best.map { [LineChart.Mark(Double($0.step), "best")] } ?? []
    for found in series where found.kind == "validation" {
      charts.append(LineChart(found.name, series: [.init("validation", found.points)], marks: marks))
    }
    return charts
  }
}
