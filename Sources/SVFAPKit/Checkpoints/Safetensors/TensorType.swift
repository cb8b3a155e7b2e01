import Base

/// Element types of the safetensors format.
package enum TensorType: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case int16 = "I16"
  case uint16 = "U16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int32 = "I32"
  case uint32 = "U32"
  case float32 = "F32"
  case float64 = "F64"
  case int64 = "I64"
  case uint64 = "U64"

  /// Bytes of an element.
  package var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Bytes of a tensor, or nil if they overflow or the shape makes no sense.
  package func byteCount(of shape: [Int]) -> Int? {
    guard let count = elementCount(shape) else { return nil }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    return overflow ? nil : bytes
  }

  /// Whether elements are real numbers that can become float32.
  package var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }
}

extension TensorType {
  /// Makes float32 of `count` elements, which must be real numbers.
  ///
  /// - Parameter bytes: `count` elements, lowest byte first, at any address.
  func convert(_ bytes: UnsafeRawBufferPointer, count: Int, into target: UnsafeMutablePointer<Float>) {
    for index in 0..<count {
      target[index] =
        switch self {
        case .float16: HalfPrecision.float16(bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        case .bfloat16: HalfPrecision.bfloat16(bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        case .float64: Float(bytes.loadUnaligned(fromByteOffset: index * 8, as: Double.self))
        default: bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
        }
    }
  }
}

/// A tensor of a file: what it is and where its bytes lie.
package struct TensorEntry: Sendable {
  package let name: String
  package let type: TensorType
  package let shape: [Int]
  /// Bytes, counted from the start of the file.
  package let range: Range<Int>

  /// How many elements it has.
  package var count: Int { (range.upperBound - range.lowerBound) / type.size }
}

/// float16 and bfloat16 as float32.
package enum HalfPrecision {
  package static func float16(_ bits: UInt16) -> Float { Float(Float16(bitPattern: bits)) }
  package static func bfloat16(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}
