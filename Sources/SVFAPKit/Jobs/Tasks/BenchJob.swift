import Base
import Kernels
import Networks
import Reports

/// Times the library's main jobs on this machine.
package final class BenchJob: Job {
  package static let kind = "bench"
  package static let schema = JobOptions.schema(
    [
      "job": ["enum": ["predict", "pretrain", "finetune"], "default": "predict"],
      "size": ["enum": .array(ModelConfiguration.presetNames.map { .string($0) }), "default": "base"],
      "batch": ["type": "integer", "minimum": 1, "maximum": 1024, "default": 1], "precision": Precision.schema(forTraining: false),
      "repeat": ["type": "integer", "minimum": 1, "maximum": 100_000, "default": 7],
      "warmup": ["type": "integer", "minimum": 0, "maximum": 1000, "default": 2],
    ], required: [])

  private let options: JSONValue
  private let runtime: Runtime

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.options = options
    self.runtime = runtime
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    let work = try work(context)
    let warmup = options["warmup"]?.intValue ?? 0
    let total = warmup + (options["repeat"]?.intValue ?? 1)
    var times: [Double] = []
    for index in 0..<total {
      try context.report("bench", done: Double(index), total: Double(total))
      let start = monotonicSeconds()
      try work()
      if index >= warmup { times.append(monotonicSeconds() - start) }
    }
    return report(times)
  }

  /// One run of the job on an untrained model and made-up numbers.
  private func work(_ context: RunContext) throws(SVFAPError) -> () throws(SVFAPError) -> Void {
    let batch = options["batch"]?.intValue ?? 1
    let job = options["job"]?.stringValue ?? "predict"
    let chosen: JSONValue = ["precision": options["precision"] ?? "float32"]
    let model = try Model.create(
      ["size": options["size"] ?? "base", "pretraining": .bool(job == "pretrain")], seed: 0,
      precision: job == "predict" ? Precision(option: options["precision"]) : nil, runtime)
    let video = try FloatBuffer(count: batch * model.configuration.clipCount)
    let random = CounterRandom(seed: 0, stream: "bench")
    for index in 0..<video.count { video[index] = Float(2 * random.uniform(UInt64(index)) - 1) }
    switch job {
    case "pretrain":
      let trainer = try Trainer(model, TrainerOptions(.pretrain, json: chosen))
      let hidden = try TubeMask.random(ratio: 0.9, clips: batch, seed: 0, model.configuration)
      let mask = try TubeMask(hidden, clips: batch, model.configuration)
      return { () throws(SVFAPError) in
        _ = try trainer.forwardBackward(video.pointer, mask)
        try trainer.step()
      }
    case "finetune":
      let trainer = try Trainer(model, TrainerOptions(.finetune, json: chosen))
      let classes = model.outputs.count
      let targets = (0..<batch * classes).map { index in index % classes == index / classes % classes ? Float(1) : 0 }
      return { () throws(SVFAPError) in
        _ = try trainer.forwardBackward(video.pointer, clips: batch, targets: targets, cancel: context.token)
        try trainer.step()
      }
    default:
      let predictor = try Predictor(model, options: PredictorOptions())
      let raw = try FloatBuffer(count: batch * model.outputs.count)
      return { () throws(SVFAPError) in
        try predictor.forward(video.pointer, clips: batch, into: raw.pointer, cancel: context.token)
      }
    }
  }

  private func report(_ times: [Double]) -> JSONObject {
    let sorted = times.sorted()
    let middle = sorted.count / 2
    let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    let mean = times.reduce(0, +) / Double(times.count)
    let deviation = (times.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(times.count - 1, 1))).squareRoot()
    let peak = peakResidentMiB()
    let size = options["size"]?.stringValue ?? "base"
    let job = options["job"]?.stringValue ?? "predict"
    let batch = options["batch"]?.intValue ?? 1
    let precision = options["precision"]?.stringValue ?? "float32"
    let text =
      "\(job) \(size), batch \(batch), \(runtime.threads) threads, \(precision): median \(decimalText(median, 4)) s "
      + "(\(decimalText(sorted.first ?? 0, 4)) to \(decimalText(sorted.last ?? 0, 4)), \(times.count) runs), peak \(peak) MiB"
    return [
      "job": .string(job), "size": .string(size), "batch": .integer(Int64(batch)), "threads": .integer(Int64(runtime.threads)),
      "precision": .string(precision), "repeat": .integer(Int64(times.count)), "median_s": .number(median), "mean_s": .number(mean),
      "stdev_s": .number(deviation), "min_s": .number(sorted.first ?? 0), "max_s": .number(sorted.last ?? 0),
      "peak_mib": .integer(Int64(peak)), "blas_core": .string(OpenBLAS.coreName), "text": .string(text),
    ]
  }
}
