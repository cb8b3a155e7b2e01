import CFFmpeg
import PluginKit

/// Which of a file's streams is its video.
enum StreamChoice {
  /// The video that the ffmpeg command would take: the largest picture, one marked as default before others,
  /// one that showed packets before one that did not. A cover picture is not a video.
  ///
  /// - Parameter wanted: a stream's number in the file, or nil for the best.
  /// - Throws: `format` if there is no video, `config` if `wanted` is none.
  static func video(of format: UnsafeMutablePointer<AVFormatContext>, wanted: Int?, path: String) throws(PluginError) -> Int {
    let streams = (0..<Int(format.pointee.nb_streams)).compactMap { format.pointee.streams[$0] }
    if let wanted {
      guard streams.indices.contains(wanted), isVideo(streams[wanted]) else {
        let numbers = streams.indices.filter { isVideo(streams[$0]) }.map(String.init).joined(separator: ", ")
        throw PluginError(
          Status.config,
          "option \"stream\": stream \(wanted) of \(path) is no video; \(numbers.isEmpty ? "there is none in it" : "videos are: \(numbers)")"
        )
      }
      return wanted
    }
    var best: (index: Int, score: Int64)?
    for (index, stream) in streams.enumerated() where isVideo(stream) {
      let parameters = stream.pointee.codecpar.pointee
      var score = Int64(parameters.width) * Int64(parameters.height)
      if stream.pointee.event_flags & AVSTREAM_EVENT_FLAG_NEW_PACKETS != 0 { score += 100_000_000 }
      if stream.pointee.disposition & ffmpeg_default_stream != 0 { score += 5_000_000 }
      if score > best?.score ?? -1 { best = (index, score) }
    }
    guard let best else { throw PluginError(Status.format, "no video stream in \(path): it holds \(contents(streams))") }
    return best.index
  }

  private static func isCover(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
    stream.pointee.disposition & ffmpeg_attached_picture != 0
  }

  private static func isVideo(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
    stream.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO && !isCover(stream)
  }

  /// "1 audio stream (aac) and a cover picture"
  private static func contents(_ streams: [UnsafeMutablePointer<AVStream>]) -> String {
    var parts: [String] = []
    let audio = streams.filter { $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_AUDIO }
    if !audio.isEmpty {
      let codecs = audio.map { codecName($0.pointee.codecpar.pointee.codec_id) }.joined(separator: ", ")
      parts.append("\(audio.count) audio \(audio.count == 1 ? "stream" : "streams") (\(codecs))")
    }
    let covers = streams.count(where: isCover)
    if covers > 0 { parts.append(covers == 1 ? "a cover picture" : "\(covers) cover pictures") }
    let others = streams.count - audio.count - covers
    if others > 0 { parts.append("\(others) \(others == 1 ? "stream" : "streams") of other kinds") }
    return parts.isEmpty ? "no streams at all" : parts.joined(separator: " and ")
  }
}

/// "h264"
func codecName(_ id: AVCodecID) -> String { avcodec_get_name(id).map { String(cString: $0) } ?? "unknown" }
