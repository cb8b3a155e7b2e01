import Base
import Data
import Reports

extension TrainingRun {
  /// Tells what became of an epoch, validates, and saves.
  ///
  /// - Throws: `format` if its samples did not make a single step; what validating and saving throw.
  func endEpoch(_ order: [Int], _ context: RunContext) throws(SVFAPError) {
    // An epoch makes its steps of its own samples: batches that do not fill an accumulation are left over, like samples
    // that do not fill a batch. So a checkpoint needs no gradients.
    let used = (counters.batches - trainer.accumulated) * options.batch
    trainer.dropGradients()
    let leftOver = order.count - used - counters.skipped
    guard used > 0 else {
      let reason = failures.first.map { ": \($0.error.message)" } ?? ""
      throw SVFAPError(
        .format,
        "\(task.manifest.name): no step of \(options.batch * options.accumulate) could be made of its \(order.count) videos; \(counters.skipped) could not be read\(reason)"
      )
    }
    lastAccount = account("training", listed: order.count, used: used, leftOver: leftOver)
    counters.epoch += 1
    var record = MetricsRecord("epoch", step: counters.steps, epoch: counters.epoch - 1)
    record.add("loss", counters.epochLoss.value)
    record.add("used", Double(used))
    record.add("skipped", Double(counters.skipped))
    record.add("left_over", Double(leftOver))
    record.add("non_finite_batches", Double(counters.nonFinite))
    record.add(seconds: dataSeconds, as: "data_s")
    record.add(seconds: computeSeconds, as: "compute_s")
    try log.add(record)
    let isBest = try validate(context)
    counters.cursor = 0
    counters.batches = 0
    counters.epochLoss = .init()
    counters.skipped = 0
    counters.records = log.records
    atRest = counters
    try save()
    if isBest { try directory.checkpoints.keepAsBest(step: counters.steps) }
  }

  /// Validates; whether it is the best so far.
  private func validate(_ context: RunContext) throws(SVFAPError) -> Bool {
    guard let validation = try task.validate(context) else { return false }
    lastValidation = validation
    var record = MetricsRecord("validation", step: counters.steps, epoch: counters.epoch - 1)
    for metric in validation.metrics { record.add(metric.name, metric.value) }
    try log.add(record)
    guard validation.isBetter(than: counters.best?.value) else {
      counters.stale += 1
      return false
    }
    counters.best = .init(value: validation.monitored.value, epoch: counters.epoch - 1, step: counters.steps)
    counters.stale = 0
    bestValidation = validation
    return true
  }

  /// What became of every sample of an epoch.
  private func account(_ name: String, listed: Int, used: Int, leftOver: Int) -> DataAccount {
    var reasons: [(reason: String, entries: [Int])] = []
    for failure in failures {
      // Messages name the file; reasons are told apart by class.
      let reason = "\(failure.error.code)"
      if let index = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[index].entries.append(failure.entry)
      } else {
        reasons.append((reason, [failure.entry]))
      }
    }
    var skipped = reasons.map { entry in
      DataAccount.Skipped(
        "could not be read (\(entry.reason))", count: entry.entries.count,
        examples: entry.entries.prefix(5).map { task.manifest.path(at: $0) })
    }
    let earlier = counters.skipped - failures.count
    if earlier > 0 { skipped.append(.init("could not be read, before the run was continued", count: earlier)) }
    if leftOver > 0 { skipped.append(.init("left over at the end of the epoch: too few for a step", count: leftOver)) }
    return DataAccount(name, listed: listed, used: used, skipped: skipped)
  }
}
