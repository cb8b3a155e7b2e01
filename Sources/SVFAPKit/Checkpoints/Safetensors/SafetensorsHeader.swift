import Base

/// The header of a safetensors file, checked.
struct SafetensorsHeader {
  let metadata: [String: String]
  let tensors: [TensorEntry]

  /// - Throws: `format` or `limit` that names the tensor or the byte.
  init(_ header: ByteBuffer, dataStart: Int, fileSize: Int) throws(SVFAPError) {
    let text = UnsafeRawBufferPointer(header.bytes).bindMemory(to: UInt8.self)
    guard text.first == UInt8(ascii: "{") else {
      throw SVFAPError(.format, "the header is no JSON object; this is not a safetensors file", detail: ["where": "byte 8"])
    }
    // The pointer does not keep the memory.
    guard let object = try withExtendedLifetime(header, { () throws(SVFAPError) in try JSONValue(parsing: text).objectValue }) else {
      throw SVFAPError(.format, "the header is no JSON object", detail: ["where": "byte 8"])
    }
    guard object.members.count <= SafetensorsFile.tensorLimit else {
      throw SVFAPError(.limit, "the header names \(object.members.count) tensors; at most \(SafetensorsFile.tensorLimit) are read")
    }
    var metadata: [String: String] = [:]
    var tensors: [TensorEntry] = []
    for (name, value) in object.members {
      if name == "__metadata__" {
        metadata = try Self.metadata(value)
      } else {
        tensors.append(try Self.tensor(name, value, dataStart: dataStart, dataSize: fileSize - dataStart))
      }
    }
    tensors.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
    try Self.checkCover(tensors, dataStart: dataStart, fileSize: fileSize)
    self.metadata = metadata
    self.tensors = tensors
  }

  private static func fault(_ name: String, _ what: String) -> SVFAPError {
    SVFAPError(.format, "tensor \"\(name.prefix(200))\": \(what)", detail: ["where": String(name.prefix(200))])
  }

  private static func metadata(_ value: JSONValue) throws(SVFAPError) -> [String: String] {
    guard let object = value.objectValue else { throw SVFAPError(.format, "__metadata__ is no JSON object") }
    var metadata: [String: String] = [:]
    for (key, value) in object.members {
      guard let text = value.stringValue else { throw SVFAPError(.format, "__metadata__ member \"\(key)\" is no text") }
      metadata[key] = text
    }
    return metadata
  }

  private static func tensor(_ name: String, _ value: JSONValue, dataStart: Int, dataSize: Int) throws(SVFAPError) -> TensorEntry {
    guard !name.isEmpty, !name.utf8.contains(0) else { throw fault(name, "a tensor without a usable name") }
    guard let object = value.objectValue, object.members.count == 3 else {
      throw fault(name, "expected the members dtype, shape and data_offsets")
    }
    guard let typeName = object["dtype"]?.stringValue, let type = TensorType(rawValue: typeName) else {
      throw fault(name, "unknown dtype \(object["dtype"]?.text() ?? "(none)")")
    }
    guard let extents = object["shape"]?.arrayValue, extents.count <= 16 else {
      throw fault(name, "shape is no list of at most 16 extents")
    }
    var shape: [Int] = []
    for extent in extents {
      guard case .integer(let value) = extent, value >= 0 else { throw fault(name, "an extent is no whole number: \(extent.text())") }
      shape.append(Int(value))
    }
    guard let pair = object["data_offsets"]?.arrayValue, pair.count == 2, case .integer(let start) = pair[0],
      case .integer(let end) = pair[1],
      start >= 0, end >= start
    else { throw fault(name, "data_offsets is no pair of ascending whole numbers") }
    guard end <= Int64(dataSize) else {
      throw fault(name, "its data ends at byte \(end) of the data, but the file holds only \(dataSize): it is cut short or lies")
    }
    guard type.byteCount(of: shape) == Int(end - start) else {
      throw fault(name, "shape \(shape) of \(typeName) does not take the \(end - start) bytes that data_offsets give it")
    }
    return TensorEntry(name: name, type: type, shape: shape, range: dataStart + Int(start)..<dataStart + Int(end))
  }

  /// No gap, no overlap, nothing behind the last: a file that is also something else is not accepted.
  private static func checkCover(_ tensors: [TensorEntry], dataStart: Int, fileSize: Int) throws(SVFAPError) {
    var end = dataStart
    for tensor in tensors {
      guard tensor.range.lowerBound == end else {
        throw fault(
          tensor.name,
          "its data starts at byte \(tensor.range.lowerBound) of the file where \(end) was expected: data overlap or leave a gap")
      }
      end = tensor.range.upperBound
    }
    guard end == fileSize else {
      throw SVFAPError(.format, "\(fileSize - end) bytes follow the last tensor", detail: ["where": "byte \(end)"])
    }
  }
}
