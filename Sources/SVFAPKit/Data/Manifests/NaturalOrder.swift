/// The order in which people number files: runs of digits compare by their value, so `2.jpg` comes before `10.jpg`.
///
/// Numbers of one value compare by their length (`1` before `01`); everything else by its bytes.
package func naturallyPrecedes(_ left: String, _ right: String) -> Bool {
  var left = left
  var right = right
  return left.withUTF8 { a in right.withUTF8 { b in naturallyPrecedes(a, b) } }
}

private func naturallyPrecedes(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
  var (i, j) = (0, 0)
  // The first difference that matters only if there is no other one: leading zeros.
  var zeros = 0
  while i < a.count, j < b.count {
    guard isDigit(a[i]), isDigit(b[j]) else {
      if a[i] != b[j] { return a[i] < b[j] }
      i += 1
      j += 1
      continue
    }
    let (leftStart, rightStart) = (i, j)
    let (left, right) = (number(a, &i), number(b, &j))
    if left.count != right.count { return left.count < right.count }
    for (x, y) in zip(a[left], b[right]) where x != y { return x < y }
    if zeros == 0 { zeros = (left.lowerBound - leftStart) - (right.lowerBound - rightStart) }
  }
  if a.count - i != b.count - j { return a.count - i < b.count - j }
  return zeros < 0
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

/// The significant digits of the number at `position`, which moves behind it.
private func number(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int) -> Range<Int> {
  var first = position
  while first < bytes.count, bytes[first] == 0x30 { first += 1 }
  position = first
  while position < bytes.count, isDigit(bytes[position]) { position += 1 }
  return first..<position
}
