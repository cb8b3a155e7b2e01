import Glibc

/// Random numbers without hidden state: number `index` of stream `name` under a seed is always the same, whichever
/// thread asks and in whichever order.
///
/// A stream is keyed by FNV-1a of its name and the seed; number `index` is what splitmix64 (Steele, Lea, Flood 2014)
/// gives after `index` steps from that key.
package struct CounterRandom: Sendable {
  private let key: UInt64

  package init(seed: UInt64, stream name: String) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    // Mixed once, so that neighbouring seeds do not give shifted copies of one stream.
    key = Self.mix(hash &+ Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15))
  }

  /// splitmix64's finaliser.
  @inline(__always)
  package static func mix(_ state: UInt64) -> UInt64 {
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 64 random bits.
  @inline(__always)
  package func bits(_ index: UInt64) -> UInt64 { Self.mix(key &+ index &* 0x9E37_79B9_7F4A_7C15) }

  /// Uniform in [0, 1).
  @inline(__always)
  package func uniform(_ index: UInt64) -> Double { Double(bits(index) >> 11) * 0x1p-53 }

  /// Uniform integer in 0..<bound; `bound` is at least 1.
  package func integer(_ index: UInt64, below bound: Int) -> Int {
    Int(bits(index).multipliedFullWidth(by: UInt64(max(bound, 1))).high)
  }

  /// Standard normal (Box-Muller on numbers 2 index and 2 index + 1 of the stream).
  package func normal(_ index: UInt64) -> Double {
    let radius = (-2 * log(1 - uniform(2 &* index))).squareRoot()
    return radius * cos(2 * .pi * uniform(2 &* index &+ 1))
  }

  /// A permutation of 0..<count (Fisher-Yates).
  package func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, integer(UInt64(last), below: last + 1))
    }
    return order
  }
}
