import Base
import Glibc
import Video

/// Hides random boxes of the normalised clip (Zhong et al. 2020; published c.6): the same boxes in all frames ("cube").
package struct RandomErasing: Sendable, Equatable {
  /// What boxes are filled with.
  package enum Mode: String, Sendable, CaseIterable {
    /// Standard normal noise, drawn for every pixel, channel and frame.
    case pixel
    /// Zeros: the mean colour.
    case const
  }

  /// How often a clip is touched at all.
  package var probability = 0.25
  package var mode = Mode.pixel
  /// Boxes a clip; they share the area.
  package var count = 1
  /// Smallest and largest share of the area.
  package var area = 0.02...1.0 / 3
  /// Smallest height / width; the largest is its inverse.
  package var aspect = 0.3

  private static let tries = 100

  package init() {}

  /// Draws the boxes for frames of this size; most clips get none.
  package func draw(height: Int, width: Int, _ random: inout RandomSequence) -> [PixelBox] {
    guard random.chance(probability) else { return [] }
    var boxes: [PixelBox] = []
    let spread = log(aspect)...(-log(aspect))
    for _ in 0..<count {
      for _ in 0..<Self.tries {
        let target = random.uniform(in: area) * Double(height * width) / Double(count)
        let ratio = exp(random.uniform(in: spread))
        let h = Int((target * ratio).squareRoot().rounded(.toNearestOrEven))
        let w = Int((target / ratio).squareRoot().rounded(.toNearestOrEven))
        // A box is smaller than the frame in both directions. One of no pixels counts, as in the released code.
        guard w < width, h < height else { continue }
        boxes.append(PixelBox(x: random.integer(below: width - w + 1), y: random.integer(below: height - h + 1), width: w, height: h))
        break
      }
    }
    return boxes
  }

  /// Fills the boxes in a clip (channels, frames, height, width), in place.
  package func apply(
    _ boxes: [PixelBox], _ clip: UnsafeMutablePointer<Float>, planes: Int, height: Int, width: Int, _ random: inout RandomSequence
  ) {
    for box in boxes {
      for plane in 0..<planes {
        for row in box.y..<box.y + box.height {
          let line = clip + (plane * height + row) * width + box.x
          switch mode {
          case .pixel: Self.fillNoise(line, count: box.width, &random)
          case .const: line.update(repeating: 0, count: box.width)
          }
        }
      }
    }
  }

  /// Standard normal numbers: Box-Muller in float32, two from every 64 random bits. They reach 5.8 deviations.
  private static func fillNoise(_ line: UnsafeMutablePointer<Float>, count: Int, _ random: inout RandomSequence) {
    var index = 0
    while index < count {
      let bits = random.bits()
      let first = Float((bits >> 40) &+ 1) * 0x1p-24  // (0, 1]
      let second = Float((bits >> 8) & 0xFF_FFFF) * 0x1p-24  // [0, 1)
      let radius = (-2 * logf(first)).squareRoot()
      line[index] = radius * cosf(2 * .pi * second)
      if index &+ 1 < count { line[index &+ 1] = radius * sinf(2 * .pi * second) }
      index &+= 2
    }
  }
}
