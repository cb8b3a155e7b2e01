import Base
import CSVFAPPlugin
import Networks

/// A task head of a plugin, as the networks see it.
///
/// What the plugin declares is read and checked once, here; later calls only pass numbers.
package final class PluginHead: TaskHead, @unchecked Sendable {
  // The plugin promises that the functions used after init may run on several threads at once.
  private let plugin: LoadedPlugin
  private let table: svfap_task_head
  private let head: OpaquePointer
  /// The resolved configuration.
  package let config: JSONValue
  package let input: TaskHeadInput
  package let declarations: [ParameterDeclaration]
  package let rawWidth: Int
  package let outputs: [OutputDescription]
  package let metrics: [MetricDescription]
  package let isExclusive: Bool
  package let targetsMix: Bool
  package let targetWidth: Int
  package let accumulatorWidth: Int

  /// Most numbers that a head may declare of anything.
  private static let limit: Int64 = 1 << 16

  /// - Throws: `config` if the configuration is wrong, `plugin` if the plugin broke its contract, `unsupported` if the
  ///   plugin offers no task head.
  package init(_ plugin: LoadedPlugin, config: JSONValue, embedDim: Int) throws(SVFAPError) {
    guard let pointer = plugin.taskHead, let describe = pointer.pointee.describe, let create = pointer.pointee.create else {
      throw SVFAPError(.unsupported, "the plugin \"\(plugin.id)\" offers no task head")
    }
    let table = pointer.pointee
    let resolved = try resolveConfig(
      config, plugin: plugin.id, at: "/head/config", describe: { describe(HostTable.pointer, $0) }, schemaKey: "config_schema")
    var handle: OpaquePointer?
    try PluginCall.check(plugin.id, "make its head") {
      withText(resolved.text()) { create(HostTable.pointer, $0, $1, Int64(embedDim), &handle) }
    }
    guard let handle else { throw SVFAPError(.plugin, "the plugin \"\(plugin.id)\" made no head and reported no error") }
    let reader = HeadReader(plugin: plugin.id, table: table, head: handle)
    do throws(SVFAPError) {
      let info = try reader.info(limit: Self.limit)
      input = info.input == Int32(SVFAP_INPUT_TOKENS) ? .tokens : .features
      declarations = try reader.declarations(count: info.parameter_count)
      outputs = try reader.outputs(count: info.output_count)
      metrics = try reader.metrics(count: info.metric_count)
      rawWidth = Int(info.raw_width)
      targetWidth = Int(info.target_width)
      accumulatorWidth = Int(info.accumulator_width)
      isExclusive = info.exclusive != 0
      targetsMix = info.targets_mix != 0
    } catch {
      table.destroy?(handle)
      throw error
    }
    self.plugin = plugin
    self.table = table
    self.config = resolved
    head = handle
  }

  deinit { table.destroy?(head) }

  package func forward(
    parameters: [UnsafePointer<Float>], input: UnsafePointer<Float>, shape: [Int], raw: UnsafeMutablePointer<Float>
  ) throws(SVFAPError) {
    guard let forward = table.forward else { return }
    let views = zip(parameters, declarations).map { svfap_view(floats: UnsafeMutablePointer(mutating: $0), shape: $1.shape) }
    var inputView = svfap_view(floats: UnsafeMutablePointer(mutating: input), shape: shape)
    var rawView = svfap_view(floats: raw, shape: [shape[0], rawWidth])
    try PluginCall.check(plugin.id, "compute its outputs") { forward(head, views, &inputView, &rawView) }
  }

  package func readings(raw: UnsafePointer<Float>, clips: Int, readings: UnsafeMutablePointer<Float>) throws(SVFAPError) {
    guard let read = table.readings else { return }
    var rawView = svfap_view(floats: UnsafeMutablePointer(mutating: raw), shape: [clips, rawWidth])
    var readingsView = svfap_view(floats: readings, shape: [clips, outputs.count])
    try PluginCall.check(plugin.id, "compute its readings") { read(head, &rawView, &readingsView) }
  }
}

/// Reads what a head declares, and refuses what makes no sense.
private struct HeadReader {
  let plugin: String
  let table: svfap_task_head
  let head: OpaquePointer

  private func broken(_ what: String) -> SVFAPError {
    SVFAPError(.plugin, "the head of the plugin \"\(plugin)\" broke its contract: \(what)")
  }

  func info(limit: Int64) throws(SVFAPError) -> svfap_head_info {
    var info = svfap_head_info()
    info.struct_size = UInt64(MemoryLayout<svfap_head_info>.size)
    try PluginCall.check(plugin, "describe its head") { table.info?(head, &info) ?? svfap_status(SVFAP_E_PLUGIN) }
    guard info.input == Int32(SVFAP_INPUT_FEATURES) || info.input == Int32(SVFAP_INPUT_TOKENS) else {
      throw broken("it reads the unknown input \(info.input)")
    }
    let counts = [
      ("raw_width", info.raw_width, 1), ("output_count", info.output_count, 1), ("target_width", info.target_width, 1),
      ("parameter_count", info.parameter_count, 0), ("metric_count", info.metric_count, 0), ("accumulator_width", info.accumulator_width, 0),
    ]
    for (name, count, least) in counts where count < least || count > (name == "accumulator_width" ? limit * limit : limit) {
      throw broken("\(name) is \(count)")
    }
    return info
  }

  private func name(_ text: svfap_text, _ what: String, known: [String]) throws(SVFAPError) -> String {
    guard text.data != nil, (1...256).contains(text.size) else { throw broken("\(what) has a name of \(text.size) bytes") }
    let name = HostTable.text(text)
    guard !known.contains(name) else { throw broken("the name \"\(name)\" stands twice") }
    return name
  }

  func declarations(count: Int64) throws(SVFAPError) -> [ParameterDeclaration] {
    var list: [ParameterDeclaration] = []
    for index in 0..<count {
      var parameter = svfap_parameter()
      parameter.struct_size = UInt64(MemoryLayout<svfap_parameter>.size)
      try PluginCall.check(plugin, "declare parameter \(index)") { table.parameter?(head, index, &parameter) ?? svfap_status(SVFAP_E_PLUGIN) }
      let name = try name(parameter.name, "parameter \(index)", known: list.map { String($0.name.dropFirst(5)) })
      guard name.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F || $0 == 0x2E })
      else { throw broken("the parameter name \"\(name)\" is not made of letters, digits, '_' and '.'") }
      guard (0...Int32(SVFAP_MAX_DIMENSIONS)).contains(parameter.dimension_count) else {
        throw broken("the parameter \"\(name)\" has \(parameter.dimension_count) dimensions")
      }
      let extents = withUnsafeBytes(of: parameter.shape) { Array($0.bindMemory(to: Int64.self).prefix(Int(parameter.dimension_count))) }
      guard extents.allSatisfy({ $0 >= 1 && $0 < 1 << 32 }), let elements = elementCount(extents.map { Int($0) }), elements < 1 << 32 else {
        throw broken("the parameter \"\(name)\" has the shape \(extents)")
      }
      list.append(
        ParameterDeclaration(
          "head.\(name)", extents.map { Int($0) }, try initializer(parameter, name), decays: parameter.weight_decay != 0))
    }
    return list
  }

  private func initializer(_ parameter: svfap_parameter, _ name: String) throws(SVFAPError) -> ParameterDeclaration.Initializer {
    let value = parameter.initial_value
    guard value.isFinite else { throw broken("the parameter \"\(name)\" starts at \(value)") }
    switch parameter.initializer {
    case Int32(SVFAP_INITIAL_CONSTANT): return .constant(value)
    case Int32(SVFAP_INITIAL_NORMAL): return .normal(standardDeviation: value)
    case Int32(SVFAP_INITIAL_UNIFORM): return .uniform(bound: value)
    default: throw broken("the parameter \"\(name)\" has the unknown initializer \(parameter.initializer)")
    }
  }

  func outputs(count: Int64) throws(SVFAPError) -> [OutputDescription] {
    var list: [OutputDescription] = []
    for index in 0..<count {
      var output = svfap_output()
      output.struct_size = UInt64(MemoryLayout<svfap_output>.size)
      try PluginCall.check(plugin, "describe output \(index)") { table.output?(head, index, &output) ?? svfap_status(SVFAP_E_PLUGIN) }
      let name = try name(output.name, "output \(index)", known: list.map(\.name))
      guard output.minimum <= output.maximum else { throw broken("the range of output \"\(name)\" is empty") }
      list.append(OutputDescription(name: name, unit: HostTable.text(output.unit, limit: 256), minimum: output.minimum, maximum: output.maximum))
    }
    return list
  }

  func metrics(count: Int64) throws(SVFAPError) -> [MetricDescription] {
    var list: [MetricDescription] = []
    for index in 0..<count {
      var metric = svfap_metric()
      metric.struct_size = UInt64(MemoryLayout<svfap_metric>.size)
      try PluginCall.check(plugin, "describe metric \(index)") { table.metric?(head, index, &metric) ?? svfap_status(SVFAP_E_PLUGIN) }
      let name = try name(metric.name, "metric \(index)", known: list.map(\.name))
      list.append(MetricDescription(name: name, unit: HostTable.text(metric.unit, limit: 256), largerIsBetter: metric.larger_is_better != 0))
    }
    return list
  }
}
