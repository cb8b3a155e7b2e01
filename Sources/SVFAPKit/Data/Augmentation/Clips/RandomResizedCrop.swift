import Base
import Glibc
import Video

/// A random part of the clip, resized to the model's size (published c.6). The same part in every frame.
///
/// A comment in the released code says that the smallest share was raised to 0.8; what ran, and what the published
/// figures come from, is 0.08. Set `scale` to [0.8, 1] to get what the comment says.
package struct RandomResizedCrop: Sendable, Equatable {
  /// Smallest and largest share of the area.
  package var scale = 0.08...1.0
  /// Smallest and largest width / height.
  package var ratio = 0.75...1.3333

  private static let tries = 10

  package init() {}

  package init(scale: ClosedRange<Double>, ratio: ClosedRange<Double>) {
    self.scale = scale
    self.ratio = ratio
  }

  /// Draws a part of frames of this size: the whole width or height in the middle if no try fits.
  package func draw(height: Int, width: Int, _ random: inout RandomSequence) -> PixelBox {
    let area = Double(height * width)
    for _ in 0..<Self.tries {
      let target = random.uniform(in: scale) * area
      let aspect = exp(random.uniform(in: log(ratio.lowerBound)...log(ratio.upperBound)))
      // To the even neighbour, as Python rounds.
      let w = Int((target * aspect).squareRoot().rounded(.toNearestOrEven))
      let h = Int((target / aspect).squareRoot().rounded(.toNearestOrEven))
      if w > 0, w <= width, h > 0, h <= height {
        return PixelBox(x: random.integer(below: width - w + 1), y: random.integer(below: height - h + 1), width: w, height: h)
      }
    }
    let aspect = Double(width) / Double(height)
    var w = width
    var h = height
    if aspect < ratio.lowerBound { h = min(max(Int((Double(w) / ratio.lowerBound).rounded()), 1), height) }
    if aspect > ratio.upperBound { w = min(max(Int((Double(h) * ratio.upperBound).rounded()), 1), width) }
    return PixelBox(x: (width - w) / 2, y: (height - h) / 2, width: w, height: h)
  }
}
