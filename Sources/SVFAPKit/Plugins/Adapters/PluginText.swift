import Base
import CSVFAPPlugin

/// Calls `body` with the text as pointer and length.
func withText<Result>(_ text: String, _ body: (UnsafePointer<CChar>?, UInt64) -> Result) -> Result {
  var text = text
  return text.withUTF8 { utf8 in
    utf8.withMemoryRebound(to: CChar.self) { body($0.baseAddress, UInt64($0.count)) }
  }
}

extension svfap_view {
  /// A contiguous float32 view.
  init(floats data: UnsafeMutablePointer<Float>?, shape: [Int]) {
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

/// The checked configuration of a plugin: defaults filled in, as JSON text.
func resolveConfig(
  _ config: JSONValue, plugin: String, at pointer: String, describe: (UnsafeMutablePointer<svfap_text>) -> svfap_status,
  schemaKey: String?
) throws(SVFAPError) -> JSONValue {
  var text = svfap_text()
  try PluginCall.check(plugin, "describe its options") { describe(&text) }
  var schema: JSONValue
  do throws(SVFAPError) {
    schema = try JSONValue(parsing: HostTable.text(text))
  } catch {
    throw SVFAPError(.plugin, "the plugin \"\(plugin)\" describes its options in text that is no JSON: \(error.message)")
  }
  if let schemaKey {
    guard let inner = schema[schemaKey] else { throw SVFAPError(.plugin, "the plugin \"\(plugin)\" describes no \"\(schemaKey)\"") }
    schema = inner
  }
  return try JSONSchema(schema).resolve(config, at: pointer)
}
