/// A kind of video: frames from a file, a folder, a device or nothing at all. One thread at a time uses one that is open; it
/// closes in its deinit.
public protocol VideoSource: AnyObject, SendableMetatype {
  /// JSON Schema of the options, an object with `properties` and their `default`s. No options if not given.
  static var schema: String { get }
  /// How likely this source can read a path: 0 no, 100 surely. Opens nothing.
  ///
  /// - Parameter head: the first bytes of a regular file, up to 4096; empty for anything else.
  static func score(path: String, head: UnsafeRawBufferPointer) -> Int

  /// Opens `path` and nothing else: no file or address that the content names.
  init(path: String, options: Options) throws(PluginError)

  /// What is known of the stream.
  var info: StreamInfo { get throws(PluginError) }
  /// The next frame; nil, again and again, after the last. Its pixels stay valid until the next call. A frame that cannot be
  /// restored is marked as damaged, or it is an error; it is never silently the one before.
  func next() throws(PluginError) -> Frame?
}

extension VideoSource {
  public static var schema: String { #"{"type": "object", "properties": {}}"# }
}

/// A video of which any frame is reached without reading all before it. Its plugin's entry says
/// `SVFAP_SWIFT_SEEKABLE_VIDEO_SOURCE`. Of other sources the host reads from the start again.
public protocol SeekableVideoSource: VideoSource {
  /// Moves so that `next` gives frame `index`, the same picture that reading from the start would give.
  ///
  /// - Returns: where it stands.
  func seek(to index: Int) throws(PluginError) -> Int
}

/// What is known of a video stream before its frames are read.
public struct StreamInfo: Sendable {
  /// How fast frames follow each other.
  public enum Rate: Sendable {
    /// On average so many frames in so many seconds.
    case average(frames: Int, seconds: Int)
    /// The frames' times say it.
    case byTimes
    /// Frames carry no times, as pictures in a folder.
    case untimed
  }

  /// Size of the frames delivered.
  public var width, height: Int
  /// How fast frames follow each other.
  public var rate: Rate
  /// nil when unknown.
  public var frameCount: Int?
  /// In seconds; nil when unknown.
  public var duration: Double?
  /// Rotation that was applied, clockwise: 0, 90, 180 or 270 degrees.
  public var rotation = 0
  /// What it is, for people.
  public var format: String
  /// JSON object of whatever else is known, or empty.
  public var metadata = ""

  /// Facts that every stream has.
  public init(width: Int, height: Int, rate: Rate, frameCount: Int? = nil, duration: Double? = nil, format: String) {
    self.width = width
    self.height = height
    self.rate = rate
    self.frameCount = frameCount
    self.duration = duration
    self.format = format
  }
}

/// One picture.
public struct Frame {
  /// Position in the stream from 0, damaged frames counted.
  public var index: Int
  /// Presentation time from the start of the stream, in seconds.
  public var time: Double
  /// Size in pixels.
  public var width, height: Int
  /// Bytes from one row to the next, at least three a pixel.
  public var rowBytes: Int
  /// 8-bit R, G, B, R, G, B ...; nil in a frame that is lost.
  public var rgb: UnsafePointer<UInt8>?
  /// Whether it could not be restored faithfully.
  public var isDamaged = false

  /// A picture whose rows follow each other without gaps.
  public init(index: Int, time: Double, width: Int, height: Int, rgb: UnsafePointer<UInt8>?) {
    self.index = index
    self.time = time
    self.width = width
    self.height = height
    self.rgb = rgb
    (rowBytes, _) = width.multipliedReportingOverflow(by: 3)
  }
}
