import Data
import Video

extension PictureClip {
  /// A clip of these pixels (t, h, w, 3).
  convenience init(_ rgb: [UInt8], frames: Int, height: Int, width: Int) throws {
    try self.init(frames: frames, height: height, width: width)
    for (index, byte) in rgb.prefix(frames * frameBytes).enumerated() { pixels[index] = byte }
  }

  /// A clip whose pixels follow a formula.
  convenience init(frames: Int, height: Int, width: Int, _ value: (_ t: Int, _ y: Int, _ x: Int, _ c: Int) -> Int) throws {
    var rgb: [UInt8] = []
    for t in 0..<frames {
      for y in 0..<height {
        for x in 0..<width {
          for c in 0..<3 { rgb.append(UInt8(truncatingIfNeeded: value(t, y, x, c))) }
        }
      }
    }
    try self.init(rgb, frames: frames, height: height, width: width)
  }

  var bytes: [UInt8] { Array(UnsafeBufferPointer(start: pixels, count: frames * frameBytes)) }

  /// Frame `index` as a source gives it. The clip must outlive it.
  func asFrame(_ index: Int, isDamaged: Bool = false) -> Frame {
    Frame(
      index: index, time: Double(index) / 25, width: width, height: height, rowBytes: rowBytes, rgb: frame(index), isDamaged: isDamaged)
  }
}
