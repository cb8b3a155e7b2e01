import Base
import Checkpoints
import Reports

/// Where a run's figures go as they come: `metrics.jsonl` and TensorBoard's event files.
struct RunLog {
  private let metrics: MetricsLog
  private let events: EventFile
  private(set) var warnings: [String] = []

  /// - Parameter step: of a run that is continued, the steps done.
  init(_ files: RunFiles, from position: MetricsLog.Position, resumedAfter step: Int?) throws(SVFAPError) {
    metrics = try MetricsLog(files.metrics, from: position)
    try makeFolder(files.tensorBoard)
    events = try EventFile(folder: files.tensorBoard, resumedAfter: step)
    if metrics.missingRecords > 0 {
      warnings.append("\(files.metrics) has lost \(metrics.missingRecords) lines that the checkpoint knew of")
    }
  }

  /// Lines of `metrics.jsonl`.
  var records: Int { metrics.records }

  func add(_ record: MetricsRecord) throws(SVFAPError) {
    try metrics.append(record)
    try events.add(scalars: record.values.map { ("\(record.kind)/\($0.name)", $0.value) }, step: record.step)
  }

  func add(picture png: [UInt8], tag: String, step: Int) throws(SVFAPError) { try events.add(picture: png, tag: tag, step: step) }

  func flush() throws(SVFAPError) { try metrics.flush() }
}
