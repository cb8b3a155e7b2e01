import Base

/// A safetensors file, read strictly: the header is bounded, every tensor lies where its shape says, and together they
/// cover the file exactly. Nothing of the file is used before it is compared with the file's size.
package final class SafetensorsFile: Sendable {
  /// Largest header in bytes: that of the base model has 60 kB.
  static let headerLimit = 32 << 20
  /// Most tensors.
  static let tensorLimit = 1 << 17

  package let path: String
  /// The header's `__metadata__`.
  package let metadata: [String: String]
  /// In the order of their bytes.
  package let tensors: [TensorEntry]
  private let file: InputFile
  private let indices: [String: Int]

  /// - Throws: `notFound`, `io`, `format` (with the place), `limit`.
  package convenience init(_ path: String) throws(SVFAPError) { try self.init(InputFile(path)) }

  /// The same of a file that is open already.
  package init(_ file: InputFile) throws(SVFAPError) {
    self.file = file
    path = file.path
    do throws(SVFAPError) {
      let header = try Self.header(of: file)
      let parsed = try SafetensorsHeader(header, dataStart: 8 + header.count, fileSize: file.size)
      metadata = parsed.metadata
      tensors = parsed.tensors
    } catch {
      throw error.within(file.path).with("path", file.path)
    }
    indices = Dictionary(tensors.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private static func header(of file: InputFile) throws(SVFAPError) -> ByteBuffer {
    switch try FileKind.recognise(file) {
    case .safetensors, .unknown: break
    case let kind:
      throw SVFAPError(.format, "this is \(kind.name), not a safetensors model file\(kind.adviceForModel)", detail: ["found": kind.name])
    }
    guard file.size >= 8 else {
      throw SVFAPError(.format, "the file has \(file.size) bytes; a safetensors file has at least 8", detail: ["where": "byte 0"])
    }
    let length = try file.bytes(at: 0, count: 8).withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length >> 40 == 0 else {
      throw SVFAPError(.format, "this is \(FileKind.unknown.name), not a safetensors model file", detail: ["where": "byte 0"])
    }
    guard length <= UInt64(headerLimit) else {
      throw SVFAPError(.format, "the header claims \(length) bytes; at most \(headerLimit) are read", detail: ["where": "byte 0"])
    }
    guard length <= UInt64(file.size - 8) else {
      throw SVFAPError(
        .format, "the header claims \(length) bytes, but only \(file.size - 8) follow; the file is cut short or not safetensors",
        detail: ["where": "byte 0"])
    }
    return try file.buffer(8..<8 + Int(length))
  }

  /// The tensor of that name, or nil.
  package subscript(name: String) -> TensorEntry? { indices[name].map { tensors[$0] } }

  /// Reads the raw bytes of a tensor.
  package func read(_ tensor: TensorEntry, into target: UnsafeMutableRawBufferPointer) throws(SVFAPError) {
    guard target.count == tensor.range.count else {
      throw SVFAPError(.shape, "tensor \"\(tensor.name)\" has \(tensor.range.count) bytes, \(target.count) were asked for")
    }
    try file.read(at: tensor.range.lowerBound, into: target)
  }

  /// Reads a tensor of real numbers as float32, once, into its final place, and returns the CRC-32C of its bytes.
  ///
  /// - Throws: `shape` if it has not `count` elements, `format` if its elements are no real numbers.
  @discardableResult
  package func readFloats(_ tensor: TensorEntry, into target: UnsafeMutablePointer<Float>, count: Int) throws(SVFAPError) -> UInt32 {
    guard tensor.count == count else {
      throw SVFAPError(.shape, "tensor \"\(tensor.name)\" has \(tensor.count) elements, \(count) are needed")
    }
    guard tensor.type.isFloatingPoint else {
      throw SVFAPError(.format, "tensor \"\(tensor.name)\" is of type \(tensor.type.rawValue); real numbers are needed")
    }
    if tensor.type == .float32 {
      let bytes = UnsafeMutableRawBufferPointer(start: target, count: tensor.range.count)
      try file.read(at: tensor.range.lowerBound, into: bytes)
      return CRC32C.of(UnsafeRawBufferPointer(bytes))
    }
    return try convert(tensor, into: target)
  }

  private func convert(_ tensor: TensorEntry, into target: UnsafeMutablePointer<Float>) throws(SVFAPError) -> UInt32 {
    var checksum = CRC32C()
    let block = 1 << 16
    let size = tensor.type.size
    let buffer = try ByteBuffer(count: min(block, tensor.count) * size)
    for start in stride(from: 0, to: tensor.count, by: block) {
      let count = min(block, tensor.count - start)
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[0..<count * size])
      try file.read(at: tensor.range.lowerBound + start * size, into: piece)
      checksum.add(UnsafeRawBufferPointer(piece))
      tensor.type.convert(UnsafeRawBufferPointer(piece), count: count, into: target + start)
    }
    return checksum.value
  }
}
