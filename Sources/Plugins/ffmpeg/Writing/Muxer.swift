import CFFmpeg
import PluginKit

/// libav's container around encoded packets, written to `OutputBytes`.
final class Muxer {
  private let name: String
  private let io: OutputIO
  private let format: UnsafeMutablePointer<AVFormatContext>

  /// - Parameter name: what messages call the video.
  /// - Throws: `unsupported` if libav writes no such container, `noMemory`.
  init(_ container: SinkOptions.Container, to target: any OutputBytes, name: String) throws(PluginError) {
    self.name = name
    io = try OutputIO(target)
    var allocated: UnsafeMutablePointer<AVFormatContext>?
    guard avformat_alloc_output_context2(&allocated, nil, container.muxer, nil) >= 0, let allocated else {
      throw PluginError(Status.unsupported, "this libavformat writes no \(container.ending) files")
    }
    format = allocated
    format.pointee.pb = io.context
    format.pointee.flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT
  }

  deinit { LibavLog.ending { avformat_free_context(format) } }

  /// Whether the container wants the codec's parameters before all packets.
  var hasGlobalHeader: Bool { format.pointee.oformat.pointee.flags & AVFMT_GLOBALHEADER != 0 }

  /// Writes what stands before the packets.
  ///
  /// - Throws: `unsupported`, `io`, `noSpace`, `noMemory`.
  func begin(_ encoder: VideoEncoder) throws(PluginError) {
    guard let stream = avformat_new_stream(format, nil),
      avcodec_parameters_from_context(stream.pointee.codecpar, encoder.context) >= 0
    else { throw PluginError.noMemory("writing \(name)") }
    stream.pointee.time_base = encoder.context.pointee.time_base
    stream.pointee.avg_frame_rate = encoder.context.pointee.framerate
    let code = avformat_write_header(format, nil)
    try check(0)
    guard code >= 0 else { throw PluginError(Status.unsupported, "\(name) cannot be begun: \(libavReason(code))") }
  }

  /// - Throws: `io`, `noSpace`, `noMemory`.
  func write(_ packet: Packet, of encoder: VideoEncoder) throws(PluginError) {
    guard format.pointee.nb_streams > 0, let stream = format.pointee.streams[0] else { return }
    packet.pointer.pointee.stream_index = 0
    av_packet_rescale_ts(packet.pointer, encoder.context.pointee.time_base, stream.pointee.time_base)
    try check(av_interleaved_write_frame(format, packet.pointer))
  }

  /// Writes what stands behind the packets, and everything that was kept back.
  ///
  /// - Throws: `io`, `noSpace`, `noMemory`.
  func finish() throws(PluginError) {
    try check(av_write_trailer(format))
    avio_flush(io.context)
    try check(0)
  }

  /// - Throws: `io`, `noSpace`, `noMemory` if writing failed, perhaps some calls ago: libav keeps bytes back.
  private func check(_ code: Int32) throws(PluginError) {
    if io.failure != 0 { throw PluginError.system("cannot write", path: name, errno: io.failure) }
    if code < 0 { throw PluginError(Status.internal, "\(name) cannot be written: \(libavReason(code))") }
  }
}
