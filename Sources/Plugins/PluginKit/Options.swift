import CJSONC

/// A plugin's configuration. The host has checked it against the plugin's schema and filled in defaults;
/// what is missing or mistyped here is an error all the same, never a trap.
public struct Options: ~Copyable {
  private let root: OpaquePointer

  /// Reads the JSON object that the host passed.
  public init(_ config: UnsafePointer<CChar>?, _ size: UInt64) throws(PluginError) {
    var text = String(config, size)
    if text.isEmpty { text = "{}" }
    let parsed = json_tokener_parse(text)
    guard let parsed, json_object_get_type(parsed) == json_type_object else {
      json_object_put(parsed)
      throw PluginError(Status.config, "the configuration is not a JSON object")
    }
    root = parsed
  }

  deinit { json_object_put(root) }

  private func member(_ key: String) -> OpaquePointer? {
    var value: OpaquePointer?
    return json_object_object_get_ex(root, key, &value) != 0 ? value : nil
  }

  private func wrong(_ key: String, _ expected: String) -> PluginError {
    PluginError(Status.config, "option \"\(key)\": expected \(expected)")
  }

  /// Whether the key stands there and is not null.
  public func has(_ key: String) -> Bool { member(key) != nil }

  public func integer(_ key: String) throws(PluginError) -> Int {
    guard let value = member(key), json_object_get_type(value) == json_type_int else { throw wrong(key, "an integer") }
    return Int(json_object_get_int64(value))
  }

  public func number(_ key: String) throws(PluginError) -> Double {
    guard let value = member(key), [json_type_int, json_type_double].contains(json_object_get_type(value)) else {
      throw wrong(key, "a number")
    }
    return json_object_get_double(value)
  }

  public func flag(_ key: String) throws(PluginError) -> Bool {
    guard let value = member(key), json_object_get_type(value) == json_type_boolean else { throw wrong(key, "true or false") }
    return json_object_get_boolean(value) != 0
  }

  public func text(_ key: String) throws(PluginError) -> String {
    guard let value = member(key), json_object_get_type(value) == json_type_string else { throw wrong(key, "a text") }
    return String(cString: json_object_get_string(value))
  }

  public func texts(_ key: String) throws(PluginError) -> [String] {
    guard let value = member(key), json_object_get_type(value) == json_type_array else { throw wrong(key, "a list of texts") }
    var texts: [String] = []
    for index in 0..<json_object_array_length(value) {
      guard let element = json_object_array_get_idx(value, index), json_object_get_type(element) == json_type_string else {
        throw wrong(key, "a list of texts")
      }
      texts.append(String(cString: json_object_get_string(element)))
    }
    return texts
  }

  public func numbers(_ key: String) throws(PluginError) -> [Double] {
    guard let value = member(key), json_object_get_type(value) == json_type_array else { throw wrong(key, "a list of numbers") }
    var numbers: [Double] = []
    for index in 0..<json_object_array_length(value) {
      guard let element = json_object_array_get_idx(value, index),
        [json_type_int, json_type_double].contains(json_object_get_type(element))
      else { throw wrong(key, "a list of numbers") }
      numbers.append(json_object_get_double(element))
    }
    return numbers
  }
}
