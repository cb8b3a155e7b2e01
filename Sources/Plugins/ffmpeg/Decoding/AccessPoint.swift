import CFFmpeg

/// A packet at which decoding can begin, with everything that tells it from others.
struct AccessPoint: Equatable {
  /// Its number among the packets of the stream, in the order of the file.
  let ordinal: Int
  /// Presentation time, in the stream's time base.
  let time: Int64
  /// Time to give to libav to get there: decoding time where there is one.
  let seekTime: Int64
  private let size: Int32
  private let place: Int64

  /// nil if the packet has no presentation time.
  init?(_ packet: Packet, ordinal: Int) {
    let raw = packet.pointer.pointee
    guard raw.pts != ffmpeg_no_time else { return nil }
    self.ordinal = ordinal
    time = raw.pts
    seekTime = min(raw.dts == ffmpeg_no_time ? raw.pts : raw.dts, raw.pts)
    size = raw.size
    place = raw.pos
  }

  func matches(_ packet: Packet) -> Bool {
    let raw = packet.pointer.pointee
    // The place tells more than the size: behind a start code, a zero byte may be counted to this packet or to the one before.
    return raw.pts == time && raw.pos == place && (place >= 0 || raw.size == size)
  }
}

extension AVPacket {
  /// Decoding time, or presentation time where only that is known; nil if neither is.
  var decodingTime: Int64? { dts != ffmpeg_no_time ? dts : presentationTime }

  /// nil if unknown.
  var presentationTime: Int64? { pts != ffmpeg_no_time ? pts : nil }
}
