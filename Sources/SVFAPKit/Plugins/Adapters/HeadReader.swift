import Base
import CSVFAPPlugin
import Networks

/// Reads what a head declares, and refuses what makes no sense.
struct HeadReader {
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
      ("parameter_count", info.parameter_count, 0), ("metric_count", info.metric_count, 0),
      ("accumulator_width", info.accumulator_width, 0),
    ]
    for (name, count, least) in counts where count < least || count > (name == "accumulator_width" ? limit * limit : limit) {
      throw broken("\(name) is \(count)")
    }
    return info
  }

  /// A name that can be shown and is not among those `known`, to which it is added.
  private func name(_ text: svfap_text, _ what: String, known: inout Set<String>) throws(SVFAPError) -> String {
    guard text.data != nil, (1...256).contains(text.size) else { throw broken("\(what) has a name of \(text.size) bytes") }
    let name = HostTable.text(text)
    guard name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control && $0 != "\u{FFFD}" }) else {
      throw broken("the name of \(what) holds characters that cannot be printed")
    }
    guard known.insert(name).inserted else { throw broken("the name \"\(name)\" stands twice") }
    return name
  }

  func declarations(count: Int64) throws(SVFAPError) -> [ParameterDeclaration] {
    var list: [ParameterDeclaration] = []
    var known = Set<String>()
    for index in 0..<count {
      var parameter = svfap_parameter()
      parameter.struct_size = UInt64(MemoryLayout<svfap_parameter>.size)
      try PluginCall.check(plugin, "declare parameter \(index)") {
        table.parameter?(head, index, &parameter) ?? svfap_status(SVFAP_E_PLUGIN)
      }
      let name = try name(parameter.name, "parameter \(index)", known: &known)
      guard
        name.utf8.allSatisfy({
          (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F || $0 == 0x2E
        })
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
    var known = Set<String>()
    for index in 0..<count {
      var output = svfap_output()
      output.struct_size = UInt64(MemoryLayout<svfap_output>.size)
      try PluginCall.check(plugin, "describe output \(index)") { table.output?(head, index, &output) ?? svfap_status(SVFAP_E_PLUGIN) }
      let name = try name(output.name, "output \(index)", known: &known)
      guard output.minimum <= output.maximum else { throw broken("the range of output \"\(name)\" is empty") }
      list.append(
        OutputDescription(name: name, unit: HostTable.text(output.unit, limit: 256), minimum: output.minimum, maximum: output.maximum))
    }
    return list
  }

  func metrics(count: Int64) throws(SVFAPError) -> [MetricDescription] {
    var list: [MetricDescription] = []
    var known = Set<String>()
    for index in 0..<count {
      var metric = svfap_metric()
      metric.struct_size = UInt64(MemoryLayout<svfap_metric>.size)
      try PluginCall.check(plugin, "describe metric \(index)") { table.metric?(head, index, &metric) ?? svfap_status(SVFAP_E_PLUGIN) }
      let name = try name(metric.name, "metric \(index)", known: &known)
      list.append(
        MetricDescription(name: name, unit: HostTable.text(metric.unit, limit: 256), largerIsBetter: metric.larger_is_better != 0))
    }
    return list
  }
}
