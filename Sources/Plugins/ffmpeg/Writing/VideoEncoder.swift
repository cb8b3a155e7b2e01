import CFFmpeg
import PluginKit

/// Encodes pictures of one size at a constant rate. The same pictures give the same bytes: one thread, and nothing of the time or
/// the machine in the result.
final class VideoEncoder {
  let context: UnsafeMutablePointer<AVCodecContext>
  private let picture: Picture
  private let scaler = Scaler(flags: SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP | SWS_BITEXACT)
  private var count: Int64 = 0

  /// - Parameters:
  ///   - rate: frames per second.
  ///   - hasGlobalHeader: whether the container wants the codec's parameters before all packets.
  /// - Throws: `unsupported` if the encoder does not take such a video, `noMemory`.
  init(_ options: SinkOptions, width: Int, height: Int, rate: AVRational, hasGlobalHeader: Bool) throws(PluginError) {
    guard let context = avcodec_alloc_context3(options.encoder) else { throw PluginError.noMemory("an encoder") }
    self.context = context
    picture = try Picture(width: Int32(width), height: Int32(height), format: options.pixelFormat)
    context.pointee.width = Int32(width)
    context.pointee.height = Int32(height)
    context.pointee.pix_fmt = options.pixelFormat
    context.pointee.time_base = av_inv_q(rate)
    context.pointee.framerate = rate
    context.pointee.gop_size = Int32(options.gop)
    context.pointee.thread_count = 1
    context.pointee.flags |= ffmpeg_codec_bitexact | (hasGlobalHeader ? ffmpeg_codec_global_header : 0)
    setColours(options)
    let code = avcodec_open2(context, options.encoder, &Self.encoderOptions(options, context).pointer)
    guard code >= 0 else {
      let name = String(cString: options.encoder.pointee.name)
      let video = "\(width) x \(height) at \(rate.num)/\(rate.den) frames per second"
      throw PluginError(Status.unsupported, "the encoder \(name) does not take \(video): \(libavReason(code))")
    }
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = context
    LibavLog.ending { avcodec_free_context(&context) }
  }

  /// Says which matrix and range the numbers mean. BT.601, which is also what readers take for granted that ignore it.
  private func setColours(_ options: SinkOptions) {
    let isRGB = (av_pix_fmt_desc_get(options.pixelFormat)?.pointee.flags ?? 0) & UInt64(AV_PIX_FMT_FLAG_RGB) != 0
    let isJPEG = options.encoder.pointee.id == AV_CODEC_ID_MJPEG
    context.pointee.colorspace = isRGB ? AVCOL_SPC_RGB : AVCOL_SPC_SMPTE170M
    context.pointee.color_range = isRGB || isJPEG ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
    picture.pointer.pointee.colorspace = context.pointee.colorspace
    picture.pointer.pointee.color_range = context.pointee.color_range
  }

  /// What each encoder understands under "quality" and "lossless".
  private static func encoderOptions(_ options: SinkOptions, _ context: UnsafeMutablePointer<AVCodecContext>) -> LibavOptions {
    let loss = Double(100 - options.quality)
    switch options.encoder.pointee.id {
    case AV_CODEC_ID_H264:
      // 10 (100) to 51 (0); 18 (80) is called visually lossless.
      return LibavOptions(options.isLossless ? ["qp": "0", "preset": "fast"] : ["crf": "\(10 + loss * 0.41)", "preset": "fast"])
    case AV_CODEC_ID_VP9:
      let quality = options.isLossless ? ("lossless", "1") : ("crf", "\(Int(13 + loss / 2))")
      return LibavOptions(["cpu-used": "4", "b": "0", quality.0: quality.1])
    case AV_CODEC_ID_FFV1:
      return LibavOptions(["level": "3", "slicecrc": "1"])
    default:
      // A constant quantiser: 1 (100) to 16 (0).
      context.pointee.flags |= ffmpeg_codec_constant_quantizer
      context.pointee.global_quality = Int32(FF_QP2LAMBDA) * max(1, Int32(1 + loss * 0.15))
      return LibavOptions([:])
    }
  }

  /// Encodes one picture.
  ///
  /// - Parameters:
  ///   - rgb: rows of R, G, B, R, G, B ..., `rowBytes` apart.
  ///   - onPacket: receives what is complete; times are in `context.time_base`.
  func encode(
    _ rgb: UnsafePointer<UInt8>, rowBytes: Int, _ onPacket: (Packet) throws(PluginError) -> Void
  ) throws(PluginError) {
    guard av_frame_make_writable(picture.pointer) >= 0 else { throw PluginError.noMemory("a picture") }
    try scaler.scale(rgb, rowBytes: rowBytes, into: picture)
    picture.pointer.pointee.pts = count
    count += 1
    try send(picture, onPacket)
  }

  /// Ends the stream: the last packets come.
  func finish(_ onPacket: (Packet) throws(PluginError) -> Void) throws(PluginError) { try send(nil, onPacket) }

  private func send(_ picture: Picture?, _ onPacket: (Packet) throws(PluginError) -> Void) throws(PluginError) {
    let code = avcodec_send_frame(context, picture?.pointer)
    guard code >= 0 else { throw PluginError(Status.internal, "the encoder refused picture \(count): \(libavReason(code))") }
    let packet = try Packet()
    while true {
      let code = avcodec_receive_packet(context, packet.pointer)
      if code == ffmpeg_try_again || code == ffmpeg_end_of_file { return }
      guard code >= 0 else { throw PluginError(Status.internal, "the encoder failed at picture \(count): \(libavReason(code))") }
      if packet.pointer.pointee.duration <= 0 { packet.pointer.pointee.duration = 1 }
      try onPacket(packet)
      packet.clear()
    }
  }
}
