import Base
import Plugins
import Reports
import Video

/// Writes the encoder's features of every window: a NumPy array, and a CSV that tells which frames a row stands for.
package final class FeaturesJob: Job {
  package static let kind = "features"
  package static let schema = JobOptions.schema(
    VideoBatch.properties, ["model": JobOptions.path, "out": ["type": "string", "minLength": 1, "default": "."]], JobOptions.source,
    [
      "sampling_rate": ["type": "integer", "minimum": 1, "maximum": 10_000],
      "hop": ["type": "integer", "minimum": 1, "maximum": 1_000_000],
    ], Model.openOptions, required: ["inputs", "model"])

  private let runtime: Runtime
  private let options: JSONValue
  private let batch: VideoBatch

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.options = options
    self.runtime = runtime
    batch = VideoBatch(options, endings: [".features.npy", ".features.csv"])
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    let model = try Model.open(options["model"]?.stringValue ?? "", runtime, options: options)
    let predictor = try Predictor(model, options: PredictorOptions(members: options))
    _ = try predictor.options.recipe(model)
    var result = try batch.run(runtime, context) { (input, source, stem) throws(SVFAPError) in
      try extract(input, source, predictor, stem: stem + ".features", context)
    }
    if let warning = model.untrainedWarning { result["warnings"] = .array([.string(warning)] + (result["warnings"]?.arrayValue ?? [])) }
    return result
  }

  private func extract(
    _ input: String, _ source: PluginSource, _ predictor: Predictor, stem: String, _ context: RunContext
  ) throws(SVFAPError) -> (members: JSONObject, text: String) {
    let width = predictor.model.configuration.embedDim
    let array = try NumpyFile("\(stem).npy", width: width)
    let csv = try CSVReport("\(stem).csv", input: input, outputs: (0..<width).map { "f\($0)" }, isExclusive: false)
    let run = try VideoRun(predictor, wanted: .features, cancel: context.token) { (record) throws(SVFAPError) in
      try csv.add(record)
      // Rows of the array and of the table stay in step: a window without features is a row of NaN.
      let row = record.isSuccess ? record.readings : [Float](repeating: .nan, count: width)
      try array.add(row: row)
    }
    try run.run(source, context, activity: "features of \(input)")
    try csv.finish()
    try array.finish()
    try run.requireReadings()
    var members = run.summary
    members["npy"] = .string("\(stem).npy")
    members["csv"] = .string("\(stem).csv")
    members["shape"] = [.integer(Int64(run.windowCount)), .integer(Int64(width))]
    let text = "\(input)\n\(PredictJob.account(run))\nwritten: \(stem).npy (\(run.windowCount), \(width)), \(stem).csv"
    return (members, text)
  }
}
