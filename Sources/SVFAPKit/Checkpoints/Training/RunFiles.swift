/// What lies where in a run directory: the one place that knows the names.
package struct RunFiles: Sendable {
  /// The run directory.
  package let folder: String

  package init(_ folder: String) { self.folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder }

  /// The resolved configuration.
  package var configuration: String { "\(folder)/config.json" }
  /// A JSON object a line for every logged step and every evaluation.
  package var metrics: String { "\(folder)/metrics.jsonl" }
  /// Training states: two generations and the best.
  package var checkpoints: String { "\(folder)/checkpoints" }
  /// TensorBoard's event files.
  package var tensorBoard: String { "\(folder)/tensorboard" }
  /// The page for people.
  package var report: String { "\(folder)/report.html" }
  /// The model to use: the best by the chosen metric, or the last where nothing is validated.
  package var model: String { "\(folder)/model.safetensors" }
  /// What the model read from every clip of the evaluation.
  package var predictions: String { "\(folder)/predictions.csv" }
  /// Who trains here.
  package var lock: String { "\(folder)/\(RunLock.name)" }
}
