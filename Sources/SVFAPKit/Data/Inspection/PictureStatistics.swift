import Video

/// Colours of the pictures of a clip, summed up.
package struct PictureStatistics: Sendable {
  /// Pixels that are looked at in one frame; larger frames are read with gaps.
  package static let pixelsPerFrame = 20_000
  /// A pixel whose channels lie this close together is grey, in levels of 255: JPEG and video code colour coarsely.
  package static let greyTolerance = 3

  package private(set) var frames = 0
  package private(set) var pixels = 0
  // In levels of 255: whole numbers, so that sums are exact.
  private var sums = [0, 0, 0]
  private var squares = [0, 0, 0]
  private var grey = 0
  private var skin = 0
  private var swappedSkin = 0

  package init() {}

  /// Adds the part of a frame that lies in `box`. A frame without a picture adds nothing.
  package mutating func add(_ frame: Frame, box: PixelBox) {
    guard let rgb = frame.rgb, box.width > 0, box.height > 0, box.x >= 0, box.y >= 0, box.x + box.width <= frame.width,
      box.y + box.height <= frame.height
    else { return }
    // Odd gaps: even ones would see only half of a pattern of blocks, which codecs make.
    var step = 1
    while box.width / step * (box.height / step) > Self.pixelsPerFrame { step += 2 }
    var sum = SIMD4<Int>.zero
    var square = SIMD4<Int>.zero
    for y in stride(from: box.y, to: box.y + box.height, by: step) {
      let row = rgb + y * frame.rowBytes
      for x in stride(from: box.x, to: box.x + box.width, by: step) {
        let (red, green, blue) = (Int(row[3 * x]), Int(row[3 * x + 1]), Int(row[3 * x + 2]))
        let value = SIMD4(red, green, blue, 0)
        // At most 20,000 pixels of 255² a frame: far from the end of 64 bits.
        sum &+= value
        square &+= value &* value
        pixels += 1
        if max(red, green, blue) - min(red, green, blue) <= Self.greyTolerance { grey += 1 }
        if Self.isSkin(red, green, blue) { skin += 1 }
        if Self.isSkin(blue, green, red) { swappedSkin += 1 }
      }
    }
    for channel in 0..<3 {
      sums[channel] += sum[channel]
      squares[channel] += square[channel]
    }
    frames += 1
  }

  /// Adds the pictures of another clip.
  package mutating func add(_ other: PictureStatistics) {
    frames += other.frames
    pixels += other.pixels
    grey += other.grey
    skin += other.skin
    swappedSkin += other.swappedSkin
    for channel in 0..<3 {
      sums[channel] += other.sums[channel]
      squares[channel] += other.squares[channel]
    }
  }

  /// Mean of each channel, R, G and B, from 0 to 1; zeros without pixels.
  package var mean: [Double] { sums.map { pixels > 0 ? Double($0) / Double(pixels) / 255 : 0 } }

  /// Standard deviation of each channel over all pixels, from 0 to 0.5.
  package var deviation: [Double] {
    zip(sums, squares).map { sum, square in
      guard pixels > 0 else { return 0 }
      let mean = Double(sum) / Double(pixels)
      return max(Double(square) / Double(pixels) - mean * mean, 0).squareRoot() / 255
    }
  }

  /// Whether there is hardly anything to see: one brightness everywhere.
  package var isFlat: Bool { pixels > 0 && deviation.allSatisfy { $0 < 0.01 } }

  /// Whether the pictures are grey though they come in three channels: at least 99.5 % of all pixels.
  package var isGrey: Bool { pixels > 0 && Double(grey) >= 0.995 * Double(pixels) }

  /// Whether red and blue seem to be swapped: with the channels exchanged at least 5 % of the pixels have the colour of skin,
  /// and at least four times as many as with the channels as they are.
  package var looksSwapped: Bool { pixels > 0 && Double(swappedSkin) >= 0.05 * Double(pixels) && swappedSkin >= 4 * skin }

  /// The rule for skin in daylight of Kovač, Peer and Solina, "Human skin colour clustering for face detection" (2003).
  static func isSkin(_ red: Int, _ green: Int, _ blue: Int) -> Bool {
    red > 95 && green > 40 && blue > 20 && max(red, green, blue) - min(red, green, blue) > 15 && abs(red - green) > 15 && red > green
      && red > blue
  }
}
