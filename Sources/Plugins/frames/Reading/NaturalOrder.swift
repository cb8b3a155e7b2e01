/// The order of frames by their names: runs of digits count as numbers, so that frame2 comes before frame10; everything
/// else counts byte by byte. Names that differ only in leading zeros stand in plain byte order.
///
/// Names whose numbers are padded to one width stand as in plain byte order, which is how published code sorts them.
enum NaturalOrder {
  /// Whether one name comes before another. Both end in NUL.
  static func precedes(_ first: UnsafePointer<UInt8>, _ second: UnsafePointer<UInt8>) -> Bool {
    var a = first
    var b = second
    while a.pointee != 0, b.pointee != 0 {
      if isDigit(a.pointee), isDigit(b.pointee) {
        let left = Number(&a)
        let right = Number(&b)
        if let isLess = left.differs(from: right) { return isLess }
      } else {
        if a.pointee != b.pointee { return a.pointee < b.pointee }
        a += 1
        b += 1
      }
    }
    if a.pointee != b.pointee { return a.pointee == 0 }
    return bytesPrecede(first, second)
  }

  private static func bytesPrecede(_ first: UnsafePointer<UInt8>, _ second: UnsafePointer<UInt8>) -> Bool {
    var index = 0
    while first[index] != 0, first[index] == second[index] { index += 1 }
    return first[index] < second[index]
  }

  fileprivate static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

  /// A run of digits, of any length, without its leading zeros.
  private struct Number {
    let digits: UnsafePointer<UInt8>
    let count: Int

    /// Takes the run that begins at `text`, and moves behind it.
    init(_ text: inout UnsafePointer<UInt8>) {
      while text.pointee == UInt8(ascii: "0") { text += 1 }
      digits = text
      while isDigit(text.pointee) { text += 1 }
      count = text - digits
    }

    /// Whether this number is less than another; nil if they are equal.
    func differs(from other: Number) -> Bool? {
      if count != other.count { return count < other.count }
      for index in 0..<count where digits[index] != other.digits[index] { return digits[index] < other.digits[index] }
      return nil
    }
  }
}
