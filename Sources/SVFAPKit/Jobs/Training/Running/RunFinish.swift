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
    let validation = try finalValidation(isBest: isBest, context)
    var card = task.card
    card["run"] = .string(files.folder)
    if let average = task.trainer.average { card["weights"] = .string("moving average over the steps, decay \(average.decay)") }
    if let best = counters.best { card["validation"] = ["value": .number(best.value), "epoch": .integer(Int64(best.epoch + 1))] }
    let model = try task.trainer.snapshot(averaged: task.trainer.average != nil, card: card)
    try model.save(files.model)
    let test = try task.test(model, context)
    let pictures = try task.pictures(model, context)
    for picture in pictures.flatMap(\.pictures) { try log.add(picture: picture.png, tag: "reconstruction", step: counters.steps) }
    try log.flush()
    let report = try report(end, validation: validation, test: test, pictures: pictures)
    try report.write(to: files.report)
    var text = "\(files.folder): \(counters.steps) steps in \(counters.epoch) epochs"
    if case .stopped(let why) = end { text += ", ended \(why)" }
    if let best = counters.best, let name = validation?.monitored.name {
      text += "; best \(name) \(decimalText(best.value, 4)) in epoch \(best.epoch + 1)"
    }
    text += "\nmodel: \(files.model)\(isBest ? " (the best)" : "")\nreport: \(files.report)"
    for account in report.accounts where account.used < account.listed {
      text += "\n\(account.name): \(account.used) of \(account.listed) videos used; "
      text += account.skipped.map { "\($0.count) \($0.reason)" }.joined(separator: ", ")
    }
    if let test {
      text +=
        "\ntest: "
        + test.evaluation.metrics.rows.map { "\($0.name) \($0.values.first?.map { decimalText($0, 4) } ?? "undefined")" }.joined(
          separator: "  ")
    }
    return [
      "out": .string(files.folder), "model": .string(files.model), "report": .string(files.report),
      "steps": .integer(Int64(counters.steps)),
      "epochs": .integer(Int64(counters.epoch)), "best": counters.json["best"] ?? .null,
      "test": test.map { .object(Self.values($0.evaluation)) } ?? .null, "notices": .array(warnings.map { .string($0) }),
      "text": .string(text),
    ]
  }

  /// Brings the best weights back, where validation has chosen them.
  private func loadBest() throws(SVFAPError) -> Bool {
    guard counters.best != nil, let state = try directory.checkpoints.best() else { return false }
    try task.trainer.restore(state, try TrainingCounters(json: state.counters))
    return true
  }

  /// The validation of the model that the run leaves: made anew if a session before this one has made it.
  private func finalValidation(isBest: Bool, _ context: RunContext) throws(SVFAPError) -> Validation? {
    if let known = isBest ? bestValidation : lastValidation { return known }
    return try task.validate(context)
  }

  private static func values(_ evaluation: RunReport.Evaluation) -> JSONObject {
    var values = JSONObject()
    for row in evaluation.metrics.rows { values[row.name] = row.values.first?.flatMap { $0.isFinite ? .number($0) : nil } ?? .null }
    return values
  }

  private func report(
    _ end: End, validation: Validation?, test: Measurement?, pictures: [PictureGroup]
  ) throws(SVFAPError) -> RunReport {
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
    if let best = counters.best, let monitored = validation?.monitored {
      report.highlights.append(.init("best \(monitored.name)", decimalText(best.value, 4), note: "validation, epoch \(best.epoch + 1)"))
    }
    if let loss = curves.lastLoss { report.highlights.append(.init("loss", decimalText(loss, 4), note: "training, last epoch")) }
    report.evaluations = [test, validation?.measurement].compactMap { $0?.evaluation }
    report.pictures = pictures
    report.accounts = [lastAccount ?? curves.lastAccount, validation?.measurement.account, test?.account].compactMap { $0 }
    return report
  }
}
