import Base
import Checkpoints
import Optimization

extension TrainingRun {
  /// Begins or continues the run of a task and takes it to its end.
  ///
  /// - Parameters:
  ///   - options: of the job, resolved: what `config.json` holds.
  ///   - warnings: of the job, for the report.
  static func start(
    _ task: any TrainingTask, _ run: RunOptions, _ options: JSONValue, _ context: RunContext, warnings: [String] = []
  ) throws(SVFAPError) -> JSONObject {
    let configuration = RunConfiguration(options, free: RunOptions.free)
    let directory = run.isResuming ? try RunDirectory.resume(run.out, configuration) : try RunDirectory.create(run.out, configuration)
    let training = try TrainingRun(task, run, directory)
    training.warnings += warnings
    for warning in warnings { task.trainer.runtime.log(2, warning) }
    let end = try training.run(context)
    return try training.finish(end, context)
  }
}

extension TrainerOptions {
  /// JSON Schema properties of the options that a run takes for its trainer; lengths and seeds are the run's.
  static func runProperties(_ task: Task) -> JSONObject {
    var properties = Self.properties(task)
    for key in ["steps", "warmup_steps"] { properties[key] = nil }
    return properties
  }

  /// The trainer of a run: the base learning rate is scaled by samples a step / 256, as published, and schedules are as
  /// long as the run.
  init(_ task: Task, run: RunOptions, samples: Int, _ options: JSONValue) {
    self.init(task, resolved: options)
    let scale = Double(run.batch * run.accumulate) / 256
    learningRate *= scale
    minLearningRate *= scale
    let perEpoch = run.stepsPerEpoch(samples: samples)
    steps = run.epochs * perEpoch
    warmupSteps = min(Int(run.warmupEpochs * Double(perEpoch)), steps)
  }
}
