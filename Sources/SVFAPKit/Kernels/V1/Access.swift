/// Sixteen numbers from any address.
@inline(__always)
func load(_ pointer: UnsafePointer<Float>) -> SIMD16<Float> {
  UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self)
}

/// Sixteen numbers to any address.
@inline(__always)
func store(_ value: SIMD16<Float>, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: SIMD16<Float>.self)
}

/// The last `count` (1 to 15) numbers of a row, padded with `filler`: so that a tail is computed by the same
/// instructions as the rest.
@inline(__always)
func loadTail(_ pointer: UnsafePointer<Float>, _ count: Int, _ filler: Float) -> SIMD16<Float> {
  var value = SIMD16<Float>(repeating: filler)
  for lane in 0..<count { value[lane] = pointer[lane] }
  return value
}

/// The first `count` lanes.
@inline(__always)
func storeTail(_ value: SIMD16<Float>, _ pointer: UnsafeMutablePointer<Float>, _ count: Int) {
  for lane in 0..<count { pointer[lane] = value[lane] }
}
