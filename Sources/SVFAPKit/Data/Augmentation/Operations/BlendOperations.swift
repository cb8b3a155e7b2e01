/// deg + factor * (value - deg) in float32, truncated and clipped: how Pillow's enhancers move a picture away from, or
/// towards, a degenerate version of it.
enum Blend {
  @inline(__always)
  static func value(from degenerate: UInt8, to value: UInt8, _ factor: Float) -> UInt8 {
    let start = Float(degenerate)
    let blended = start + factor * (Float(value) - start)
    return UInt8(truncatingIfNeeded: Int32(min(max(blended, 0), 255)))
  }

  /// Blends `count` bytes. The operands come first so that the loop has neither calls nor checks of conversions.
  static func row(
    _ degenerate: UnsafePointer<UInt8>, _ values: UnsafePointer<UInt8>, _ factor: Float, into target: UnsafeMutablePointer<UInt8>,
    count: Int
  ) {
    for index in 0..<count {
      let start = Float(degenerate[index])
      var blended = start + factor * (Float(values[index]) - start)
      blended = blended < 0 ? 0 : blended
      blended = blended > 255 ? 255 : blended
      // Adding 2^23 rounds to a whole number, kept in the low bits; one less where that was upwards.
      let shifted = blended + 0x1p23
      let isUp: UInt32 = shifted - 0x1p23 > blended ? 1 : 0
      target[index] = UInt8(truncatingIfNeeded: shifted.bitPattern &- isUp)
    }
  }
}

/// Operations that blend every pixel with a picture made from its surroundings or channels.
enum BlendOperations {
  /// Blends with the grey picture.
  static func color(_ source: PictureClip, factor: Float, into target: PictureClip) {
    let count = source.rowBytes
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { buffer in
      guard let grey = buffer.baseAddress else { return }
      for row in 0..<source.frames * source.height {
        let from = source.pixels + row * count
        for pixel in 0..<source.width {
          let level = GreyLevel.of(from[3 &* pixel], from[3 &* pixel &+ 1], from[3 &* pixel &+ 2])
          grey[3 &* pixel] = level
          grey[3 &* pixel &+ 1] = level
          grey[3 &* pixel &+ 2] = level
        }
        Blend.row(grey, from, factor, into: target.pixels + row * count, count: count)
      }
    }
  }

  /// Blends with the picture smoothed by [1 1 1; 1 5 1; 1 1 1] / 13. Pixels at the border stay.
  static func sharpness(_ source: PictureClip, factor: Float, into target: PictureClip) {
    target.copy(from: source)
    guard source.width > 2, source.height > 2 else { return }
    let count = source.rowBytes
    withUnsafeTemporaryAllocation(of: UInt16.self, capacity: count) { columns in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { smooth in
        guard let columns = columns.baseAddress, let smooth = smooth.baseAddress else { return }
        for index in 0..<source.frames {
          for row in 1..<source.height - 1 {
            let from = source.frame(index) + row * count
            smoothRow(from, count: count, columns, into: smooth)
            let inner = 3..<count - 3
            Blend.row(smooth + 3, from + 3, factor, into: target.frame(index) + row * count + 3, count: inner.count)
          }
        }
      }
    }
  }

  /// Rounded mean of the nine neighbours of each inner byte of a row, the byte itself five times. Whole numbers suffice:
  /// a thirteenth never lies half-way between two.
  private static func smoothRow(
    _ row: UnsafePointer<UInt8>, count: Int, _ columns: UnsafeMutablePointer<UInt16>, into smooth: UnsafeMutablePointer<UInt8>
  ) {
    let above = row - count
    let below = row + count
    for index in 0..<count { columns[index] = UInt16(above[index]) &+ UInt16(row[index]) &+ UInt16(below[index]) }
    for index in 3..<count - 3 {
      let sum = columns[index &- 3] &+ columns[index] &+ columns[index &+ 3] &+ 4 &* UInt16(row[index])
      smooth[index] = UInt8(truncatingIfNeeded: (2 &* sum &+ 13) / 26)
    }
  }
}
