/// Operations whose tables come from a frame's own histograms, one a channel. Every frame of a clip has its own tables,
/// as in the released code, which hands the frames to Pillow one by one.
enum HistogramOperations {
  /// Stretches the values of each channel to 0...255.
  static func autoContrast(_ source: PictureClip, into target: PictureClip) {
    apply(source, into: target) { histogram, table in
      guard let low = histogram.firstIndex(where: { $0 > 0 }), let high = histogram.lastIndex(where: { $0 > 0 }), low < high else { return }
      let scale = 255 / Double(high - low)
      let offset = -Double(low) * scale
      for value in 0..<256 { table[value] = UInt8(truncatingIfNeeded: min(max(Int(Double(value) * scale + offset), 0), 255)) }
    }
  }

  /// Spreads the values of each channel evenly.
  static func equalize(_ source: PictureClip, into target: PictureClip) {
    apply(source, into: target) { histogram, table in
      guard let last = histogram.lastIndex(where: { $0 > 0 }), histogram.firstIndex(where: { $0 > 0 }) != last else { return }
      let step = (source.width * source.height - histogram[last]) / 255
      guard step > 0 else { return }
      var sum = step / 2
      for value in 0..<256 {
        table[value] = UInt8(truncatingIfNeeded: min(sum / step, 255))
        sum += histogram[value]
      }
    }
  }

  /// Calls `makeTable` with the 256 counts of each channel of each frame and a table that holds the identity.
  private static func apply(
    _ source: PictureClip, into target: PictureClip,
    _ makeTable: (UnsafeMutableBufferPointer<Int>, UnsafeMutableBufferPointer<UInt8>) -> Void
  ) {
    let pixels = source.width * source.height
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 256) { histogram in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { table in
        for index in 0..<source.frames {
          for channel in 0..<3 {
            let from = source.frame(index) + channel
            let to = target.frame(index) + channel
            histogram.update(repeating: 0)
            for pixel in 0..<pixels { histogram[Int(from[3 &* pixel])] &+= 1 }
            for value in 0..<256 { table[value] = UInt8(truncatingIfNeeded: value) }
            makeTable(histogram, table)
            for pixel in 0..<pixels { to[3 &* pixel] = table[Int(from[3 &* pixel])] }
          }
        }
      }
    }
  }
}
