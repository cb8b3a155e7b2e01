import Base
import Checkpoints
import Reports

extension TrainingRun {
  /// Writes what a run leaves: the model to use, its evaluation, and the page for people.
  ///
  /// - Returns: the result of the job.
  func finish(_ end: End, _ context: RunContext) throws(SVFAPError) -> JSONObject {
    let files = directory.files
    let isBest = try loadBest()
    var card = task.card
    card["run"] = .string(files.folder)
    if let best = counters.best { card["validation"] = ["value": .number(best.value), "epoch": .integer(Int64(best.epoch + 1))] }
    let model = try task.trainer.snapshot(card: card)
    try model.save(files.model)
    let test = try task.test(model, context)
    let pictures = try task.pictures(context)
    for picture in pictures.flatMap(\.pictures) { try log.add(picture: picture.png, tag: "reconstruction", step: counters.steps) }
    try log.flush()
    try report(end, test: test, pictures: pictures).write(to: files.report)
    var text = "\(files.folder): \(counters.steps) steps in \(counters.epoch) epochs"
    if case .stopped(let why) = end { text += ", ended \(why)" }
    if let best = counters.best, let name = lastValidation?.monitored.name {
      text += "; best \(name) \(decimalText(best.value, 4)) in epoch \(best.epoch + 1)"
    }
    text += "\nmodel: \(files.model)\(isBest ? " (the best)" : "")\nreport: \(files.report)"
    if let test {
      text +=
        "\ntest: "
        + test.metrics.rows.map { "\($0.name) \($0.values.first?.map { decimalText($0, 4) } ?? "undefined")" }.joined(separator: "  ")
    }
    return [
      "out": .string(files.folder), "model": .string(files.model), "report": .string(files.report),
      "steps": .integer(Int64(counters.steps)),
      "epochs": .integer(Int64(counters.epoch)), "best": counters.json["best"] ?? .null,
      "test": test.map { .object(Self.values($0)) } ?? .null, "notices": .array(warnings.map { .string($0) }), "text": .string(text),
    ]
  }

  /// Brings the best weights back, where validation has chosen them.
  private func loadBest() throws(SVFAPError) -> Bool {
    guard counters.best != nil, let state = try directory.checkpoints.best() else { return false }
    try task.trainer.restore(state, try TrainingCounters(json: state.counters))
    return true
  }

  private static func values(_ evaluation: RunReport.Evaluation) -> JSONObject {
    var values = JSONObject()
    for row in evaluation.metrics.rows { values[row.name] = row.values.first?.flatMap { $0.isFinite ? .number($0) : nil } ?? .null }
    return values
  }

  private func report(_ end: End, test: RunReport.Evaluation?, pictures: [PictureGroup]) throws(SVFAPError) -> RunReport {
    var report = RunReport(
      title: "\(task.trainer.options.task == .pretrain ? "Pre-training" : "Fine-tuning") in \(directory.files.folder)",
      state: .finished, time: wallClockSeconds(), configuration: directory.configuration.value)
    if case .stopped(let why) = end { report.state = .stopped(why) }
    let curves = try RunCurves(directory.files.metrics)
    report.charts = curves.charts(best: counters.best)
    report.warnings = warnings
    report.facts = [
      .init("data", task.card["data"]?.stringValue ?? ""), .init("steps", "\(counters.steps)"), .init("epochs", "\(counters.epoch)"),
      .init("parameters", "\(task.trainer.parameters.parameterCount)"),
      .init("batches left out because they were not finite", "\(counters.nonFinite)"),
    ]
    if let best = counters.best, let monitored = lastValidation?.monitored {
      report.highlights.append(.init("best \(monitored.name)", decimalText(best.value, 4), note: "validation, epoch \(best.epoch + 1)"))
    }
    if let loss = curves.lastLoss { report.highlights.append(.init("loss", decimalText(loss, 4), note: "training, last epoch")) }
    report.evaluations = [test, lastValidation?.evaluation].compactMap { $0 }
    report.pictures = pictures
    report.accounts = [lastAccount, lastValidation?.account].compactMap { $0 }
    return report
  }
}

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
