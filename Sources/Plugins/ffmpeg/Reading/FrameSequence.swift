import PluginKit

/// The frames of a video by number: decoding that can be begun again, skipped through, and begun in the middle.
final class FrameSequence {
  private let file: VideoFile
  private let wantedStream: Int?
  private(set) var stream: PictureStream
  private var clock: FrameClock
  /// Number of the frame that `peek` gives; nil after a failure, until `restart`.
  private(set) var cursor: Int? = 0
  private var peeked: (event: PictureStream.Event, time: Double)?

  init(_ file: VideoFile, stream wanted: Int?) throws(PluginError) {
    self.file = file
    wantedStream = wanted
    stream = try PictureStream(Demuxer(file, stream: wanted))
    clock = FrameClock(stream.demuxer.stream)
  }

  /// A demuxer of the same video that stands at its start.
  func freshDemuxer() throws(PluginError) -> Demuxer { try Demuxer(file, stream: wantedStream) }

  /// Looks at the next frame, and its time in seconds. At the end it gives `.end`, again and again.
  ///
  /// - Throws: `cancelled`; then the next call goes on. `noMemory`.
  func peek() throws(PluginError) -> (event: PictureStream.Event, time: Double) {
    if let peeked { return peeked }
    do throws(PluginError) {
      let event = try stream.next()
      let time: Double =
        switch event {
        case .picture(let stamp, _), .lost(let stamp): clock.time(stamp)
        case .end: 0
        }
      peeked = (event, time)
      return (event, time)
    } catch {
      // Without memory a packet may be gone that the decoder should have had.
      if error.status != Status.cancelled { cursor = nil }
      throw error
    }
  }

  /// Leaves the frame that was looked at behind.
  func pass() {
    if case .end? = peeked?.event { return }
    peeked = nil
    cursor = cursor.map { $0 + 1 }
  }

  /// Decodes up to frame `index`, which must not lie behind.
  ///
  /// - Returns: whether there is such a frame.
  func skip(to index: Int) throws(PluginError) -> Bool {
    while true {
      if case .end = try peek().event { return false }
      guard let cursor, cursor < index else { return cursor == index }
      pass()
    }
  }

  /// Begins anew at the first frame.
  func restart() throws(PluginError) {
    cursor = nil
    peeked = nil
    stream = try PictureStream(freshDemuxer())
    clock = FrameClock(stream.demuxer.stream)
    cursor = 0
  }

  /// Begins at an access point and decodes up to frame `index`.
  ///
  /// - Returns: whether it came as the table says, with everything before it intact. If not, only `restart` helps.
  func jump(to index: Int, _ table: SeekTable) throws(PluginError) -> Bool {
    cursor = nil
    peeked = nil
    clock.leap()
    guard try stream.jump(to: table.point(for: index).point) else { return false }
    let wanted = table.time(of: index)
    while case .picture(let stamp?, false) = try stream.next(), stream.isRegular, stamp <= wanted {
      guard stamp == wanted else { continue }
      peeked = (.picture(time: stamp, isDamaged: false), clock.time(stamp))
      cursor = index
      return true
    }
    return false
  }
}
