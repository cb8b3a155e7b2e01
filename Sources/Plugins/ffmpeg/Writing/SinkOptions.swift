import CFFmpeg
import PluginKit

/// How a video is to be written: the options of the sink with everything left open decided.
struct SinkOptions {
  /// A container: its ending, libav's muxer, and what it holds by default.
  struct Container {
    let ending: String
    let muxer: String
    let codecs: [String]
  }

  /// The first codec that libav can encode is the default.
  static let containers = [
    Container(ending: "mp4", muxer: "mp4", codecs: ["h264", "mpeg4"]),
    Container(ending: "m4v", muxer: "mp4", codecs: ["h264", "mpeg4"]),
    Container(ending: "mov", muxer: "mov", codecs: ["h264", "mpeg4"]),
    Container(ending: "mkv", muxer: "matroska", codecs: ["h264", "mpeg4"]),
    Container(ending: "webm", muxer: "webm", codecs: ["vp9"]),
    Container(ending: "avi", muxer: "avi", codecs: ["mpeg4"]),
  ]

  /// Encoders of libav by the names of the option "codec"; of one pair, the second keeps RGB without loss.
  private static let encoders: [String: (usual: String, lossless: String?)] = [
    "h264": ("libx264", "libx264rgb"), "mpeg4": ("mpeg4", nil), "mjpeg": ("mjpeg", nil), "vp9": ("libvpx-vp9", "libvpx-vp9"),
    "ffv1": ("ffv1", "ffv1"),
  ]

  let container: Container
  let encoder: UnsafePointer<AVCodec>
  let pixelFormat: AVPixelFormat
  let isLossless: Bool
  /// 0 ... 100
  let quality: Int
  /// Frames from one key frame to the next.
  let gop: Int

  /// The container that a path's ending asks for.
  static func container(of path: String) -> Container? {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    let ending = path[path.index(after: dot)...].lowercased()
    return containers.first { $0.ending == ending }
  }

  /// - Parameter path: nil for memory.
  /// - Throws: `config` for options that do not go together, `unsupported` if libav has no fitting encoder.
  init(_ options: borrowing Options, path: String?, width: Int, height: Int) throws(PluginError) {
    container = try Self.container(options, path)
    isLossless = options.has("lossless") ? try options.flag("lossless") : false
    quality = options.has("quality") ? try options.integer("quality") : 80
    gop = options.has("gop") ? try options.integer("gop") : 50
    guard (0...100).contains(quality), (1...10_000).contains(gop) else {
      throw PluginError(Status.config, "options \"quality\" and \"gop\": expected 0 to 100 and 1 to 10000")
    }
    encoder = try Self.encoder(options.has("codec") ? options.text("codec") : "auto", container, isLossless: isLossless)
    pixelFormat = try Self.pixelFormat(
      options.has("pixel_format") ? options.text("pixel_format") : "auto", encoder, isLossless: isLossless,
      isOdd: width % 2 != 0 || height % 2 != 0)
  }

  private static func container(_ options: borrowing Options, _ path: String?) throws(PluginError) -> Container {
    let format = options.has("format") ? try options.text("format") : "auto"
    let endings = containers.map(\.ending).joined(separator: ", ")
    if format != "auto" {
      guard let container = containers.first(where: { $0.ending == format }) else {
        throw PluginError(Status.config, "option \"format\": expected one of \(endings), found \"\(format)\"")
      }
      return container
    }
    guard let path else { throw PluginError(Status.config, "option \"format\" is needed to write to memory: one of \(endings)") }
    guard let container = container(of: path) else {
      throw PluginError(
        Status.unsupported, "\(path): videos are written to names ending in one of \(endings), or give the option \"format\"")
    }
    return container
  }

  private static func encoder(_ codec: String, _ container: Container, isLossless: Bool) throws(PluginError) -> UnsafePointer<AVCodec> {
    let muxer = av_guess_format(container.muxer, nil, nil)
    var candidates = codec == "auto" ? container.codecs : [codec]
    if codec == "auto", isLossless { candidates.append("ffv1") }
    var refusals: [String] = []
    for name in candidates {
      guard let names = encoders[name] else {
        let known = encoders.keys.sorted().joined(separator: ", ")
        throw PluginError(Status.config, "option \"codec\": expected one of auto, \(known), found \"\(name)\"")
      }
      guard let encoderName = isLossless ? names.lossless : names.usual else {
        refusals.append("\(name) is not lossless")
        continue
      }
      guard let encoder = avcodec_find_encoder_by_name(encoderName) else {
        refusals.append("this libavcodec has no \(encoderName)")
        continue
      }
      guard avformat_query_codec(muxer, encoder.pointee.id, FF_COMPLIANCE_NORMAL) == 1 else {
        refusals.append("\(container.ending) files hold no \(name)")
        continue
      }
      return encoder
    }
    throw PluginError(codec == "auto" ? Status.unsupported : Status.config, "option \"codec\": \(refusals.joined(separator: "; "))")
  }

  private static func pixelFormat(
    _ name: String, _ encoder: UnsafePointer<AVCodec>, isLossless: Bool, isOdd: Bool
  ) throws(PluginError) -> AVPixelFormat {
    let codec = String(cString: encoder.pointee.name)
    let isH264 = encoder.pointee.id == AV_CODEC_ID_H264
    let wanted: AVPixelFormat
    switch (name, codec) {
    case ("auto", "libx264rgb"): wanted = AV_PIX_FMT_RGB24
    case ("auto", "ffv1"): wanted = AV_PIX_FMT_BGR0
    case ("auto", "libvpx-vp9") where isLossless: wanted = AV_PIX_FMT_GBRP
    // H.264 keeps chroma of half the size for even sizes only; the size is kept rather than the chroma thinned out.
    case ("auto", _) where isH264 && isOdd: wanted = AV_PIX_FMT_YUV444P
    // JPEG has the full range; libav's names for that differ.
    case ("auto", "mjpeg"), ("yuv420p", "mjpeg"): wanted = AV_PIX_FMT_YUVJ420P
    case ("yuv422p", "mjpeg"): wanted = AV_PIX_FMT_YUVJ422P
    case ("yuv444p", "mjpeg"): wanted = AV_PIX_FMT_YUVJ444P
    case ("auto", _): wanted = AV_PIX_FMT_YUV420P
    default: wanted = av_get_pix_fmt(name)
    }
    if name != "auto", isLossless {
      throw PluginError(Status.config, "option \"pixel_format\": \(name) loses colour, and \"lossless\" is asked for; leave it out")
    }
    if isH264, isOdd, wanted == AV_PIX_FMT_YUV420P || wanted == AV_PIX_FMT_YUV422P {
      throw PluginError(Status.config, "option \"pixel_format\": H.264 in \(name) needs even sizes; leave it out, or choose yuv444p")
    }
    var offered = encoder.pointee.pix_fmts
    while let format = offered, format.pointee != AV_PIX_FMT_NONE {
      if format.pointee == wanted { return wanted }
      offered = format + 1
    }
    throw PluginError(Status.config, "option \"pixel_format\": the encoder \(codec) takes no \(name)")
  }
}
