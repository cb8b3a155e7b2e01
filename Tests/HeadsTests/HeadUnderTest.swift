import Base
import CSVFAPPlugin
import TestSupport
import Testing

/// A head of a built plugin, through its C table.
final class HeadUnderTest {
  let table: svfap_task_head
  let handle: OpaquePointer

  /// - Parameter config: JSON text.
  init(_ id: String, _ config: String = "{}", embedDim: Int64 = 6) throws {
    let table = try Self.table(id)
    var handle: OpaquePointer?
    try HeadHost.check { table.create?(HeadHost.table, config, UInt64(config.utf8.count), embedDim, &handle) ?? -1 }
    self.table = table
    self.handle = try #require(handle)
  }

  deinit { table.destroy?(handle) }

  static func table(_ id: String) throws -> svfap_task_head {
    let plugin = try HeadHost.plugin(id)
    #expect(String(cString: plugin.id) == id)
    let interface = try #require(plugin.interfaces?.pointee)
    #expect(plugin.interface_count == 1 && String(cString: interface.name) == SVFAP_TASK_HEAD)
    let table = try #require(interface.table).assumingMemoryBound(to: svfap_task_head.self).pointee
    #expect(table.struct_size == UInt64(MemoryLayout<svfap_task_head>.size))
    return table
  }

  func info() throws -> svfap_head_info {
    var info = svfap_head_info()
    info.struct_size = UInt64(MemoryLayout<svfap_head_info>.size)
    try HeadHost.check { table.info?(handle, &info) ?? -1 }
    #expect(info.struct_size == UInt64(MemoryLayout<svfap_head_info>.size))
    return info
  }

  func parameter(_ index: Int64) throws -> svfap_parameter {
    var parameter = svfap_parameter()
    parameter.struct_size = UInt64(MemoryLayout<svfap_parameter>.size)
    try HeadHost.check { table.parameter?(handle, index, &parameter) ?? -1 }
    return parameter
  }

  func output(_ index: Int64) throws -> (name: String, unit: String, range: ClosedRange<Double>) {
    var output = svfap_output()
    try HeadHost.check { table.output?(handle, index, &output) ?? -1 }
    return (String(output.name), String(output.unit), output.minimum...output.maximum)
  }

  func metric(_ index: Int64) throws -> (name: String, unit: String, largerIsBetter: Bool) {
    var metric = svfap_metric()
    try HeadHost.check { table.metric?(handle, index, &metric) ?? -1 }
    return (String(metric.name), String(metric.unit), metric.larger_is_better != 0)
  }

  func outputNames() throws -> [String] { try (0..<info().output_count).map { try output($0).name } }
  func metricNames() throws -> [String] { try (0..<info().metric_count).map { try metric($0).name } }

  func target(_ fields: [String]) throws -> [Float] {
    var row = [Float](repeating: .nan, count: Int(try info().target_width))
    let stable = fields.map { Array($0.utf8CString) }
    func call(_ views: [svfap_text], _ rest: ArraySlice<[CChar]>) throws {
      guard let next = rest.first else {
        return try HeadHost.check { table.target?(handle, views, UInt64(views.count), &row) ?? -1 }
      }
      try next.withUnsafeBufferPointer { buffer in
        try call(views + [svfap_text(data: buffer.baseAddress, size: UInt64(buffer.count - 1))], rest.dropFirst())
      }
    }
    try call([], stable[...])
    return row
  }

  func forward(_ parameters: [Numbers], _ input: Numbers) throws -> Numbers {
    let raw = try Numbers([input.shape[0], Int(try info().raw_width)])
    var (inputView, rawView) = (input.view, raw.view)
    try HeadHost.check { table.forward?(handle, parameters.map(\.view), &inputView, &rawView) ?? -1 }
    return raw
  }

  func loss(
    _ parameters: [Numbers], _ input: Numbers, raw: Numbers, targets: Numbers, gradients: [Numbers], inputGradient: Numbers
  ) throws -> Double {
    var (inputView, rawView, targetView, gradientView) = (input.view, raw.view, targets.view, inputGradient.view)
    var loss = Double.nan
    try HeadHost.check {
      table.loss?(handle, parameters.map(\.view), &inputView, &rawView, &targetView, &loss, gradients.map(\.view), &gradientView) ?? -1
    }
    return loss
  }

  func readings(_ raw: Numbers) throws -> Numbers {
    let readings = try Numbers([raw.shape[0], Int(try info().output_count)])
    var (rawView, readingView) = (raw.view, readings.view)
    try HeadHost.check { table.readings?(handle, &rawView, &readingView) ?? -1 }
    return readings
  }

  func accumulate(_ readings: Numbers, _ targets: Numbers, into sums: inout [Double]) throws {
    var (readingView, targetView) = (readings.view, targets.view)
    try HeadHost.check { table.accumulate?(handle, &readingView, &targetView, &sums) ?? -1 }
  }

  func emptySums() throws -> [Double] { [Double](repeating: 0, count: Int(try info().accumulator_width)) }

  func measure(_ sums: [Double]) throws -> [String: Double] {
    var values = [Double](repeating: -7, count: Int(try info().metric_count))
    try HeadHost.check { table.measure?(handle, sums, &values) ?? -1 }
    return Dictionary(uniqueKeysWithValues: zip(try metricNames(), values))
  }

  func report(_ sums: [Double]) throws -> JSONValue {
    var text: UnsafeMutablePointer<CChar>?
    var size: UInt64 = 0
    try HeadHost.check { table.report?(handle, sums, &text, &size) ?? -1 }
    defer { HeadHost.table.pointee.deallocate?(nil, text) }
    return try JSONValue(parsing: String(decoding: UnsafeRawBufferPointer(start: text, count: Int(size)), as: UTF8.self))
  }

  /// Weight and bias of seeded numbers.
  func parameters(scale: Float = 0.5) throws -> [Numbers] {
    try (0..<info().parameter_count).map { index in
      let declared = try parameter(index)
      let shape = withUnsafeBytes(of: declared.shape) { Array($0.bindMemory(to: Int64.self).prefix(Int(declared.dimension_count))) }
      let extents = shape.map { Int($0) }
      return try Numbers(extents, stream("parameter \(index)", seed: 1, count: extents.reduce(1, *)).map { $0 * scale })
    }
  }
}
