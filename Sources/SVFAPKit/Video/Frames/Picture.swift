/// An RGB picture in memory, rows without gaps.
package struct Picture: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// R, G, B, R, G, B ..., `3 * width * height` bytes.
  package var rgb: [UInt8]

  package init(width: Int, height: Int, rgb: [UInt8]) {
    self.width = width
    self.height = height
    self.rgb = rgb
  }

  /// One colour everywhere.
  package init(width: Int, height: Int, gray: UInt8) {
    self.init(width: width, height: height, rgb: [UInt8](repeating: gray, count: 3 * width * height))
  }

  /// Draws `other` with its upper left corner at (x, y). It must lie inside.
  package mutating func draw(_ other: Picture, x: Int, y: Int) {
    for row in 0..<other.height {
      let target = ((y + row) * width + x) * 3
      rgb.replaceSubrange(target..<target + other.width * 3, with: other.rgb[row * other.width * 3..<(row + 1) * other.width * 3])
    }
  }
}
