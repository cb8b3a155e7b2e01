import Base
import Data
import Plugins
import Reports

/// The figures of an evaluation, of one list or of several folds pooled.
struct EvaluationResult {
  private let head: PluginHead
  private let name: String
  private let listed: Int
  private var skipped: [(place: String, path: String, error: SVFAPError)] = []
  private let manifest: Manifest
  /// Sums for the metrics; those of several lists are merged by addition.
  private(set) var accumulator: [Double]
  /// The metrics, in the head's order.
  private(set) var metrics: [Double] = []
  /// What else the head reports, such as a confusion matrix.
  private(set) var report: JSONValue = .object([:])
  private var readings: [ClipReading] = []
  private(set) var used = 0
  /// Things that were scored: clips, or groups where the list has them.
  private(set) var scored = 0

  init(head: PluginHead, manifest: Manifest, unusable: [BatchStream.Failure]) {
    self.head = head
    self.manifest = manifest
    name = manifest.name
    listed = manifest.count
    accumulator = [Double](repeating: 0, count: head.accumulatorWidth)
    for failure in unusable { skip(failure.entry, failure.error) }
  }

  mutating func skip(_ entry: Int, _ error: SVFAPError) {
    skipped.append((manifest.place(of: entry), manifest.path(at: entry), error))
  }

  mutating func add(_ reading: ClipReading) {
    used += 1
    readings.append(reading)
  }

  /// Scores what was added: clips of one group are averaged first.
  mutating func finish() throws(SVFAPError) {
    guard used > 0 else {
      let reason = skipped.first.map { ": \($0.error.message)" } ?? ""
      throw SVFAPError(.format, "\(name): none of its \(listed) videos could be read\(reason)", detail: ["path": name])
    }
    let items = manifest.hasGroups ? Self.groups(readings) : readings
    scored = items.count
    for item in items {
      try head.accumulate(readings: item.readings, targets: item.target, clips: 1, into: &accumulator)
    }
    try measure()
  }

  private mutating func measure() throws(SVFAPError) {
    metrics = try head.measure(accumulator)
    report = try head.report(accumulator)
  }

  /// Adds the sums of another list of the same head.
  mutating func pool(_ other: EvaluationResult) throws(SVFAPError) {
    accumulator = zip(accumulator, other.accumulator).map { $0 + $1 }
    readings += other.readings
    skipped += other.skipped
    used += other.used
    scored += other.scored
    try measure()
  }

  /// The mean reading of every group, in the order of their first clips. A clip without a group stands for itself.
  private static func groups(_ readings: [ClipReading]) -> [ClipReading] {
    var order: [String] = []
    var members: [String: [ClipReading]] = [:]
    for (index, reading) in readings.enumerated() {
      let key = reading.entry.group.map { "g\($0)" } ?? "c\(index)"
      if members[key] == nil { order.append(key) }
      members[key, default: []].append(reading)
    }
    return order.compactMap { key in
      guard let list = members[key], let first = list.first else { return nil }
      let mean = first.readings.indices.map { output in
        Float(list.reduce(0.0) { $0 + Double($1.readings[output]) } / Double(list.count))
      }
      return ClipReading(entry: first.entry, readings: mean, target: first.target)
    }
  }

  // MARK: For reports

  /// Metrics by name.
  var named: [(name: String, value: Double)] { zip(head.metrics, metrics).map { ($0.name, $1) } }

  var account: DataAccount {
    var reasons: [(reason: String, paths: [String])] = []
    for entry in skipped {
      let reason = "\(entry.error.code)"
      if let index = reasons.firstIndex(where: { $0.reason == reason }) {
        reasons[index].paths.append(entry.path)
      } else {
        reasons.append((reason, [entry.path]))
      }
    }
    return DataAccount(
      name, listed: used + skipped.count, used: used,
      skipped: reasons.map { .init("could not be used (\($0.reason))", count: $0.paths.count, examples: Array($0.paths.prefix(5))) })
  }

  func measurement(title: String) -> Measurement { Measurement(evaluation: reportEvaluation(title: title), account: account) }

  func reportEvaluation(title: String) -> RunReport.Evaluation {
    let rows = zip(head.metrics, metrics).map {
      MetricTable.Row($0.name, unit: $0.unit, largerIsBetter: $0.largerIsBetter, values: [$1])
    }
    var confusion: ConfusionMatrix?
    if let labels = report["labels"]?.arrayValue?.compactMap(\.stringValue), let counts = report["confusion"]?.arrayValue {
      confusion = ConfusionMatrix(labels: labels, counts: counts.map { $0.arrayValue?.compactMap(\.intValue) ?? [] })
    }
    var scatters: [ScatterChart] = []
    // A target row that is as wide as the outputs and no class holds the true values of the outputs.
    if !head.isExclusive, head.targetWidth == head.outputs.count {
      scatters = head.outputs.enumerated().map { index, output in
        ScatterChart(output.name, pairs: readings.map { .init(truth: Double($0.target[index]), reading: Double($0.readings[index])) })
      }
    }
    return RunReport.Evaluation(title, metrics: MetricTable(columns: [title], rows: rows), confusion: confusion, scatters: scatters)
  }

  var json: JSONObject {
    var values = JSONObject()
    for (name, value) in named { values[name] = value.isFinite ? .number(value) : .null }
    let list = skipped.map { entry -> JSONValue in
      ["place": .string(entry.place), "path": .string(entry.path), "reason": .string(entry.error.message)]
    }
    return [
      "listed": .integer(Int64(used + skipped.count)), "used": .integer(Int64(used)), "scored": .integer(Int64(scored)),
      "metrics": .object(values), "details": report, "skipped": .array(list),
    ]
  }

  /// "uar 0.6213  war 0.7427 ..."
  var text: String { named.map { "\($0.name) \($0.value.isFinite ? decimalText($0.value, 4) : "undefined")" }.joined(separator: "  ") }
}
