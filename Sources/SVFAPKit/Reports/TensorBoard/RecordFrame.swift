import Base

/// The frame of a record in a TFRecord file: length (8 bytes), masked checksum of the length, the record, masked checksum
/// of the record; all little endian.
enum RecordFrame {
  static func framed(_ record: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(record.count))
    return length + littleEndian(maskedChecksum(length)) + record + littleEndian(maskedChecksum(record))
  }

  /// CRC-32C, rotated and shifted: a checksum of bytes that hold checksums themselves would be weak.
  private static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
    let crc = bytes.withUnsafeBytes { CRC32C.of($0) }
    // Defined modulo 2^32.
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }

  private static func littleEndian<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
