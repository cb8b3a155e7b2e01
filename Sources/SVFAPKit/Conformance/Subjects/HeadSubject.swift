import Base
import CSVFAPPlugin
import Plugins

/// A head that a plugin made, called as a host calls it, through the plugin's own table and on memory with walls.
final class HeadSubject {
  struct Parameter {
    let name: String
    let shape: [Int]
    var count: Int { shape.reduce(1, *) }
  }

  let context: CheckContext
  let table: svfap_task_head
  let handle: OpaquePointer
  /// Width of the features or tokens.
  let width: Int
  let info: svfap_head_info
  let parameters: [Parameter]

  var rawWidth: Int { Int(info.raw_width) }
  var outputCount: Int { Int(info.output_count) }
  var targetWidth: Int { Int(info.target_width) }
  var readsTokens: Bool { info.input == Int32(SVFAP_INPUT_TOKENS) }

  /// - Parameter config: JSON; the user's configuration by default.
  /// - Throws: `failed` if the plugin makes no head or declares what makes no sense.
  init(_ context: CheckContext, config: JSONValue? = nil, width: Int = 12) throws(Verdict) {
    let plugin = try context.plugin()
    guard let table = plugin.taskHead else { throw .skipped("the plugin offers no task head") }
    let config = if let config { config } else { try Configurations(.head, context).usual(context) }
    let made = Self.create(context, config: config.text(), width: width)
    try made.result.succeed()
    guard let handle = made.handle else { throw .failed("create returned SVFAP_OK and made no head") }
    self.context = context
    self.table = table
    self.handle = handle
    self.width = width
    do throws(Verdict) {
      info = try Self.info(context, table, handle)
      parameters = try Self.parameters(context, table, handle, count: info.parameter_count)
    } catch {
      table.destroy?(handle)
      throw error
    }
  }

  deinit { context.call("destroy") { table.destroy?(handle) } }

  /// Calls `create` with any text at all.
  static func create(_ context: CheckContext, config: String, width: Int) -> (result: CallResult, handle: OpaquePointer?) {
    var handle: OpaquePointer?
    let slots = (try? context.plugin()).map { ($0.host, $0.taskHead) }
    let result = context.call("create (configuration \(config.prefix(300)), width \(width))") {
      withText(config) { slots?.1?.create?(slots?.0, $0, $1, Int64(width), &handle) ?? svfap_status(SVFAP_E_PLUGIN) }
    }
    return (result, handle)
  }

  /// Ends a head that `create` made.
  static func destroy(_ context: CheckContext, _ handle: OpaquePointer?) {
    let destroy = (try? context.plugin())?.taskHead?.destroy
    context.call("destroy") { destroy?(handle) }
  }

  private static func info(_ context: CheckContext, _ table: svfap_task_head, _ handle: OpaquePointer) throws(Verdict) -> svfap_head_info {
    var info = svfap_head_info()
    info.struct_size = UInt64(MemoryLayout<svfap_head_info>.size)
    try context.call("info") { table.info?(handle, &info) ?? svfap_status(SVFAP_E_PLUGIN) }.succeed()
    let counts = [
      ("raw_width", info.raw_width, 1), ("output_count", info.output_count, 1), ("target_width", info.target_width, 1),
      ("parameter_count", info.parameter_count, 0), ("metric_count", info.metric_count, 0),
      ("accumulator_width", info.accumulator_width, 0),
    ]
    for (name, count, least) in counts where count < least || count > 1 << 26 {
      throw .failed("info says that \(name) is \(count); expected \(least) to \(1 << 26)")
    }
    guard [Int32(SVFAP_INPUT_FEATURES), Int32(SVFAP_INPUT_TOKENS)].contains(info.input) else {
      throw .failed("info says that input is \(info.input); expected SVFAP_INPUT_FEATURES (1) or SVFAP_INPUT_TOKENS (2)")
    }
    return info
  }

  private static func parameters(
    _ context: CheckContext, _ table: svfap_task_head, _ handle: OpaquePointer, count: Int64
  ) throws(Verdict) -> [Parameter] {
    var list: [Parameter] = []
    for index in 0..<count {
      var parameter = svfap_parameter()
      parameter.struct_size = UInt64(MemoryLayout<svfap_parameter>.size)
      try context.call("parameter (\(index))") { table.parameter?(handle, index, &parameter) ?? svfap_status(SVFAP_E_PLUGIN) }.succeed()
      guard (0...Int32(SVFAP_MAX_DIMENSIONS)).contains(parameter.dimension_count) else {
        throw .failed("parameter \(index) has \(parameter.dimension_count) dimensions; expected 0 to \(SVFAP_MAX_DIMENSIONS)")
      }
      let extents = withUnsafeBytes(of: parameter.shape) { Array($0.bindMemory(to: Int64.self).prefix(Int(parameter.dimension_count))) }
      guard extents.allSatisfy({ (1...1 << 26).contains($0) }), let elements = elementCount(extents.map { Int($0) }), elements <= 1 << 26
      else {
        throw .failed("parameter \(index) has the shape \(extents); expected extents from 1 on")
      }
      list.append(Parameter(name: HostTable.text(parameter.name, limit: 256), shape: extents.map { Int($0) }))
    }
    return list
  }
}
