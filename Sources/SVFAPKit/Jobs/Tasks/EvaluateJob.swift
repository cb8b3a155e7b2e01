import Base
import Data
import Plugins
import Reports

/// Measures models on labelled lists: one model on one list, or the models of several folds on their test lists.
package final class EvaluateJob: Job {
  package static let kind = "evaluate"
  package static let schema = JobOptions.schema(
    [
      "folds": [
        "type": "array", "minItems": 1, "maxItems": 1000,
        "items": [
          "type": "object", "properties": ["model": JobOptions.path, "data": JobOptions.path], "required": ["model", "data"],
        ],
      ], "out": JobOptions.path, "views": ["type": "integer", "minimum": 1, "maximum": 1000, "default": 2],
      "label_columns": ["type": "array", "items": ["type": "string", "minLength": 1], "minItems": 1],
      "on_bad_label": ["enum": ["error", "skip"], "default": "error"], "features": ["type": "boolean", "default": false],
      "loader_threads": ["type": "integer", "minimum": 1, "maximum": 256, "default": 1],
    ], JobOptions.source, Model.openOptions, required: ["folds", "out"])

  private let options: JSONValue
  private let runtime: Runtime

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.options = options
    self.runtime = runtime
  }

  /// A list whose labels are understood, and the model that will read its videos. Models are opened one after another:
  /// all at once they would fill the memory.
  private struct Fold {
    let model: String
    let manifest: Manifest
    let targets: LabelTargets
    let outputs: [String]
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    let folds = options["folds"]?.arrayValue ?? []
    let out = options["out"]?.stringValue ?? ""
    var results: [EvaluationResult] = []
    var warnings: [JSONValue] = []
    var pooled: EvaluationResult?
    let checked = try checkedFolds(folds)
    guard let first = checked.first else { return [:] }
    let opener = try VideoOpener(options, runtime)
    try makeFolder(out)
    let protected = ProtectedFiles(["model", "data"].flatMap { key in folds.map { (key, $0[key]?.stringValue ?? "") } })
    for name in ["predictions.csv", "metrics.json", "report.html"] { try protected.check("\(out)/\(name)", at: "out") }
    let predictions = try StreamingFile("\(out)/predictions.csv")
    // Lists may call their labels differently: every name has a column, empty where a list does not have it.
    let labels = checked.reduce(into: [String]()) { names, fold in names += fold.manifest.labelNames.filter { !names.contains($0) } }
    try predictions.write(CSVReport.row(["fold", "path", "group"] + labels.map { "label_\($0)" } + first.outputs))
    for (index, fold) in checked.enumerated() {
      let model = try Model.open(fold.model, runtime, options: options)
      if let warning = model.untrainedWarning { warnings.append(.string(warning)) }
      let evaluator = try Evaluator(
        model, opener, views: options["views"]?.intValue ?? 2,
        loaderThreads: options["loader_threads"]?.intValue ?? 1)
      let features = try features(model, "\(out)/features\(folds.count > 1 ? "_\(index + 1)" : "").npy")
      let result = try evaluator.evaluate(fold.manifest, fold.targets, title: "evaluate", context, features: features) {
        (reading) throws(SVFAPError) in
        let own = Dictionary(uniqueKeysWithValues: zip(fold.manifest.labelNames, reading.entry.labels))
        try predictions.write(Self.row(reading, labels: labels.map { own[$0] ?? "" }, fold: folds.count > 1 ? index + 1 : nil))
      }
      try features?.finish()
      results.append(result)
      if pooled == nil { pooled = result } else { try pooled?.pool(result) }
    }
    try predictions.finish()
    guard let pooled else { return [:] }
    return try report(results, pooled, out, warnings)
  }

  private func manifest(_ path: String) throws(SVFAPError) -> Manifest {
    var reading = ManifestOptions()
    reading.labelColumns = options["label_columns"]?.arrayValue?.compactMap(\.stringValue)
    return try Manifest(file: path, options: reading)
  }

  /// Reads all lists and understands their labels, before anything is computed.
  private func checkedFolds(_ folds: [JSONValue]) throws(SVFAPError) -> [Fold] {
    let policy = LabelTargets.BadLabelPolicy(rawValue: options["on_bad_label"]?.stringValue ?? "") ?? .error
    var checked: [Fold] = []
    for (index, fold) in folds.enumerated() {
      let manifest = try manifest(fold["data"]?.stringValue ?? "")
      let path = fold["model"]?.stringValue ?? ""
      let configuration = try Model.configuration(of: path)
      guard let head = try Model.head(of: configuration, runtime) else {
        throw SVFAPError(.unsupported, "\(path) is a pre-training model: it reads nothing that could be measured; fine-tune it first")
      }
      let outputs = head.outputs.map(\.name)
      if let first = checked.first, first.outputs != outputs {
        throw SVFAPError(
          .config,
          "/folds/\(index): the model reads \(outputs.joined(separator: ", ")), those before it \(first.outputs.joined(separator: ", ")): they cannot be pooled",
          detail: ["where": "/folds/\(index)"])
      }
      checked.append(
        Fold(model: path, manifest: manifest, targets: try LabelTargets(manifest, head, role: "list", policy: policy), outputs: outputs))
    }
    return checked
  }

  private func features(_ model: Model, _ path: String) throws(SVFAPError) -> NumpyFile? {
    options["features"] == .bool(true) ? try NumpyFile(path, width: model.configuration.embedDim) : nil
  }

  private static func row(_ reading: ClipReading, labels: [String], fold: Int?) -> String {
    let place = [fold.map { String($0) } ?? "", reading.entry.path, reading.entry.group ?? ""]
    return CSVReport.row(place + labels + reading.readings.map { "\($0)" })
  }

  private func report(
    _ results: [EvaluationResult], _ pooled: EvaluationResult, _ out: String, _ warnings: [JSONValue]
  ) throws(SVFAPError) -> JSONObject {
    var result = pooled.json
    var text = "\(out)/predictions.csv\n"
    if results.count > 1 {
      // The paper pools its folds, its released figures are means of folds: both, so that nobody compares one with the other.
      var means = JSONObject()
      for (index, metric) in pooled.named.enumerated() {
        let values = results.map { $0.metrics[index] }
        let mean = values.reduce(0, +) / Double(values.count)
        means[metric.name] = mean.isFinite ? .number(mean) : .null
        text += "\(metric.name): pooled \(decimalText(metric.value, 4)), mean of \(values.count) folds \(decimalText(mean, 4))\n"
      }
      result["mean_of_folds"] = .object(means)
      result["folds"] = .array(results.map { .object($0.json) })
    } else {
      text += pooled.text + "\n"
    }
    result["out"] = .string(out)
    result["predictions"] = .string("\(out)/predictions.csv")
    result["warnings"] = .array(warnings)
    var page = RunReport(title: "Evaluation in \(out)", state: .finished, time: wallClockSeconds(), configuration: options)
    page.evaluations = [pooled.reportEvaluation(title: results.count > 1 ? "All folds pooled" : "Evaluation")]
    page.accounts = results.map(\.account)
    page.warnings = warnings.compactMap(\.stringValue)
    try page.write(to: "\(out)/report.html")
    let file = try DurableFile(writing: "\(out)/metrics.json")
    try file.write(JSONValue.object(result).text() + "\n")
    try file.commit()
    result["report"] = .string("\(out)/report.html")
    result["text"] = .string(
      text + "\(pooled.used) of \(pooled.account.listed) videos used, \(pooled.scored) scored; report: \(out)/report.html")
    return result
  }
}
