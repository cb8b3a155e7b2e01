/// `count` numbers in [-1, 1) that any language can make again: splitmix64 of (FNV-1a-64(name) + seed + i), its top 24
/// bits over 2^23, less 1 (Tests/Fixtures/goldens/README.md).
package func stream(_ name: String, seed: UInt64, count: Int) -> [Float] {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  let start = hash &+ seed
  return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
    for index in 0..<count {
      var z = start &+ UInt64(index) &+ 0x9E37_79B9_7F4A_7C15
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      z = z ^ (z >> 31)
      buffer[index] = Float(z >> 40) / 8_388_608 - 1
    }
    filled = count
  }
}
