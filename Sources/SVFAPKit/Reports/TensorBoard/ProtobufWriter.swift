/// Writes messages in the wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding): fields of a number
/// and a wire type, one after the other.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  /// Wire types: 0 a variable-length integer, 1 eight bytes, 2 length and bytes, 5 four bytes.
  private mutating func key(_ field: Int, _ wireType: UInt64) { varint(UInt64(field) << 3 | wireType) }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// int32, int64 or an enum.
  mutating func add(_ field: Int, integer value: Int) {
    key(field, 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, double value: Double) {
    key(field, 1)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func add(_ field: Int, float value: Float) {
    key(field, 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  /// bytes, text or a message.
  mutating func add(_ field: Int, bytes value: [UInt8]) {
    key(field, 2)
    varint(UInt64(value.count))
    bytes += value
  }

  mutating func add(_ field: Int, text: String) { add(field, bytes: Array(text.utf8)) }

  /// A message inside this one.
  mutating func add(_ field: Int, message body: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    body(&inner)
    add(field, bytes: inner.bytes)
  }
}
