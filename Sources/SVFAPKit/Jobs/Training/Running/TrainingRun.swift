import Base
import Checkpoints
import Data
import Reports

/// Takes a task through its epochs: batches, steps, records, validations, checkpoints.
///
/// At rest, between two steps, everything that the rest of the run depends on is in the weights, the optimizer and the
/// counters: a run that is continued from a checkpoint ends with the same bytes as one that was never stopped.
final class TrainingRun {
  let task: any TrainingTask
  let options: RunOptions
  let directory: RunDirectory
  var counters = TrainingCounters()
  /// The counters when the weights last moved: what a checkpoint holds while gradients are being added up.
  var atRest = TrainingCounters()
  var log: RunLog
  var warnings: [String]
  /// Samples of the last epoch that were left out.
  var failures: [BatchStream.Failure] = []
  var lastAccount: DataAccount?
  /// Samples of which the log has told: once is enough.
  private var told = Set<Int>()
  var lastValidation: Validation?
  /// That of the best weights, if this session has made it.
  var bestValidation: Validation?

  var trainer: Trainer { task.trainer }
  private var lastSave = monotonicSeconds()
  /// Seconds of this session: waiting for data, computing.
  var dataSeconds = 0.0
  var computeSeconds = 0.0
  private var sessionSteps = 0

  /// How a run came to its end.
  enum End {
    case finished
    /// Says which rule ended it.
    case stopped(String)
  }

  init(_ task: any TrainingTask, _ options: RunOptions, _ directory: RunDirectory) throws(SVFAPError) {
    self.task = task
    self.options = options
    self.directory = directory
    warnings = directory.warnings
    let list = task.manifest.checksum
    counters.list = list
    var position = MetricsLog.Position.start
    var step: Int?
    if directory.isContinued {
      let found = try directory.checkpoints.newest(configuration: directory.configuration.digest)
      warnings += found.skipped.map { "the checkpoint \($0.name) was passed over: \($0.reason)" }
      if let state = found.state {
        counters = try TrainingCounters(json: state.counters)
        guard counters.list == list else { throw Self.changed(task.manifest, directory) }
        try task.trainer.restore(state, counters)
        position = MetricsLog.Position(step: counters.steps, records: counters.records)
        step = counters.steps
        // A kill between saving and this leaves the best to be marked.
        if counters.best?.step == counters.steps { try directory.checkpoints.keepAsBest(step: counters.steps) }
      }
    }
    atRest = counters
    log = try RunLog(directory.files, from: position, resumedAfter: step)
    warnings += log.warnings
  }

  private static func changed(_ manifest: Manifest, _ directory: RunDirectory) -> SVFAPError {
    SVFAPError(
      .config,
      "\(manifest.name) is not as it was when the run in \(directory.files.folder) began: other paths, labels or order. A run is continued "
        + "on the videos that it began with; put the list back, or begin a new run in another folder",
      detail: ["path": manifest.name, "where": "/\(manifest.hasLabels ? "train" : "data")"])
  }

  /// Steps of the whole run.
  var totalSteps: Int {
    let steps = options.epochs * options.stepsPerEpoch(samples: task.manifest.count)
    return min(steps, options.maxSteps ?? .max)
  }

  // MARK: Running

  /// Trains to the end.
  ///
  /// - Throws: `cancelled` after saving; `numeric` by the policy for losses that are not finite; whatever reading and saving
  ///   throw. The newest checkpoint stands then.
  func run(_ context: RunContext) throws(SVFAPError) -> End {
    let clipCount = trainer.configuration.clipCount
    let video = try FloatBuffer(count: options.batch * task.maker.clipsPerSample * clipCount)
    do throws(SVFAPError) {
      while counters.epoch < options.epochs {
        if let patience = task.patience, counters.stale >= patience {
          return .stopped("after \(patience) validations without a better one")
        }
        if let maxSteps = options.maxSteps, counters.steps >= maxSteps { return .stopped("after \(maxSteps) steps, as asked") }
        try epoch(video, context)
      }
    } catch {
      if error.code == .cancelled, counters.steps > 0 {
        try save()
        throw SVFAPError(
          .cancelled, "stopped on request after step \(atRest.steps); \(directory.files.folder) is saved, continue it with --resume")
      }
      throw error
    }
    return .finished
  }

  /// One epoch, or the rest of it, or what the run's steps leave of it.
  private func epoch(_ video: FloatBuffer, _ context: RunContext) throws(SVFAPError) {
    let order = task.order(epoch: counters.epoch)
    let manifest = task.manifest
    let stream = try BatchStream(
      order: order, from: counters.cursor, size: options.batch, paths: { manifest.path(at: $0) }, maker: task.maker,
      clipCount: trainer.configuration.clipCount, epoch: counters.epoch, seed: options.seed, ahead: options.batch + options.loaderThreads,
      threads: options.loaderThreads, video: video)
    if counters.cursor == 0 { failures = [] }
    while counters.steps < totalSteps {
      let waited = stream.waited
      guard let batch = try stream.next() else { break }
      dataSeconds += stream.waited - waited
      let start = monotonicSeconds()
      try take(batch, context)
      computeSeconds += monotonicSeconds() - start
      try report(context)
      if trainer.accumulated == 0, monotonicSeconds() - lastSave > options.saveEvery { try save() }
    }
    note(stream.failures)
    // Only `max_steps` ends a run where its epoch would go on.
    if counters.steps >= totalSteps, (order.count - counters.cursor) / options.batch >= options.accumulate {
      try save()
    } else {
      try endEpoch(order, context)
    }
  }

  private func take(_ batch: BatchStream.Batch, _ context: RunContext) throws(SVFAPError) {
    note(batch.failures)
    counters.cursor = batch.cursor
    counters.batches += 1
    do throws(SVFAPError) {
      defer { counters.totalBatches = trainer.batchCount }
      let loss = try task.train(batch, cancel: context.token)
      counters.epochLoss.add(loss)
      counters.recordLoss.add(loss)
    } catch {
      return try leaveOut(error)
    }
    guard trainer.accumulated == options.accumulate else { return }
    do throws(SVFAPError) { try step() } catch { try leaveOut(error) }
  }

  private func step() throws(SVFAPError) {
    let step = try trainer.step()
    counters.steps += 1
    counters.nonFiniteInARow = 0
    sessionSteps += 1
    if counters.steps % options.logEvery == 0 || counters.steps == totalSteps {
      var record = MetricsRecord("step", step: counters.steps, epoch: counters.epoch)
      record.add("loss", counters.recordLoss.value)
      record.add("learning_rate", step.learningRate)
      record.add("weight_decay", step.weightDecay)
      record.add("gradient_norm", step.gradientNorm)
      record.add(seconds: dataSeconds, as: "data_s")
      record.add(seconds: computeSeconds, as: "compute_s")
      try log.add(record)
      counters.recordLoss = .init()
      counters.records = log.records
    }
    atRest = counters
  }

  /// The policy for a loss or gradient that is not finite.
  private func leaveOut(_ error: SVFAPError) throws(SVFAPError) {
    guard error.code == .numeric else { throw error }
    counters.nonFinite += 1
    counters.nonFiniteInARow += 1
    switch options.nonFinite {
    case .stop:
      throw SVFAPError(
        .numeric,
        "step \(counters.steps + 1): \(error.message); the run was ended (\"on_non_finite\": \"stop\"), its last checkpoint stands")
    case .skip where counters.nonFiniteInARow >= RunOptions.NonFinitePolicy.limit:
      throw SVFAPError(
        .numeric, "step \(counters.steps + 1): \(counters.nonFiniteInARow) batches in a row were not finite: \(error.message)")
    case .skip: break
    }
  }

  private func note(_ list: [BatchStream.Failure]) {
    failures += list
    counters.skipped += list.count
    for failure in list where told.insert(failure.entry).inserted {
      trainer.runtime.log(2, "\(task.manifest.place(of: failure.entry)): left out: \(failure.error.message)")
    }
  }

  // MARK: Saving and telling

  /// A checkpoint of the run as it last was at rest.
  func save() throws(SVFAPError) {
    try log.flush()
    let snapshot = TrainingSnapshot(
      step: atRest.steps, configuration: directory.configuration, counters: atRest.json, tensors: trainer.stateTensors)
    for problem in try directory.checkpoints.save(snapshot) { warnings.append(problem.message) }
    lastSave = monotonicSeconds()
  }

  private func report(_ context: RunContext) throws(SVFAPError) {
    let steps = max(sessionSteps, 1)
    let perStep = (dataSeconds + computeSeconds) / Double(steps)
    let line = TrainingLine(
      epoch: counters.epoch, epochs: options.epochs, step: counters.steps, steps: totalSteps,
      loss: counters.epochLoss.value, learningRate: trainer.options.rateSchedule?.value(at: counters.steps) ?? trainer.options.learningRate,
      dataSeconds: dataSeconds / Double(steps), computeSeconds: computeSeconds / Double(steps),
      remaining: sessionSteps > 0 ? perStep * Double(totalSteps - counters.steps) : nil,
      metric: lastValidation.map { ($0.monitored.name, $0.monitored.value) })
    // Only this session's steps tell how long the rest will take.
    let before = counters.steps - sessionSteps
    try context.report(line.text(), done: Double(sessionSteps), total: Double(max(totalSteps - before, 1)))
  }
}
