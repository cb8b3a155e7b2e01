import Base
import CSVFAPPlugin
import Plugins

extension HeadSubject {
  typealias Sums = GuardedBuffer<Double>

  /// An accumulator of nothing.
  func sums() throws(Verdict) -> Sums { try Sums(count: Int(info.accumulator_width)) }

  /// Calls `accumulate` for clips from `first` on.
  func accumulate(
    _ readings: GuardedFloats, _ targets: GuardedFloats, clips: Int, from first: Int = 0, into sums: Sums
  ) -> CallResult {
    var readingView = readings.view([clips, outputCount], from: first * outputCount)
    var targetView = targets.view([clips, targetWidth], from: first * targetWidth)
    return context.call("accumulate (\(clips) clips)") {
      table.accumulate?(handle, &readingView, &targetView, sums.pointer) ?? svfap_status(SVFAP_E_PLUGIN)
    }
  }

  /// Calls `measure`.
  func measure(_ sums: Sums, into metrics: GuardedBuffer<Double>) -> CallResult {
    context.call("measure") { table.measure?(handle, sums.pointer, metrics.pointer) ?? svfap_status(SVFAP_E_PLUGIN) }
  }

  /// The metrics of an accumulator.
  func measure(_ sums: Sums) throws(Verdict) -> [Double] {
    let metrics = try GuardedBuffer<Double>(count: Int(info.metric_count))
    metrics.fill(.nan)
    try measure(sums, into: metrics).succeed()
    return metrics.values
  }

  /// The metrics of readings of a whole set at once.
  func metrics(_ readings: GuardedFloats, _ targets: GuardedFloats, clips: Int) throws(Verdict) -> [Double] {
    let sums = try sums()
    try accumulate(readings, targets, clips: clips, into: sums).succeed()
    return try measure(sums)
  }

  /// What `report` writes, given back to the host; nil if the head has no report, or had nothing to say.
  func report(_ sums: Sums) -> (result: CallResult, json: String?)? {
    guard let report = table.report else { return nil }
    var text: UnsafeMutablePointer<CChar>?
    var size: UInt64 = 0
    let result = context.call("report") { report(handle, sums.pointer, &text, &size) }
    guard let text else { return (result, nil) }
    let json = HostTable.text(text, size, limit: 64 << 20)
    let host = context.host.table.pointee
    host.deallocate?(host.context, text)
    return (result, json)
  }

  /// Name of a metric and whether larger is better.
  func metric(_ index: Int) throws(Verdict) -> (name: String, largerIsBetter: Bool) {
    var metric = svfap_metric()
    metric.struct_size = UInt64(MemoryLayout<svfap_metric>.size)
    try context.call("metric (\(index))") { table.metric?(handle, Int64(index), &metric) ?? svfap_status(SVFAP_E_PLUGIN) }.succeed()
    return (HostTable.text(metric.name, limit: 256), metric.larger_is_better != 0)
  }
}
