/// Operations that replace every value by another one, whatever is around it: look-ups in a table of 256 values, for all
/// frames and channels alike.
enum ToneOperations {
  /// 255 - v.
  static func invert(_ source: PictureClip, into target: PictureClip) {
    apply(source, into: target) { UInt8(truncatingIfNeeded: 255 - $0) }
  }

  /// Keeps the top `bits` bits; none leaves black, 8 or more everything.
  static func posterize(_ source: PictureClip, bits: Int, into target: PictureClip) {
    let mask = 0xFF & ~(0xFF >> min(max(bits, 0), 8))
    apply(source, into: target) { UInt8(truncatingIfNeeded: $0 & mask) }
  }

  /// Inverts what is not below the threshold.
  static func solarize(_ source: PictureClip, threshold: Int, into target: PictureClip) {
    apply(source, into: target) { UInt8(truncatingIfNeeded: $0 < threshold ? $0 : 255 - $0) }
  }

  /// Adds `amount`, 0 to 255, to what is below 128.
  static func solarizeAdd(_ source: PictureClip, amount: Int, into target: PictureClip) {
    let amount = min(max(amount, 0), 255)
    apply(source, into: target) { UInt8(truncatingIfNeeded: $0 < 128 ? min($0 + amount, 255) : $0) }
  }

  /// Blends with black: `factor` times the value.
  static func brightness(_ source: PictureClip, factor: Float, into target: PictureClip) {
    apply(source, into: target) { Blend.value(from: 0, to: UInt8(truncatingIfNeeded: $0), factor) }
  }

  /// Blends every frame with a picture of its mean grey.
  static func contrast(_ source: PictureClip, factor: Float, into target: PictureClip) {
    for index in 0..<source.frames {
      let grey = GreyLevel.rounded(mean: GreyLevel.sum(source.frame(index), pixels: source.width * source.height), source)
      let table = (0..<256).map { Blend.value(from: grey, to: UInt8(truncatingIfNeeded: $0), factor) }
      lookUp(source.frame(index), table, into: target.frame(index), count: source.frameBytes)
    }
  }

  /// The table is made once; the closure is not called for pixels.
  private static func apply(_ source: PictureClip, into target: PictureClip, _ value: (Int) -> UInt8) {
    lookUp(source.pixels, (0..<256).map(value), into: target.pixels, count: source.frames * source.frameBytes)
  }

  private static func lookUp(_ source: UnsafePointer<UInt8>, _ table: [UInt8], into target: UnsafeMutablePointer<UInt8>, count: Int) {
    table.withUnsafeBufferPointer { table in
      for index in 0..<count { target[index] = table[Int(source[index])] }
    }
  }
}

/// Luma as Pillow computes it: (19595 R + 38470 G + 7471 B + 32768) >> 16.
enum GreyLevel {
  @inline(__always)
  static func of(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    UInt8(truncatingIfNeeded: (19595 &* UInt32(red) &+ 38470 &* UInt32(green) &+ 7471 &* UInt32(blue) &+ 0x8000) >> 16)
  }

  static func sum(_ rgb: UnsafePointer<UInt8>, pixels: Int) -> Int {
    var sum = 0
    for pixel in 0..<pixels { sum &+= Int(of(rgb[3 &* pixel], rgb[3 &* pixel &+ 1], rgb[3 &* pixel &+ 2])) }
    return sum
  }

  /// The mean of a frame, rounded half up.
  static func rounded(mean sum: Int, _ clip: PictureClip) -> UInt8 {
    UInt8(truncatingIfNeeded: Int(Double(sum) / Double(clip.width * clip.height) + 0.5))
  }
}
