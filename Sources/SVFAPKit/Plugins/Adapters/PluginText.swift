import Base
import CSVFAPPlugin
import Glibc

/// Calls `body` with the text as pointer and length; a NUL that the length does not count follows.
package func withText<Result>(_ text: String, _ body: (UnsafePointer<CChar>?, UInt64) -> Result) -> Result {
  text.withCString { body($0, UInt64(strlen($0))) }
}

extension svfap_view {
  /// A contiguous float32 view.
  package init(floats data: UnsafeMutablePointer<Float>?, shape: [Int]) {
    self.init()
    struct_size = UInt64(MemoryLayout<svfap_view>.size)
    dtype = Int32(SVFAP_FLOAT32)
    dimension_count = Int32(shape.count)
    withUnsafeMutableBytes(of: &self.shape) { raw in
      for (index, extent) in shape.enumerated() { raw.storeBytes(of: Int64(extent), toByteOffset: index * 8, as: Int64.self) }
    }
    self.data = UnsafeMutableRawPointer(data)
    byte_count = UInt64(shape.reduce(4, *))
  }
}

/// The checked configuration of a plugin: defaults filled in.
///
/// - Parameters:
///   - pointer: JSON pointer of the configuration, for messages.
///   - describe: the slot that gives the schema; nil if the plugin has none.
///   - schemaKey: member of the description that holds the schema; nil for all of it.
/// - Throws: `config`; `plugin` if the description makes no sense.
func resolveConfig(
  _ config: JSONValue, plugin: String, at pointer: String, describe: (UnsafeMutablePointer<svfap_text>) -> svfap_status,
  schemaKey: String?
) throws(SVFAPError) -> JSONValue {
  try JSONSchema(configSchema(plugin: plugin, describe: describe, schemaKey: schemaKey)).resolve(config, at: pointer)
}

/// The schema of a plugin's configuration.
///
/// - Throws: `plugin` if the description makes no sense.
func configSchema(
  plugin: String, describe: (UnsafeMutablePointer<svfap_text>) -> svfap_status, schemaKey: String?
) throws(SVFAPError) -> JSONValue {
  var text = svfap_text()
  try PluginCall.check(plugin, "describe its options") { describe(&text) }
  let schema: JSONValue
  do throws(SVFAPError) {
    schema = try JSONValue(parsing: HostTable.text(text))
  } catch {
    throw SVFAPError(.plugin, "the plugin \"\(plugin)\" describes its options in text that is no JSON: \(error.message)")
  }
  guard let schemaKey else { return schema }
  guard let inner = schema[schemaKey] else { throw SVFAPError(.plugin, "the plugin \"\(plugin)\" describes no \"\(schemaKey)\"") }
  return inner
}

extension LoadedPlugin {
  /// The schemas of what the plugin's interfaces can be told, by interface: "head", "source", "sink". An interface that
  /// cannot describe itself is left out.
  package var optionSchemas: JSONObject {
    var schemas = JSONObject()
    let host = self.host
    if let describe = taskHead?.describe {
      schemas["head"] = try? configSchema(plugin: id, describe: { describe(host, $0) }, schemaKey: "config_schema")
    }
    schemas["source"] = (try? sourceSchema())?.json
    if let describe = videoSink?.describe {
      schemas["sink"] = try? configSchema(plugin: id, describe: { describe(host, $0) }, schemaKey: nil)
    }
    return schemas
  }

  /// The schema of what the plugin's video source can be told; nil if the plugin has no source.
  ///
  /// - Throws: `plugin`.
  func sourceSchema() throws(SVFAPError) -> JSONSchema? {
    guard let describe = videoSource?.describe else { return nil }
    return JSONSchema(try configSchema(plugin: id, describe: { describe(host, $0) }, schemaKey: nil))
  }
}
