import CFFmpeg
import CSVFAPPlugin
import PluginKit

/// What is told of a video before its frames are read. The text in it lives as long as this object.
final class StreamFacts {
  private let format: StableText
  private let metadata: StableText
  private let facts: svfap_stream_info

  /// - Parameters:
  ///   - width, height: of the frames delivered.
  ///   - first: the first picture that could be decoded.
  init(_ demuxer: Demuxer, width: Int, height: Int, orientation: Orientation, first: Picture) {
    let stream = demuxer.stream.pointee
    let parameters = stream.codecpar.pointee
    let rate = Self.rate(stream)
    format = StableText("\(Self.shortName(demuxer.container)) \(codecName(parameters.codec_id))")
    metadata = StableText(Self.metadata(demuxer, orientation, first))
    var facts = svfap_stream_info()
    facts.struct_size = UInt64(MemoryLayout<svfap_stream_info>.size)
    facts.width = Int64(width)
    facts.height = Int64(height)
    facts.frame_count = demuxer.promisedFrames.map(Int64.init) ?? (stream.nb_frames > 0 ? stream.nb_frames : Int64(SVFAP_UNKNOWN_COUNT))
    facts.rate_numerator = Int64(rate.num)
    facts.rate_denominator = Int64(rate.den)
    facts.duration_s = Self.duration(demuxer)
    facts.rotation_degrees = Int32(orientation.degrees)
    facts.seekable = 1
    self.facts = facts
  }

  var info: svfap_stream_info {
    var info = facts
    info.format = format.text
    info.metadata = metadata.text
    return info
  }

  /// "mov,mp4" of "mov,mp4,m4a,3gp,3g2,mj2"
  private static func shortName(_ container: String) -> String { container.split(separator: ",").prefix(2).joined(separator: ",") }

  /// Average frames per second; 0/1 when unknown.
  private static func rate(_ stream: AVStream) -> AVRational {
    for rate in [stream.avg_frame_rate, stream.r_frame_rate] where rate.num > 0 && rate.den > 0 { return rate }
    return AVRational(num: 0, den: 1)
  }

  /// Whether frames follow each other at unequal distances, as far as can be told without reading them: the average rate
  /// differs from the one that all time stamps are multiples of.
  private static func isVariable(_ stream: AVStream) -> Bool {
    let (average, base) = (stream.avg_frame_rate, stream.r_frame_rate)
    guard average.num > 0, average.den > 0, base.num > 0, base.den > 0 else { return false }
    return abs(av_q2d(average) / av_q2d(base) - 1) > 0.02
  }

  /// Seconds as the container claims them; negative if it does not. An estimate from the file's size is no claim.
  private static func duration(_ demuxer: Demuxer) -> Double {
    let stream = demuxer.stream.pointee
    let format = demuxer.format.pointee
    guard format.duration_estimation_method != AVFMT_DURATION_FROM_BITRATE else { return -1 }
    if stream.duration != ffmpeg_no_time, stream.duration > 0 { return Double(stream.duration) * av_q2d(stream.time_base) }
    return format.duration != ffmpeg_no_time && format.duration > 0 ? Double(format.duration) / Double(AV_TIME_BASE) : -1
  }

  private static func metadata(_ demuxer: Demuxer, _ orientation: Orientation, _ first: Picture) -> String {
    let stream = demuxer.stream.pointee
    let parameters = stream.codecpar.pointee
    let raw = first.pointer.pointee
    let format = demuxer.format.pointee
    let kinds = (0..<Int(format.nb_streams)).compactMap { format.streams[$0]?.pointee.codecpar.pointee.codec_type }
    let members: [(String, String?)] = [
      ("container", jsonText(demuxer.container)),
      ("codec", jsonText(codecName(parameters.codec_id))),
      ("profile", jsonText(avcodec_profile_name(parameters.codec_id, parameters.profile))),
      ("stream", String(stream.index)),
      ("video_streams", String(kinds.count { $0 == AVMEDIA_TYPE_VIDEO })),
      ("audio_streams", String(kinds.count { $0 == AVMEDIA_TYPE_AUDIO })),
      ("stored_width", String(raw.width)),
      ("stored_height", String(raw.height)),
      ("pixel_format", jsonText(pixelFormatName(first.format))),
      ("color_range", raw.color_range == AVCOL_RANGE_UNSPECIFIED ? nil : jsonText(av_color_range_name(raw.color_range))),
      ("color_space", raw.colorspace == AVCOL_SPC_UNSPECIFIED ? nil : jsonText(av_color_space_name(raw.colorspace))),
      ("mirrored", orientation.isMirrored ? "true" : "false"),
      ("interlaced", raw.interlaced_frame != 0 ? "true" : "false"),
      ("variable_frame_rate", isVariable(stream) ? "true" : "false"),
      ("bit_rate", parameters.bit_rate > 0 ? String(parameters.bit_rate) : nil),
    ]
    return "{" + members.compactMap { name, value in value.map { "\"\(name)\": \($0)" } }.joined(separator: ", ") + "}"
  }

  /// A text as JSON: names of libav are printable ASCII; whatever else they may hold one day is left out.
  private static func jsonText(_ text: String) -> String {
    let plain = text.utf8.filter { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    return "\"\(String(decoding: plain, as: UTF8.self))\""
  }

  private static func jsonText(_ text: UnsafePointer<CChar>?) -> String? { text.map { jsonText(String(cString: $0)) } }
}
