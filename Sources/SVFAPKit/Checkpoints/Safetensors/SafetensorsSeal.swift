import Base

/// The last tensor of a sealed file: the CRC-32C of every byte before it, header included, little endian.
///
/// Checksums of tensors say nothing about names, shapes and metadata, which are just as fatal when damaged; a sealed
/// file is checked whole, from its first byte to its last.
package enum SafetensorsSeal {
  /// Name of the tensor.
  package static let name = "svfap.seal"
  static let size = 4

  static func headerEntry(at offset: Int64) -> JSONValue {
    [
      "dtype": .string(TensorType.uint8.rawValue), "shape": [.integer(Int64(size))],
      "data_offsets": [.integer(offset), .integer(offset + Int64(size))],
    ]
  }

  static func write(to file: DurableFile) throws(SVFAPError) {
    let result: Result<Void, SVFAPError> = withUnsafeBytes(of: file.checksumSoFar.littleEndian) { bytes in
      do throws(SVFAPError) { return .success(try file.write(bytes)) } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Whether the file ends with the checksum of all that stands before. Reads the whole file through a small buffer.
  ///
  /// - Throws: `io`; `format` if the file became shorter meanwhile.
  static func holds(_ file: InputFile) throws(SVFAPError) -> Bool {
    guard file.size >= 8 + size else { return false }
    let end = file.size - size
    let found = try checksum(of: file, in: 0..<end)
    let stored = try file.bytes(at: end, count: size).withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) }
    return found == stored
  }

  /// CRC-32C of a part of a file.
  static func checksum(of file: InputFile, in range: Range<Int>) throws(SVFAPError) -> UInt32 {
    var checksum = CRC32C()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(1 << 20, max(range.count, 1)), alignment: 16)
    defer { buffer.deallocate() }
    var offset = range.lowerBound
    while offset < range.upperBound {
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[0..<min(buffer.count, range.upperBound - offset)])
      try file.read(at: offset, into: piece)
      checksum.add(UnsafeRawBufferPointer(piece))
      offset += piece.count
    }
    return checksum.value
  }
}
