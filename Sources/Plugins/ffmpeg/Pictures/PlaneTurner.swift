import CFFmpeg
import PluginKit

/// Turns pictures upright, plane by plane, in the format that they are stored in.
///
/// Turning before the conversion to RGB is what the ffmpeg command does, and the results of the two orders differ where chroma is
/// interpolated.
enum PlaneTurner {
  /// Whether pictures of a format can be turned: samples of whole bytes, and chroma halved alike in both directions.
  static func canTurn(_ format: AVPixelFormat) -> Bool {
    guard let description = av_pix_fmt_desc_get(format)?.pointee else { return false }
    let refused = AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_PAL
    return description.flags & UInt64(refused) == 0 && description.log2_chroma_w == description.log2_chroma_h
  }

  /// The picture upright, with the facts (colour, times) of the original.
  static func turn(_ source: Picture, _ orientation: Orientation) throws(PluginError) -> Picture {
    let size = orientation.size(width: source.width, height: source.height)
    let target = try Picture(width: Int32(size.width), height: Int32(size.height), format: source.format)
    guard av_frame_copy_props(target.pointer, source.pointer) >= 0, let description = av_pix_fmt_desc_get(source.format)?.pointee else {
      throw PluginError.noMemory("a turned picture")
    }
    var steps = [Int32](repeating: 0, count: 4)
    withUnsafePointer(to: description) { av_image_fill_max_pixsteps(&steps, nil, $0) }
    for index in 0..<4 {
      guard let from = source.plane(index), let to = target.plane(index), steps[index] > 0 else { continue }
      let shift = index == 1 || index == 2 ? Int(description.log2_chroma_w) : 0
      let width = (size.width + (1 << shift) - 1) >> shift
      let height = (size.height + (1 << shift) - 1) >> shift
      turn(from, to, width: width, height: height, step: Int(steps[index]), orientation)
    }
    return target
  }

  /// - Parameters:
  ///   - width, height: of the target plane, in samples.
  ///   - step: bytes a sample.
  private static func turn(
    _ source: (data: UnsafeMutablePointer<UInt8>, rowBytes: Int), _ target: (data: UnsafeMutablePointer<UInt8>, rowBytes: Int), width: Int,
    height: Int, step: Int, _ orientation: Orientation
  ) {
    // Going right in the target means going `across` bytes in the source, going down means `down` bytes.
    var across = orientation.isTransposed ? source.rowBytes : step
    var down = orientation.isTransposed ? step : source.rowBytes
    var start = source.data
    if orientation.mirrorsColumns {
      start += (width - 1) * across
      across = -across
    }
    if orientation.mirrorsRows {
      start += (height - 1) * down
      down = -down
    }
    for y in 0..<height {
      var from = start + y * down
      var to = target.data + y * target.rowBytes
      switch step {
      case 1:
        for _ in 0..<width {
          to.pointee = from.pointee
          from += across
          to += 1
        }
      default:
        for _ in 0..<width {
          for byte in 0..<step { to[byte] = from[byte] }
          from += across
          to += step
        }
      }
    }
  }
}
