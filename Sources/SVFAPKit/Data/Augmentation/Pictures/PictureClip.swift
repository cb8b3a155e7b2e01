import Base
import Glibc
import Video

/// Frames of one size: 8-bit RGB, (t, h, w, 3) without gaps.
///
/// The memory is the C allocator's: a size that cannot be had is an error. Whoever shares a clip between threads decides
/// who writes.
package final class PictureClip: @unchecked Sendable {
  package let frames: Int
  package let height: Int
  package let width: Int
  package let pixels: UnsafeMutablePointer<UInt8>  // (t, h, w, 3)

  /// Bytes behind the last pixel that may be read: kernels load a pixel as four bytes.
  private static let margin = 64
  /// Largest extent and size: far beyond anything that is trained on.
  private static let extentLimit = 1 << 20
  private static let byteLimit = 1 << 40

  /// Black frames.
  ///
  /// - Throws: `shape` if an extent is below 1, `limit` if the size is absurd, `noMemory` if the system has no more.
  package init(frames: Int, height: Int, width: Int) throws(SVFAPError) {
    guard frames > 0, height > 0, width > 0 else {
      throw SVFAPError(.shape, "a clip of \(frames) frames of \(width) x \(height) pixels; at least one of each is needed")
    }
    guard let bytes = elementCount([frames, height, width, 3]), bytes <= Self.byteLimit, max(frames, height, width) <= Self.extentLimit
    else {
      throw SVFAPError(.limit, "a clip of \(frames) frames of \(width) x \(height) pixels is too large")
    }
    var memory: UnsafeMutableRawPointer?
    guard posix_memalign(&memory, 64, bytes + Self.margin) == 0, let memory else {
      throw SVFAPError(.noMemory, "no memory for \(frames) frames of \(width) x \(height) pixels (\(bytes >> 20) MiB)")
    }
    memset(memory, 0, bytes + Self.margin)
    pixels = memory.bindMemory(to: UInt8.self, capacity: bytes + Self.margin)
    self.frames = frames
    self.height = height
    self.width = width
  }

  deinit { free(pixels) }

  /// Bytes of a row.
  package var rowBytes: Int { 3 * width }
  /// Bytes of a frame.
  package var frameBytes: Int { 3 * width * height }

  /// First pixel of frame `index`, which must be one of the clip's.
  package func frame(_ index: Int) -> UnsafeMutablePointer<UInt8> { pixels + index * frameBytes }

  /// Whether another clip has the same extents.
  package func hasShape(of other: PictureClip) -> Bool {
    frames == other.frames && height == other.height && width == other.width
  }

  /// Takes the pixels of a clip of the same shape.
  package func copy(from other: PictureClip) {
    guard hasShape(of: other) else { return }
    pixels.update(from: other.pixels, count: frames * frameBytes)
  }

  /// Writes the clip (3, t, h, w), normalised.
  package func normalize(_ normalizer: ClipNormalizer, into clip: UnsafeMutablePointer<Float>) {
    for index in 0..<frames {
      normalizer.write(frame(index), frame: index, of: frames, pixels: width * height, into: clip)
    }
  }
}
