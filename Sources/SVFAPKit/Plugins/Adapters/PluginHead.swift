import Base
import CSVFAPPlugin
import Networks

/// A task head of a plugin, as the networks see it.
///
/// What the plugin declares is read and checked once, here; later calls only pass numbers.
package final class PluginHead: TaskHead, @unchecked Sendable {
  // The plugin promises that the functions used after init may run on several threads at once.
  package let plugin: LoadedPlugin
  let table: svfap_task_head
  let head: OpaquePointer
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

  /// - Parameter place: JSON pointer of the configuration, for messages.
  /// - Throws: `config` if the configuration is wrong, `plugin` if the plugin broke its contract, `unsupported` if the
  ///   plugin offers no task head.
  package init(
    _ plugin: LoadedPlugin, config: JSONValue, at place: String = "/head/config", embedDim: Int
  ) throws(SVFAPError) {
    guard let table = plugin.taskHead, let describe = table.describe, let create = table.create else {
      throw SVFAPError(.unsupported, "the plugin \"\(plugin.id)\" offers no task head")
    }
    let resolved = try resolveConfig(
      config, plugin: plugin.id, at: place, describe: { describe(plugin.host, $0) }, schemaKey: "config_schema")
    var handle: OpaquePointer?
    try PluginCall.check(plugin.id, "make its head") {
      withText(resolved.text()) { create(plugin.host, $0, $1, Int64(embedDim), &handle) }
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
}
