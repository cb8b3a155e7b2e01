import CSVFAP

/// A video that is being read. One thread at a time may use it.
///
///     let video = try Source.open("clip.mp4", in: runtime)
///     while let frame = try video.next() { ... }
public final class Source {
  let handle: OpaquePointer

  private init(owned handle: OpaquePointer) { self.handle = handle }

  deinit { svfap_source_release(handle, nil) }

  /// Opens a video.
  ///
  /// - Parameters:
  ///   - path: a file, a folder of frames, or what a source plugin understands ("synthetic:").
  ///   - plugin: id of the source that shall read it; "auto" takes the one that suits.
  ///   - config: JSON of that plugin's options.
  ///   - cancellation: a flag that stops opening, `next` and `seek`.
  public static func open(
    _ path: String, plugin: String = "auto", config: String = "{}", cancellation: Cancellation? = nil, in runtime: Runtime
  ) throws(SVFAPError) -> Source {
    let options = "{\"source\": \(plugin.quoted), \"config\": \(config)}"
    return Source(
      owned: try made {
        svfap_source_open(runtime.handle, path, path.byteCount, options, options.byteCount, cancellation?.handle, $0, $1)
      })
  }

  /// What is known of the stream.
  public var info: StreamInfo {
    get throws(SVFAPError) {
      var info = svfap_stream_info.empty
      try call { svfap_source_info(handle, &info, $0) }
      return StreamInfo(info)
    }
  }

  /// The next frame; nil after the last.
  public func next() throws(SVFAPError) -> Frame? {
    var frame = svfap_frame.empty
    do throws(SVFAPError) {
      try call { svfap_source_next(handle, &frame, $0) }
    } catch  where error.status == .end {
      return nil
    }
    return Frame(frame)
  }

  /// Moves so that the next frame is number `index`, the same picture as when reading from the start. After a failure other
  /// than `invalidArgument` the source stands anywhere; seek again.
  public func seek(to index: Int) throws(SVFAPError) {
    try call { svfap_source_seek(handle, Int64(index), $0) }
  }
}

@available(*, unavailable)
extension Source: Sendable {}

/// Frames per second, as a fraction.
public struct FrameRate: Sendable, Hashable {
  /// So many frames ...
  public let frames: Int
  /// ... in so many seconds.
  public let seconds: Int

  /// A rate such as 30000 frames in 1001 seconds.
  public init(frames: Int, seconds: Int = 1) {
    self.frames = frames
    self.seconds = seconds
  }

  /// The rate as a number.
  public var perSecond: Double { Double(frames) / Double(seconds) }
}

/// What is known of a video before its frames are read.
public struct StreamInfo: Sendable, Hashable {
  /// Size of the frames delivered, rotation applied.
  public let width, height: Int
  /// As the container claims it; nil when unknown.
  public let frameCount: Int?
  /// Average rate; nil when the frames' times say it, or when they carry none.
  public let rate: FrameRate?
  /// Whether frames carry times. Pictures in a folder carry none.
  public let isTimed: Bool
  /// In seconds, as the container claims it; nil when unknown.
  public let duration: Double?
  /// Rotation that was applied, clockwise: 0, 90, 180 or 270 degrees.
  public let rotation: Int
  /// Whether a frame is reached without reading all before it.
  public let isSeekable: Bool
  /// Container and codec, for people.
  public let format: String
  /// JSON object of whatever else the source knows; empty if nothing.
  public let metadata: String

  init(_ info: svfap_stream_info) {
    width = Int(info.width)
    height = Int(info.height)
    frameCount = info.frame_count >= 0 ? Int(info.frame_count) : nil
    isTimed = info.rate_numerator != 0 || info.rate_denominator != 0
    rate =
      info.rate_numerator > 0 && info.rate_denominator > 0
      ? FrameRate(frames: Int(info.rate_numerator), seconds: Int(info.rate_denominator)) : nil
    duration = info.duration_s >= 0 ? info.duration_s : nil
    rotation = Int(info.rotation_degrees)
    isSeekable = info.seekable != 0
    format = String(info.format)
    metadata = String(info.metadata)
  }
}
