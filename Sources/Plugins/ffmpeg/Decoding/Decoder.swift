import CFFmpeg
import Glibc
import PluginKit

/// Turns packets of one stream into pictures, in presentation order.
///
/// It uses one thread. With several, libav fills in for damaged parts differently from run to run (measured on H.264,
/// HEVC and VP8), and a whole picture takes less time to decode than the networks behind it take to look at it.
final class Decoder {
  private let context: UnsafeMutablePointer<AVCodecContext>

  /// - Throws: `unsupported` if libav cannot decode the stream, `noMemory`.
  init(_ demuxer: Demuxer) throws(PluginError) {
    let parameters = demuxer.stream.pointee.codecpar
    let id = demuxer.stream.pointee.codecpar.pointee.codec_id
    guard let codec = avcodec_find_decoder(id) else {
      throw PluginError(
        Status.unsupported,
        "\(demuxer.file.path): there is no decoder for its video (\(codecName(id))); convert it with: ffmpeg -i IN OUT.mp4")
    }
    guard let context = avcodec_alloc_context3(codec) else { throw PluginError.noMemory("a decoder") }
    self.context = context
    guard avcodec_parameters_to_context(context, parameters) >= 0 else { throw PluginError.noMemory("a decoder") }
    context.pointee.pkt_timebase = demuxer.stream.pointee.time_base
    context.pointee.max_pixels = Int64(Demuxer.pixelLimit)
    context.pointee.thread_count = 1
    context.pointee.get_buffer2 = { context, frame, flags in
      let code = avcodec_default_get_buffer2(context, frame, flags)
      if code >= 0, let frame { clear(frame) }
      return code
    }
    let code = avcodec_open2(context, codec, nil)
    guard code >= 0 else {
      throw PluginError(Status.format, "\(demuxer.file.path): its video (\(codecName(id))) cannot be decoded: \(libavReason(code))")
    }
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = context
    LibavLog.ending { avcodec_free_context(&context) }
  }

  /// Hands a packet over, nil after the last one.
  ///
  /// - Parameter ordinal: comes back with the picture.
  /// - Returns: 0, or an error of libav; the packet is used up either way.
  func send(_ packet: Packet?, ordinal: Int) -> Int32 {
    context.pointee.reordered_opaque = Int64(ordinal)
    return avcodec_send_packet(context, packet?.pointer)
  }

  /// Takes the next picture.
  ///
  /// - Returns: 0, `ffmpeg_try_again` if it needs another packet, `ffmpeg_end_of_file` after the last, or an error of libav.
  func receive(_ picture: Picture) -> Int32 { avcodec_receive_frame(context, picture.pointer) }

  /// Forgets all packets, to begin at another place.
  func flush() { avcodec_flush_buffers(context) }
}

/// Makes a picture black before a decoder fills it.
///
/// libav uses the memory of pictures again and again, and not every decoder that fails within a picture says so: what it did not
/// fill would be a piece of an older picture, or of somebody's memory, and different each time.
private func clear(_ frame: UnsafeMutablePointer<AVFrame>) {
  // A palette is made when the memory is; its decoders fill every picture.
  let format = av_pix_fmt_desc_get(AVPixelFormat(frame.pointee.format))
  guard let format, format.pointee.flags & UInt64(AV_PIX_FMT_FLAG_PAL) == 0 else { return }
  withUnsafePointer(to: &frame.pointee.buf) { buffers in
    buffers.withMemoryRebound(to: UnsafeMutablePointer<AVBufferRef>?.self, capacity: 8) { buffers in
      for index in 0..<8 {
        guard let buffer = buffers[index], let data = buffer.pointee.data else { return }
        memset(data, 0, buffer.pointee.size)
      }
    }
  }
}
