/// The containers that are read: those that hold a whole video in one file and name no other.
enum Container {
  /// Names of libav's demuxers. Left out on purpose: hls, dash, concat, sdp, image2 and the like, which open what their content names.
  static let demuxers = "mov,matroska,webm,avi,flv,live_flv,mpeg,mpegts,ogg,asf"

  /// The same for people.
  static let names = "mp4, mov, mkv, webm, avi, flv, mpg, ts, ogg, wmv"

  /// Endings of names of videos.
  private static let endings: Set<String> = [
    "mp4", "m4v", "mov", "qt", "3gp", "3g2", "mkv", "webm", "avi", "divx", "flv", "f4v", "mpg", "mpeg", "vob", "m2p", "ts", "m2ts", "mts",
    "ogv", "ogg", "ogm", "asf", "wmv",
  ]

  /// Endings of names of things that users take for videos: they get to hear why they are not.
  private static let endingsOfOthers: Set<String> = [
    "m3u", "m3u8", "mpd", "sdp", "ffconcat", "m4a", "mp3", "wav", "aac", "flac", "opus", "wma", "mxf", "rm", "rmvb", "dv", "gif", "y4m",
    "ivf", "h264", "264", "h265", "265", "hevc", "nut", "swf", "wtv",
  ]

  /// How likely the file is a video of a kind that is read here: 0 no, 100 surely.
  static func score(path: String, head: UnsafeBufferPointer<UInt8>) -> Int32 {
    if kind(of: head) != nil { return 90 }
    // Claimed so that whoever opens one gets to hear why it is refused.
    if Playlist.kind(of: head) != nil { return 20 }
    guard let dot = path.lastIndex(of: "."), !head.isEmpty else { return 0 }
    let ending = path[path.index(after: dot)...].lowercased()
    return endings.contains(ending) ? 40 : endingsOfOthers.contains(ending) ? 10 : 0
  }

  /// The kind of container by its first bytes; nil if they are none of a kind that is read here.
  static func kind(of head: UnsafeBufferPointer<UInt8>) -> String? {
    func has(_ text: StaticString, at offset: Int = 0) -> Bool {
      guard head.count >= offset + text.utf8CodeUnitCount else { return false }
      return (0..<text.utf8CodeUnitCount).allSatisfy { head[offset + $0] == text.utf8Start[$0] }
    }
    func has(_ bytes: [UInt8]) -> Bool { head.starts(with: bytes) }
    /// Sync bytes of a transport stream whose packets are `step` bytes apart.
    func isTransportStream(from first: Int, step: Int) -> Bool {
      head.count > first + 4 * step && (0...4).allSatisfy { head[first + $0 * step] == 0x47 }
    }
    let boxes: [StaticString] = ["ftyp", "moov", "mdat", "moof", "styp", "wide", "free", "skip", "pnot"]
    if boxes.contains(where: { has($0, at: 4) }) { return "mov" }
    if has([0x1A, 0x45, 0xDF, 0xA3]) { return "matroska" }
    if has("RIFF"), has("AVI ", at: 8) { return "avi" }
    if has("FLV"), head.count > 3, head[3] < 5 { return "flv" }
    if has("OggS") { return "ogg" }
    if has([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]) { return "asf" }
    if has([0, 0, 1, 0xBA]) { return "mpeg" }
    // Plain, with a time stamp before each packet (Blu-ray), with error correction behind it.
    let layouts = [(0, 188), (4, 192), (0, 204)]
    return layouts.contains { isTransportStream(from: $0.0, step: $0.1) } ? "mpegts" : nil
  }
}

/// Texts that are no video but name files and addresses where one would be.
///
/// Opening them would make whoever passes a file reach other files, or the network. They are refused before
/// libav sees them, whatever their names end in.
enum Playlist {
  /// What kind of playlist the text is; nil if it is none.
  static func kind(of head: UnsafeBufferPointer<UInt8>) -> String? {
    let start = head.prefix(512)
    // A byte order mark and white space may stand before.
    let text = String(decoding: start.drop { [0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D].contains($0) }, as: UTF8.self)
    if text.hasPrefix("#EXTM3U") || text.hasPrefix("#EXT-X-") { return "an HLS playlist" }
    if text.hasPrefix("ffconcat") { return "a list for ffmpeg's concat" }
    if text.hasPrefix("v=0") && text.contains("o=") { return "a session description (SDP)" }
    if text.hasPrefix("<"), text.contains("<MPD") { return "a DASH manifest" }
    let manifests = ["<SmoothStreamingMedia", "<asx", "<ASX"]
    if text.hasPrefix("<"), manifests.contains(where: { text.contains($0) }) { return "a streaming manifest" }
    if text.lowercased().hasPrefix("[playlist]") || text.hasPrefix("[reference]") { return "a playlist" }
    return nil
  }
}
