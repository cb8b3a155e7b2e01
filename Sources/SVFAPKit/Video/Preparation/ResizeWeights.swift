import Base
import Glibc

/// Filters that pictures are resized with.
package enum ResizeFilter: String, Sendable, CaseIterable {
  case bilinear
  case bicubic

  /// Half of its width in source pixels at scale 1.
  fileprivate var support: Double { self == .bilinear ? 1 : 2 }

  fileprivate func value(_ position: Double) -> Double {
    let x = abs(position)
    switch self {
    case .bilinear: return x < 1 ? 1 - x : 0
    case .bicubic:
      // Keys' kernel with a = -0.5.
      if x < 1 { return ((1.5 * x) - 2.5) * x * x + 1 }
      if x < 2 { return (((x - 5) * x + 8) * x - 4) * -0.5 }
      return 0
    }
  }
}

/// Weights of one axis of a resize, as Pillow computes them: a triangle or cubic filter, widened when shrinking, in
/// fixed point with 22 bits behind the point (published c.8).
package struct ResizeWeights: Sendable {
  static let precision = 22

  let input: Int
  let output: Int
  /// Most taps of an output pixel: the distance between rows of `weights`.
  let taps: Int
  /// First source pixel and number of taps of each output pixel.
  let bounds: [(start: Int, count: Int)]
  let weights: [Int32]  // (output, taps)

  /// - Parameter box: where on the source axis the output lies, in source pixels.
  init(input: Int, output: Int, box: Range<Int>, filter: ResizeFilter) {
    let scale = Double(box.count) / Double(output)
    let filterScale = max(scale, 1)
    let support = filter.support * filterScale
    // Pillow multiplies by the reciprocal; a division would round differently now and then.
    let shrink = 1 / filterScale
    taps = Int(support.rounded(.up)) * 2 + 1
    var bounds: [(start: Int, count: Int)] = []
    var weights = [Int32](repeating: 0, count: output * taps)
    for pixel in 0..<output {
      let centre = Double(box.lowerBound) + (Double(pixel) + 0.5) * scale
      let start = max(Int(centre - support + 0.5), 0)
      let end = min(Int(centre + support + 0.5), input)
      var values = (0..<max(end - start, 0)).map { filter.value((Double($0 + start) - centre + 0.5) * shrink) }
      let sum = values.reduce(0, +)
      if sum != 0 { for index in values.indices { values[index] /= sum } }
      for (index, value) in values.enumerated() {
        let scaled = value * Double(1 << Self.precision)
        weights[pixel * taps + index] = Int32(value < 0 ? -0.5 + scaled : 0.5 + scaled)
      }
      bounds.append((start, max(end - start, 0)))
    }
    self.input = input
    self.output = output
    self.bounds = bounds
    self.weights = weights
  }
}
