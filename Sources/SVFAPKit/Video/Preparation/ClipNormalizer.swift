/// Turns resized frames into a network's input: (value / 255 - mean) / deviation, channels first.
package struct ClipNormalizer: Sendable {
  private let table: [Float]  // (3, 256): every 8-bit value of every channel

  package init(_ recipe: PreparationRecipe) {
    var table: [Float] = []
    for channel in 0..<3 {
      for value in 0..<256 {
        table.append((Float(value) / 255 - Float(recipe.mean[channel])) / Float(recipe.deviation[channel]))
      }
    }
    self.table = table
  }

  /// Writes frame `index` of a clip (3, frames, size, size) from RGB pixels (size, size, 3).
  package func write(
    _ rgb: UnsafePointer<UInt8>, frame index: Int, of frames: Int, size: Int, into clip: UnsafeMutablePointer<Float>
  ) {
    write(rgb, frame: index, of: frames, pixels: size * size, into: clip)
  }

  /// Writes frame `index` of a clip (3, frames, h, w) from RGB pixels (h, w, 3); `pixels` is h * w.
  package func write(
    _ rgb: UnsafePointer<UInt8>, frame index: Int, of frames: Int, pixels: Int, into clip: UnsafeMutablePointer<Float>
  ) {
    table.withUnsafeBufferPointer { table in
      for channel in 0..<3 {
        let target = clip + (channel * frames + index) * pixels
        let offset = channel * 256
        for pixel in 0..<pixels { target[pixel] = table[offset &+ Int(rgb[pixel &* 3 &+ channel])] }
      }
    }
  }
}
