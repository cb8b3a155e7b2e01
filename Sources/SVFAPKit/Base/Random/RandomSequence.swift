import Glibc

/// The numbers of one `CounterRandom` stream, one after another: for draws that need each other's results.
///
/// Two sequences of the same seed and stream give the same numbers, whichever thread asks.
package struct RandomSequence: Sendable {
  private let random: CounterRandom
  private var next: UInt64 = 0

  package init(seed: UInt64, stream name: String) { random = CounterRandom(seed: seed, stream: name) }

  /// 64 random bits.
  package mutating func bits() -> UInt64 {
    defer { next &+= 1 }
    return random.bits(next)
  }

  /// Uniform in [0, 1).
  package mutating func uniform() -> Double { Double(bits() >> 11) * 0x1p-53 }

  /// Uniform in the range; its upper end is drawn only by rounding.
  package mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// True with this probability; never for 0, always for 1.
  package mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  /// Uniform integer in 0..<bound; 0 if `bound` is below 1.
  package mutating func integer(below bound: Int) -> Int {
    Int(bits().multipliedFullWidth(by: UInt64(max(bound, 1))).high)
  }

  /// Standard normal (Box-Muller, one of its pair).
  package mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// Gamma distributed with this shape and scale 1 (Marsaglia and Tsang 2000; shapes below 1 by their boost).
  ///
  /// - Parameter shape: above 0.
  package mutating func gamma(_ shape: Double) -> Double {
    if shape < 1 {
      let boost = pow(1 - uniform(), 1 / shape)
      return gamma(shape + 1) * boost
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let cube = 1 + c * x
      guard cube > 0 else { continue }
      let v = cube * cube * cube
      if log(1 - uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
    }
  }

  /// Beta distributed, symmetric: Beta(shape, shape). 0.5 where both of its gammas are too small to tell apart.
  ///
  /// - Parameter shape: above 0.
  package mutating func beta(_ shape: Double) -> Double {
    let a = gamma(shape)
    let b = gamma(shape)
    return a + b > 0 ? a / (a + b) : 0.5
  }
}
