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
  private let muxer: Muxer
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
    if let path {
      (file, memory) = (try OutputFile(path), nil)
    } else {
      (file, memory) = (nil, try OutputMemory())
    }
    let target: (any OutputBytes)? = file ?? memory
    guard let target else { throw PluginError(Status.internal, "there is nowhere to write to") }
    muxer = try Muxer(settings.container, to: target, name: name)
    encoder = try VideoEncoder(settings, width: width, height: height, rate: rate, hasGlobalHeader: muxer.hasGlobalHeader)
    try muxer.begin(encoder)
  }

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

  func write(_ frame: svfap_frame) throws(PluginError) {
    if let failure { throw failure }
    guard !isFinished else { throw PluginError(Status.invalidArgument, "\(name) is complete; nothing can be added") }
    guard frame.width == Int64(width), frame.height == Int64(height), frame.row_bytes >= 3 * frame.width, let rgb = frame.rgb else {
      throw PluginError(
        Status.shape,
        "\(name): expected a frame of \(width) x \(height), found \(frame.width) x \(frame.height), rows of \(frame.row_bytes) bytes")
    }
    try lasting { () throws(PluginError) in
      try encoder.encode(rgb, rowBytes: Int(frame.row_bytes)) { packet throws(PluginError) in try muxer.write(packet, of: encoder) }
    }
  }

  func finish() throws(PluginError) -> UnsafeRawBufferPointer? {
    if let failure { throw failure }
    if !isFinished {
      try lasting { () throws(PluginError) in
        try encoder.finish { packet throws(PluginError) in try muxer.write(packet, of: encoder) }
        try muxer.finish()
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
