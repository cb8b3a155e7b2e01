import Base

/// A tensor in memory that is to be written.
package struct TensorSource {
  package let name: String
  package let type: TensorType
  package let shape: [Int]
  package let bytes: UnsafeRawBufferPointer

  /// float32 numbers.
  package init(_ name: String, shape: [Int], _ values: UnsafePointer<Float>) {
    self.name = name
    self.shape = shape
    type = .float32
    bytes = UnsafeRawBufferPointer(start: values, count: shape.reduce(4, *))
  }

  /// Elements of any type.
  package init(_ name: String, type: TensorType, shape: [Int], bytes: UnsafeRawBufferPointer) {
    self.name = name
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }
}

/// Writes safetensors files: tensors in the given order, data aligned to 64 bytes, durably.
package enum SafetensorsWriter {
  /// - Parameter sealed: whether a last tensor holds the checksum of all bytes before it (`SafetensorsSeal`).
  /// - Throws: `invalidArgument` for what a reader would refuse: a name twice, bytes that are not those of the shape;
  ///   `io`, `noSpace`, `notFound`; the old file stands then.
  package static func write(
    _ tensors: [TensorSource], metadata: JSONObject, to path: String, sealed: Bool = false
  ) throws(SVFAPError) {
    var header: [(key: String, value: JSONValue)] = []
    if !metadata.isEmpty { header.append(("__metadata__", .object(metadata))) }
    var names: Set<String> = sealed ? ["__metadata__", SafetensorsSeal.name] : ["__metadata__"]
    var offset: Int64 = 0
    for tensor in tensors {
      guard !tensor.name.isEmpty, !tensor.name.utf8.contains(0), names.insert(tensor.name).inserted else {
        throw SVFAPError(.invalidArgument, "cannot write \(path): the tensor name \"\(tensor.name)\" stands twice or is no name")
      }
      guard tensor.type.byteCount(of: tensor.shape) == tensor.bytes.count else {
        throw SVFAPError(
          .invalidArgument,
          "cannot write \(path): the tensor \"\(tensor.name)\" has \(tensor.bytes.count) bytes for the shape \(tensor.shape) of \(tensor.type.rawValue)"
        )
      }
      let end = offset + Int64(tensor.bytes.count)
      let description: JSONValue = [
        "dtype": .string(tensor.type.rawValue), "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
        "data_offsets": [.integer(offset), .integer(end)],
      ]
      header.append((tensor.name, description))
      offset = end
    }
    if sealed { header.append((SafetensorsSeal.name, SafetensorsSeal.headerEntry(at: offset))) }
    var text = JSONValue.object(JSONObject(uniqueMembers: header)).text()
    let padding = (64 - (8 + text.utf8.count) % 64) % 64
    text += String(repeating: " ", count: padding)
    let file = try DurableFile(writing: path)
    let length: Result<Void, SVFAPError> = withUnsafeBytes(of: UInt64(text.utf8.count).littleEndian) { bytes in
      do throws(SVFAPError) { return .success(try file.write(bytes)) } catch { return .failure(error) }
    }
    try length.get()
    try file.write(text)
    for tensor in tensors { try file.write(tensor.bytes) }
    if sealed { try SafetensorsSeal.write(to: file) }
    try file.commit()
  }
}
