import Base

/// Everything of a run that is neither weights nor optimizer: where it is in its data, what it has measured so far. Part of
/// every checkpoint; numbers come back exactly.
struct TrainingCounters: Sendable, Equatable {
  /// Passes over the data that are complete.
  var epoch = 0
  /// Position in the order of the epoch that is under way.
  var cursor = 0
  /// Batches of that epoch so far.
  var batches = 0
  /// Batches since the beginning (`Trainer.batchCount`).
  var totalBatches = 0
  /// Optimizer steps done.
  var steps = 0
  /// Sum and number of losses: of the epoch, and since the last record.
  var epochLoss = RunningMean()
  var recordLoss = RunningMean()
  /// Batches that were left out because their loss was not finite: in all, and since the last step.
  var nonFinite = 0
  var nonFiniteInARow = 0
  /// Samples of the epoch that were left out.
  var skipped = 0
  var best: Best?
  /// Validations since the best one.
  var stale = 0
  /// Lines of `metrics.jsonl`.
  var records = 0
  /// `Manifest.checksum` of the training list: a cursor means nothing in another one.
  var list = ""

  struct RunningMean: Sendable, Equatable {
    var sum = 0.0
    var count = 0
    var value: Double { count > 0 ? sum / Double(count) : .nan }
    mutating func add(_ value: Double) {
      sum += value
      count += 1
    }
  }

  /// The best validation so far.
  struct Best: Sendable, Equatable {
    var value: Double
    var epoch: Int
    var step: Int
  }

  init() {}

  var json: JSONObject {
    var object: JSONObject = [
      "epoch": .integer(Int64(epoch)), "cursor": .integer(Int64(cursor)), "batches": .integer(Int64(batches)),
      "total_batches": .integer(Int64(totalBatches)), "steps": .integer(Int64(steps)), "epoch_loss": .number(epochLoss.sum),
      "epoch_loss_count": .integer(Int64(epochLoss.count)), "record_loss": .number(recordLoss.sum),
      "record_loss_count": .integer(Int64(recordLoss.count)), "non_finite": .integer(Int64(nonFinite)),
      "non_finite_in_a_row": .integer(Int64(nonFiniteInARow)), "skipped": .integer(Int64(skipped)), "stale": .integer(Int64(stale)),
      "records": .integer(Int64(records)), "list_crc32c": .string(list),
    ]
    if let best {
      object["best"] = ["value": .number(best.value), "epoch": .integer(Int64(best.epoch)), "step": .integer(Int64(best.step))]
    }
    return object
  }

  /// - Throws: `format` for counters that no run has written.
  init(json: JSONObject) throws(SVFAPError) {
    func integer(_ key: String) throws(SVFAPError) -> Int {
      guard let value = json[key]?.intValue, value >= 0 else { throw SVFAPError(.format, "the checkpoint's counter \"\(key)\" is missing") }
      return value
    }
    func number(_ key: String) throws(SVFAPError) -> Double {
      guard let value = json[key]?.doubleValue else { throw SVFAPError(.format, "the checkpoint's number \"\(key)\" is missing") }
      return value
    }
    epoch = try integer("epoch")
    cursor = try integer("cursor")
    batches = try integer("batches")
    totalBatches = try integer("total_batches")
    steps = try integer("steps")
    epochLoss = RunningMean(sum: try number("epoch_loss"), count: try integer("epoch_loss_count"))
    recordLoss = RunningMean(sum: try number("record_loss"), count: try integer("record_loss_count"))
    nonFinite = try integer("non_finite")
    nonFiniteInARow = try integer("non_finite_in_a_row")
    skipped = try integer("skipped")
    stale = try integer("stale")
    records = try integer("records")
    list = json["list_crc32c"]?.stringValue ?? ""
    if let best = json["best"], let value = best["value"]?.doubleValue, let epoch = best["epoch"]?.intValue,
      let step = best["step"]?.intValue
    {
      self.best = Best(value: value, epoch: epoch, step: step)
    }
  }
}
