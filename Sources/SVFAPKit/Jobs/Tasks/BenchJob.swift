import Base
import Kernels
import Networks
import Reports

/// Times the library's main jobs on this machine.
package final class BenchJob: Job {
  package static let kind = "bench"
  package static let schema = JobOptions.schema(
    [
      "job": ["enum": ["predict"], "default": "predict"],
      "size": ["enum": .array(ModelConfiguration.presetNames.map { .string($0) }), "default": "base"],
      "batch": ["type": "integer", "minimum": 1, "maximum": 1024, "default": 1], "precision": ["enum": ["float32"], "default": "float32"],
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
    let batch = options["batch"]?.intValue ?? 1
    let model = try Model.create(["size": options["size"] ?? "base"], seed: 0, runtime)
    let predictor = try Predictor(model, options: PredictorOptions())
    let video = try FloatBuffer(count: batch * model.configuration.clipCount)
    let random = CounterRandom(seed: 0, stream: "bench")
    for index in 0..<video.count { video[index] = Float(2 * random.uniform(UInt64(index)) - 1) }
    let raw = try FloatBuffer(count: batch * model.outputs.count)
    let warmup = options["warmup"]?.intValue ?? 0
    let total = warmup + (options["repeat"]?.intValue ?? 1)
    var times: [Double] = []
    for index in 0..<total {
      try context.report("bench", done: Double(index), total: Double(total))
      let start = monotonicSeconds()
      try predictor.forward(video.pointer, clips: batch, into: raw.pointer, cancel: context.token)
      if index >= warmup { times.append(monotonicSeconds() - start) }
    }
    return report(times, batch: batch)
  }

  private func report(_ times: [Double], batch: Int) -> JSONObject {
    let sorted = times.sorted()
    let middle = sorted.count / 2
    let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    let mean = times.reduce(0, +) / Double(times.count)
    let deviation = (times.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(times.count - 1, 1))).squareRoot()
    let peak = peakResidentMiB()
    let size = options["size"]?.stringValue ?? "base"
    let text =
      "predict \(size), batch \(batch), \(runtime.threads) threads, float32: median \(decimalText(median, 4)) s "
      + "(\(decimalText(sorted.first ?? 0, 4)) to \(decimalText(sorted.last ?? 0, 4)), \(times.count) runs), peak \(peak) MiB"
    return [
      "job": "predict", "size": .string(size), "batch": .integer(Int64(batch)), "threads": .integer(Int64(runtime.threads)),
      "precision": "float32", "repeat": .integer(Int64(times.count)), "median_s": .number(median), "mean_s": .number(mean),
      "stdev_s": .number(deviation), "min_s": .number(sorted.first ?? 0), "max_s": .number(sorted.last ?? 0),
      "peak_mib": .integer(Int64(peak)), "blas_core": .string(OpenBLAS.coreName), "text": .string(text),
    ]
  }
}
