import CFFmpeg
import CSVFAPPlugin
import PluginKit

/// A video file that is being read.
///
/// `position` is what the host was promised; decoding may stand elsewhere after a seek that failed, and goes there when the next
/// frame is wanted.
final class FFmpegReader: Reader {
  /// Frames that are decoded rather than jumped over.
  private static let nearby = 32

  private let path: String
  private let frames: FrameSequence
  private let converter: RGBConverter
  /// What the container says; a picture may say otherwise of itself.
  private let orientation: Orientation
  private let facts: StreamFacts
  private var position = 0
  private var table: SeekTable?
  private var isTableRefused = false
  /// Number and time stamp of a frame that was delivered: a table must agree.
  private var delivered: (index: Int, stamp: Int64)?

  /// Opens a video and decodes its first picture, which tells for sure what the frames are like.
  ///
  /// - Parameter wanted: number of the stream to read, or nil for the best video.
  init(_ path: String, stream wanted: Int?) throws(PluginError) {
    (frames, orientation, converter, facts) = try LibavLog.collecting { () throws(PluginError) in
      let frames = try FrameSequence(VideoFile(path), stream: wanted)
      let first = try Self.firstPicture(frames, path)
      let orientation = Orientation(frames.stream.demuxer.stream)
      let firstOrientation = Orientation(first) ?? orientation
      let size = firstOrientation.size(width: first.width, height: first.height)
      let converter: RGBConverter
      do throws(PluginError) {
        converter = try RGBConverter(width: size.width, height: size.height)
      } catch {
        throw PluginError(error.status, "\(path): \(error.message)")
      }
      let facts = StreamFacts(
        frames.stream.demuxer, width: size.width, height: size.height, orientation: firstOrientation, first: first)
      return (frames, orientation, converter, facts)
    }
    self.path = path
  }

  /// Decodes up to the first picture that there is, and goes back if others were lost before.
  private static func firstPicture(_ frames: FrameSequence, _ path: String) throws(PluginError) -> Picture {
    while true {
      switch try frames.peek().event {
      case .picture: return frames.stream.picture
      case .lost: frames.pass()
      case .end:
        var reason = LibavLog.lastError.isEmpty ? "" : ": \(LibavLog.lastError)"
        if case .broken(let error)? = frames.stream.demuxer.ending { reason = ": \(error.message)" }
        throw PluginError(Status.format, "\(path) holds no frame that can be decoded\(reason)")
      }
    }
  }

  func info() throws(PluginError) -> svfap_stream_info { facts.info }

  // MARK: Frames

  func next() throws(PluginError) -> svfap_frame? {
    try LibavLog.collecting { () throws(PluginError) in
      guard try move(to: position) else { return try ended() }
      let (event, time) = try frames.peek()
      var frame = svfap_frame()
      frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
      frame.index = Int64(position)
      frame.time_s = time
      frame.width = Int64(converter.width)
      frame.height = Int64(converter.height)
      frame.row_bytes = Int64(converter.rowBytes)
      switch event {
      case .picture(let stamp, let isDamaged):
        let picture = frames.stream.picture
        frame.rgb = try converter.convert(picture, Orientation(picture) ?? orientation)
        frame.damaged = isDamaged ? 1 : 0
        delivered = stamp.map { (position, $0) }
      case .lost:
        frame.damaged = 1
      case .end:
        return try ended()
      }
      frames.pass()
      position += 1
      return frame
    }
  }

  /// - Throws: why the video broke off, if it did.
  private func ended() throws(PluginError) -> svfap_frame? {
    if let error = breakOff(frames.stream.demuxer.ending, after: position) { throw error }
    return nil
  }

  /// What to tell of a video whose frames have come to an end; nil if that was its own.
  private func breakOff(_ ending: Demuxer.Ending?, after count: Int) -> PluginError? {
    let demuxer = frames.stream.demuxer
    let claim = demuxer.promisedFrames.map { $0 > count ? " of the \($0) that it lists" : "" } ?? ""
    let place = "\(path) breaks off after \(count) \(count == 1 ? "frame" : "frames")\(claim)"
    switch ending {
    case .broken(let error): return PluginError(error.status, "\(place): \(error.message)")
    case nil: return PluginError(Status.format, "\(place): the decoder reports one error after the other")
    case .complete where demuxer.losses.count > 0:
      let (places, first) = (demuxer.losses.count, demuxer.losses.first)
      return PluginError(
        Status.format,
        "\(path) is damaged, and frames may be missing: data was passed over in \(places) \(places == 1 ? "place" : "places") (\(first))")
    case .complete:
      guard let promised = demuxer.promisedFrames, promised > count, CodecTraits(demuxer.stream.pointee.codecpar.pointee).showsEveryPacket
      else { return nil }
      return PluginError(Status.format, "\(place): the decoder made no pictures of the others")
    }
  }

  // MARK: Seeking

  func seek(to index: Int) throws(PluginError) -> Int {
    try LibavLog.collecting { () throws(PluginError) in
      guard try move(to: index) else {
        let (ending, count) = table.map { ($0.ending, $0.count) } ?? (frames.stream.demuxer.ending, frames.cursor ?? 0)
        let frames = count == 1 ? "1 frame" : "\(count) frames"
        throw breakOff(ending, after: count)
          ?? PluginError(Status.end, "\(path) has \(frames); frame \(index) was sought (they count from 0)")
      }
      position = index
      return index
    }
  }

  /// Goes to frame `index`.
  ///
  /// - Returns: whether there is such a frame.
  private func move(to index: Int) throws(PluginError) -> Bool {
    if let cursor = frames.cursor, cursor <= index, index - cursor <= Self.nearby { return try frames.skip(to: index) }
    if index > Self.nearby, let table = try usableTable() {
      guard index < table.count else { return false }
      if let cursor = frames.cursor, (table.point(for: index).frame...index).contains(cursor) { return try frames.skip(to: index) }
      if try frames.jump(to: index, table) { return true }
      self.table = nil
      isTableRefused = true
    }
    if frames.cursor.map({ $0 > index }) ?? true { try frames.restart() }
    return try frames.skip(to: index)
  }

  /// The table for seeking, made when it is first needed; nil if this video is not regular enough for one.
  private func usableTable() throws(PluginError) -> SeekTable? {
    if !frames.stream.isRegular {
      table = nil
      isTableRefused = true
    }
    if table != nil || isTableRefused { return table }
    guard let made = try SeekTable(frames.freshDemuxer()), try made.agrees(with: PictureStream(frames.freshDemuxer())),
      delivered.map({ $0.index < made.count && made.time(of: $0.index) == $0.stamp }) ?? true
    else {
      isTableRefused = true
      return nil
    }
    table = made
    return made
  }
}
