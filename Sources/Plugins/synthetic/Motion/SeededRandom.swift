/// Numbers that depend on a seed, a name and an index, and on nothing else: the same on every machine, in any order.
struct SeededRandom {
  private let start: UInt64

  /// - Parameter stream: what the numbers are for; streams of different names have nothing to do with each other.
  init(seed: UInt64, stream: String) {
    // FNV-1a over the name, then the seed mixed in, so that neighbouring seeds do not share numbers.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    start = Self.mixed(hash ^ Self.mixed(seed))
  }

  /// Output function of splitmix64 (Steele, Lea and Flood 2014).
  @inline(__always)
  static func mixed(_ state: UInt64) -> UInt64 {
    var z = state &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 64 random bits.
  func bits(_ index: UInt64) -> UInt64 { Self.mixed(start &+ index &* 0x9E37_79B9_7F4A_7C15) }

  /// A number in [0, 1).
  func uniform(_ index: UInt64) -> Double { Double(bits(index) >> 11) / 9_007_199_254_740_992 }

  /// A number in a range.
  func uniform(_ index: UInt64, in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * Float(uniform(index))
  }

  /// One of several things.
  func choice<Element>(_ index: UInt64, of elements: [Element]) -> Element {
    elements[Int(bits(index) % UInt64(elements.count))]
  }
}
