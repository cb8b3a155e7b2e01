import CJSONC

extension JSONValue {
  /// Reads a JSON text: checked strictly first, then parsed by json-c.
  ///
  /// - Throws: `format` or `limit`, with the byte offset of the fault.
  package init(parsing text: some StringProtocol) throws(SVFAPError) {
    try self.init(parsing: Array(text.utf8))
  }

  /// Reads UTF-8 bytes as JSON.
  package init(parsing bytes: [UInt8]) throws(SVFAPError) {
    let result: Result<JSONValue, SVFAPError> = bytes.withUnsafeBufferPointer { buffer in
      do throws(SVFAPError) { return .success(try JSONValue(parsing: buffer)) } catch { return .failure(error) }
    }
    self = try result.get()
  }

  /// Reads UTF-8 bytes as JSON.
  package init(parsing bytes: UnsafeBufferPointer<UInt8>) throws(SVFAPError) {
    try JSONScanner.check(bytes)
    self = try Self.parseChecked(bytes)
  }

  private static func parseChecked(_ buffer: UnsafeBufferPointer<UInt8>) throws(SVFAPError) -> JSONValue {
    guard let tokener = json_tokener_new_ex(Int32(JSONScanner.depthLimit + 2)) else {
      throw SVFAPError(.noMemory, "no memory to read a JSON text")
    }
    defer { json_tokener_free(tokener) }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8)
    let parsed = buffer.withMemoryRebound(to: CChar.self) {
      json_tokener_parse_ex(tokener, $0.baseAddress, Int32($0.count))
    }
    var status = json_tokener_get_error(tokener)
    var document = parsed
    if status == json_tokener_continue {
      // A bare number is complete only when the tokener sees what follows it.
      document = json_tokener_parse_ex(tokener, "\0", 1)
      status = json_tokener_get_error(tokener)
    }
    defer { json_object_put(document) }
    guard status == json_tokener_success else {
      throw SVFAPError(.format, "JSON: \(String(cString: json_tokener_error_desc(status)))")
    }
    return JSONValue(document)
  }

  private init(_ node: OpaquePointer?) {
    guard let node else {
      self = .null
      return
    }
    switch json_object_get_type(node) {
    case json_type_boolean:
      self = .bool(json_object_get_boolean(node) != 0)
    case json_type_int:
      self = .integer(json_object_get_int64(node))
    case json_type_double:
      self = .number(json_object_get_double(node))
    case json_type_string:
      let length = Int(json_object_get_string_len(node))
      let bytes = UnsafeRawBufferPointer(start: json_object_get_string(node), count: length)
      self = .string(String(decoding: bytes, as: UTF8.self))
    case json_type_array:
      self = .array((0..<json_object_array_length(node)).map { JSONValue(json_object_array_get_idx(node, $0)) })
    case json_type_object:
      // The scanner has refused duplicate keys.
      var members: [(key: String, value: JSONValue)] = []
      var entry = json_object_get_object(node).pointee.head
      while let current = entry {
        let key = String(cString: current.pointee.k.assumingMemoryBound(to: CChar.self))
        members.append((key, JSONValue(current.pointee.v.map { OpaquePointer($0) })))
        entry = current.pointee.next
      }
      self = .object(JSONObject(uniqueMembers: members))
    default:
      self = .null
    }
  }
}
