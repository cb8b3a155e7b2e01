import Base
import Plugins
import Reports
import Video

/// Predicts videos: a timeline each, as CSV and JSON.
package final class PredictJob: Job {
  package static let kind = "predict"
  package static let schema = JobOptions.schema(
    VideoBatch.properties, ["model": JobOptions.path, "out": ["type": "string", "minLength": 1, "default": "."]], JobOptions.source,
    PredictorOptions.properties, Model.openOptions, required: ["inputs", "model"])

  private let runtime: Runtime
  private let options: JSONValue
  private let batch: VideoBatch

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.options = options
    self.runtime = runtime
    guard options["hop"] == nil || options["views"]?.intValue ?? 0 == 0 else {
      throw SVFAPError(
        .config, "/hop: views are spread evenly over a video and leave no choice of a hop; give one of hop and views",
        detail: ["where": "/hop"])
    }
    batch = VideoBatch(options, endings: [".csv", ".json"])
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    let file = options["model"]?.stringValue ?? ""
    let model = try Model.open(file, runtime, options: options)
    let predictor = try Predictor(model, options: PredictorOptions(members: options))
    do throws(SVFAPError) { _ = try predictor.affect() } catch { throw error.within(file) }
    _ = try predictor.options.recipe(model)
    var result = try batch.run(runtime, context) { (input, source, stem) throws(SVFAPError) in
      try predict(input, source, predictor, stem: stem, context)
    }
    if let warning = model.untrainedWarning { result["warnings"] = .array([.string(warning)] + (result["warnings"]?.arrayValue ?? [])) }
    return result
  }

  private func predict(
    _ input: String, _ source: PluginSource, _ predictor: Predictor, stem: String, _ context: RunContext
  ) throws(SVFAPError) -> (members: JSONObject, text: String) {
    let model = predictor.model
    let outputs = model.outputs.map(\.name)
    let isExclusive = model.head?.isExclusive ?? false
    let csv = try CSVReport("\(stem).csv", input: input, outputs: outputs, isExclusive: isExclusive)
    let json = try JSONReport(
      "\(stem).json",
      head: [
        "input": .string(input), "model": .string(options["model"]?.stringValue ?? ""),
        "trained": model.isTrained.map { .bool($0) } ?? .null,
        "outputs": model.outputsJSON, "recipe": model.recipeJSON,
      ], outputs: outputs)
    var timeline = TerminalTimeline(outputs: outputs, isExclusive: isExclusive)
    let run = try VideoRun(predictor, wanted: .readings, cancel: context.token) { (record) throws(SVFAPError) in
      try csv.add(record)
      try json.add(record)
      timeline.add(record)
    }
    try run.run(source, context, activity: "predict \(input)")
    try csv.finish()
    // The report's "windows" are the windows themselves.
    var tail = run.summary
    tail["window_count"] = tail["windows"]
    tail["windows"] = nil
    try json.finish(tail)
    try run.requireReadings()
    var members = run.summary
    members["csv"] = .string("\(stem).csv")
    members["json"] = .string("\(stem).json")
    let text = "\(input)\n\(timeline.text)\n\(Self.account(run))\nwritten: \(stem).csv, \(stem).json"
    return (members, text)
  }

  /// "8 windows from 472 frames: 118 sampled, 354 between"
  static func account(_ run: VideoRun) -> String {
    let account = run.account
    var text = "\(run.windowCount) \(run.windowCount == 1 ? "window" : "windows") from \(account.decoded) frames: "
    text += "\(account.sampled) sampled, \(account.between) between"
    if account.damaged > 0 { text += ", \(account.damaged) damaged" }
    if account.padded > 0 { text += "; \(account.padded) repeats of the last frame fill up the clip" }
    return text
  }
}
