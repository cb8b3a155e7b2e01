import CFFmpeg
import CSVFAPPlugin
import PluginKit

/// A video file that is being written, or a video in memory.
final class FFmpegWriter: Writer {
  private let name: String
  private let width: Int
  private let height: Int
  private let file: OutputFile?
  private let memory: OutputMemory?
  private let io: OutputIO
  private let format: UnsafeMutablePointer<AVFormatContext>
  private let encoder: VideoEncoder
  private var isFinished = false
  /// What went wrong; nothing more can be written then.
  private var failure: PluginError?

  /// - Parameter path: nil for memory.
  /// - Throws: `invalidArgument`, `limit`, `config`, `unsupported`, `notFound`, `io`, `noSpace`, `noMemory`.
  init(_ path: String?, _ wanted: svfap_sink_format, _ options: borrowing Options) throws(PluginError) {
    name = path ?? "the video in memory"
    (width, height) = try Self.size(wanted)
    let rate = try Self.rate(wanted)
    let settings = try SinkOptions(options, path: path, width: width, height: height)
    let file: OutputFile?
    let memory: OutputMemory?
    if let path {
      (file, memory) = (try OutputFile(path), nil)
    } else {
      (file, memory) = (nil, try OutputMemory())
    }
    let target: (any OutputBytes)? = file ?? memory
    guard let target else { throw PluginError(Status.internal, "there is nowhere to write to") }
    let io = try OutputIO(target)
    var allocated: UnsafeMutablePointer<AVFormatContext>?
    guard avformat_alloc_output_context2(&allocated, nil, settings.container.muxer, nil) >= 0, let format = allocated else {
      throw PluginError(Status.unsupported, "this libavformat writes no \(settings.container.ending) files")
    }
    self.file = file
    self.memory = memory
    self.io = io
    self.format = format
    do throws(PluginError) {
      format.pointee.pb = io.context
      format.pointee.flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT
      let hasGlobalHeader = format.pointee.oformat.pointee.flags & AVFMT_GLOBALHEADER != 0
      encoder = try VideoEncoder(settings, width: width, height: height, rate: rate, hasGlobalHeader: hasGlobalHeader)
      try Self.begin(format, encoder, rate, name: name)
      try Self.check(io, name: name, code: 0)
    } catch {
      avformat_free_context(format)
      throw error
    }
  }

  deinit { LibavLog.ending { avformat_free_context(format) } }

  private static func size(_ wanted: svfap_sink_format) throws(PluginError) -> (Int, Int) {
    let (width, height) = (Int(wanted.width), Int(wanted.height))
    guard width > 0, height > 0 else { throw PluginError(Status.invalidArgument, "a video of \(width) x \(height) cannot be written") }
    guard width <= Demuxer.sideLimit, height <= Demuxer.sideLimit, width * height <= Demuxer.pixelLimit else {
      throw PluginError(
        Status.limit,
        "a video of \(width) x \(height) is too large: at most \(Demuxer.sideLimit) a side and \(Demuxer.pixelLimit) pixels")
    }
    return (width, height)
  }

  /// Frames per second as a fraction that every codec can store: MPEG-4 has 16 bits.
  private static func rate(_ wanted: svfap_sink_format) throws(PluginError) -> AVRational {
    var rate = AVRational(num: 0, den: 1)
    if wanted.rate_numerator > 0, wanted.rate_denominator > 0 {
      av_reduce(&rate.num, &rate.den, wanted.rate_numerator, wanted.rate_denominator, 65535)
    }
    guard rate.num > 0, rate.den > 0 else {
      throw PluginError(
        Status.invalidArgument, "a rate of \(wanted.rate_numerator)/\(wanted.rate_denominator) frames per second cannot be stored")
    }
    return rate
  }

  private static func begin(
    _ format: UnsafeMutablePointer<AVFormatContext>, _ encoder: VideoEncoder, _ rate: AVRational, name: String
  ) throws(PluginError) {
    guard let stream = avformat_new_stream(format, nil),
      avcodec_parameters_from_context(stream.pointee.codecpar, encoder.context) >= 0
    else { throw PluginError.noMemory("writing \(name)") }
    stream.pointee.time_base = av_inv_q(rate)
    stream.pointee.avg_frame_rate = rate
    let code = avformat_write_header(format, nil)
    guard code >= 0 else { throw PluginError(Status.unsupported, "\(name) cannot be begun: \(libavReason(code))") }
  }

  /// - Throws: `io`, `noSpace`, `noMemory` if writing failed, perhaps some calls ago: libav keeps bytes back.
  private static func check(_ io: OutputIO, name: String, code: Int32) throws(PluginError) {
    if io.failure != 0 { throw PluginError.system("cannot write", path: name, errno: io.failure) }
    if code < 0 { throw PluginError(Status.internal, "\(name) cannot be written: \(libavReason(code))") }
  }

  private func write(_ packet: Packet) throws(PluginError) {
    guard let stream = format.pointee.streams[0] else { return }
    packet.pointer.pointee.stream_index = 0
    av_packet_rescale_ts(packet.pointer, encoder.context.pointee.time_base, stream.pointee.time_base)
    try Self.check(io, name: name, code: av_interleaved_write_frame(format, packet.pointer))
  }

  func write(_ frame: svfap_frame) throws(PluginError) {
    if let failure { throw failure }
    guard !isFinished else { throw PluginError(Status.invalidArgument, "\(name) is complete; nothing can be added") }
    guard frame.width == Int64(width), frame.height == Int64(height), frame.row_bytes >= 3 * frame.width, let rgb = frame.rgb else {
      throw PluginError(
        Status.shape,
        "\(name): expected a frame of \(width) x \(height), found \(frame.width) x \(frame.height), rows of \(frame.row_bytes) bytes")
    }
    try lasting { () throws(PluginError) in
      try encoder.encode(rgb, rowBytes: Int(frame.row_bytes)) { packet throws(PluginError) in try write(packet) }
    }
  }

  func finish() throws(PluginError) -> UnsafeRawBufferPointer? {
    if let failure { throw failure }
    if !isFinished {
      try lasting { () throws(PluginError) in
        try encoder.finish { packet throws(PluginError) in try write(packet) }
        try Self.check(io, name: name, code: av_write_trailer(format))
        avio_flush(io.context)
        try Self.check(io, name: name, code: 0)
        try file?.commit()
      }
      isFinished = true
    }
    return memory?.bytes
  }

  /// Runs a piece of work whose failure is the end of this video.
  private func lasting(_ body: () throws(PluginError) -> Void) throws(PluginError) {
    do throws(PluginError) {
      try LibavLog.collecting(body)
    } catch {
      failure = error
      throw error
    }
  }
}
