import CFFmpeg
import PluginKit

/// swscale: pictures from one size and format to another.
final class Scaler {
  /// How the ffmpeg command sets up the scaler that it puts between a decoder and RGB.
  static let commandFlags = SWS_BICUBIC

  private struct Side: Equatable {
    let width: Int32
    let height: Int32
    let format: AVPixelFormat
  }

  private let flags: Int32
  private var context: OpaquePointer?
  private var sides: (source: Side, target: Side)?

  /// - Parameter flags: SWS_... of libswscale.
  init(flags: Int32) { self.flags = flags }

  deinit { sws_freeContext(context) }

  /// Converts a picture to RGB of a given size.
  func scale(
    _ source: Picture, into target: UnsafeMutablePointer<UInt8>, _ rowBytes: Int, width: Int, height: Int
  ) throws(PluginError) {
    try prepare(
      Side(width: Int32(source.width), height: Int32(source.height), format: source.format),
      Side(width: Int32(width), height: Int32(height), format: AV_PIX_FMT_RGB24))
    setColours(of: source)
    var planes: [UnsafeMutablePointer<UInt8>?] = [target, nil, nil, nil]
    var sizes = [Int32(rowBytes), 0, 0, 0]
    let rows = source.withPlanes { data, lines in sws_scale(context, data, lines, 0, Int32(source.height), &planes, &sizes) }
    guard rows == Int32(height) else {
      throw PluginError(Status.format, "a picture of \(source.width) x \(source.height) cannot be converted to RGB")
    }
  }

  /// Converts RGB of a picture's own size to its format.
  func scale(_ source: UnsafePointer<UInt8>, rowBytes: Int, into target: Picture) throws(PluginError) {
    try prepare(
      Side(width: Int32(target.width), height: Int32(target.height), format: AV_PIX_FMT_RGB24),
      Side(width: Int32(target.width), height: Int32(target.height), format: target.format))
    var planes: [UnsafePointer<UInt8>?] = [source, nil, nil, nil]
    var sizes = [Int32(rowBytes), 0, 0, 0]
    let rows = target.withPlanes { data, lines in
      data.withMemoryRebound(to: UnsafeMutablePointer<UInt8>?.self, capacity: 8) {
        sws_scale(context, &planes, &sizes, 0, Int32(target.height), $0, lines)
      }
    }
    guard rows == Int32(target.height) else { throw PluginError(Status.internal, "a picture cannot be converted from RGB") }
  }

  private func prepare(_ source: Side, _ target: Side) throws(PluginError) {
    if let sides, sides == (source, target) { return }
    sws_freeContext(context)
    sides = nil
    context = sws_alloc_context()
    guard let context else { throw PluginError.noMemory("converting pictures") }
    let object = UnsafeMutableRawPointer(context)
    let values: [(String, Int64)] = [
      ("srcw", Int64(source.width)), ("srch", Int64(source.height)), ("src_format", Int64(source.format.rawValue)),
      ("dstw", Int64(target.width)), ("dsth", Int64(target.height)), ("dst_format", Int64(target.format.rawValue)),
      ("sws_flags", Int64(flags)),
      // Chroma lies between two rows in MPEG-2 and what came after it; the command says so for this format only.
      ("src_v_chr_pos", source.format == AV_PIX_FMT_YUV420P ? 128 : -513),
      ("dst_v_chr_pos", target.format == AV_PIX_FMT_YUV420P ? 128 : -513),
    ]
    for (name, value) in values { av_opt_set_int(object, name, value, 0) }
    guard sws_init_context(context, nil, nil) >= 0 else {
      throw PluginError(
        Status.unsupported,
        "pictures of the format \(pixelFormatName(source.format)) cannot be converted to \(pixelFormatName(target.format))")
    }
    sides = (source, target)
  }

  /// Which matrix and range the picture's numbers mean; unspecified ones mean BT.601 and the range of the format.
  private func setColours(of source: Picture) {
    let raw = source.pointer.pointee
    var inverse: UnsafeMutablePointer<Int32>?
    var table: UnsafeMutablePointer<Int32>?
    var (isFull, isTargetFull, brightness, contrast, saturation): (Int32, Int32, Int32, Int32, Int32) = (0, 0, 0, 0, 0)
    sws_getColorspaceDetails(context, &inverse, &isFull, &table, &isTargetFull, &brightness, &contrast, &saturation)
    var space = raw.colorspace.rawValue
    if space < 1 || space > 10 || space == AVCOL_SPC_YCGCO.rawValue { space = AVCOL_SPC_BT470BG.rawValue }
    let coefficients = sws_getCoefficients(Int32(space))
    if raw.color_range != AVCOL_RANGE_UNSPECIFIED { isFull = raw.color_range == AVCOL_RANGE_JPEG ? 1 : 0 }
    sws_setColorspaceDetails(context, coefficients, isFull, coefficients, isTargetFull, brightness, contrast, saturation)
  }
}

/// "yuv420p"
func pixelFormatName(_ format: AVPixelFormat) -> String { av_get_pix_fmt_name(format).map { String(cString: $0) } ?? "unknown" }
