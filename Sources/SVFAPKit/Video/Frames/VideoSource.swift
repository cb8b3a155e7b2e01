import Base

/// One picture of a video. Its pixels belong to the source and are valid until the next call on it.
package struct Frame {
  /// Most pixels on either side.
  package static let sideLimit = 1 << 16
  /// Most bytes from one row to the next: the distance to any pixel stays far below 2^63.
  package static let rowByteLimit = 1 << 32

  /// Position in the stream, from 0, damaged frames counted.
  package let index: Int
  /// Presentation time from the start of the stream, in seconds.
  package let time: Double
  package let width: Int
  package let height: Int
  /// Distance between rows in bytes, at least 3 * width.
  package let rowBytes: Int
  /// 8-bit R, G, B, R, G, B ...; nil if the picture is lost.
  package let rgb: UnsafePointer<UInt8>?
  /// Whether the decoder could not restore it faithfully.
  package let isDamaged: Bool

  package init(index: Int, time: Double, width: Int, height: Int, rowBytes: Int, rgb: UnsafePointer<UInt8>?, isDamaged: Bool) {
    self.index = index
    self.time = time
    self.width = width
    self.height = height
    self.rowBytes = rowBytes
    self.rgb = rgb
    self.isDamaged = isDamaged
  }
}

/// What is known of a stream before its frames are read.
package struct StreamInfo: Sendable {
  package var width = 0
  package var height = 0
  /// As the container claims it; nil when unknown.
  package var frameCount: Int?
  /// Average frames per second as a fraction; nil when unknown.
  package var rate: (numerator: Int, denominator: Int)?
  /// Whether frames have times; those that the others come with mean nothing.
  package var isTimed = true
  /// As the container claims it, in seconds; nil when unknown.
  package var duration: Double?
  /// Rotation that was applied, clockwise.
  package var rotation = 0
  package var isSeekable = false
  /// Container and codec, for people.
  package var format = ""
  /// JSON object of whatever else the source knows.
  package var metadata = ""

  package init() {}

  /// Frames per second; nil when unknown.
  package var framesPerSecond: Double? {
    guard let rate, rate.numerator > 0, rate.denominator > 0 else { return nil }
    return Double(rate.numerator) / Double(rate.denominator)
  }
}

/// Frames from a file, a folder, a device or nothing at all. One thread at a time uses a source.
package protocol VideoSource: AnyObject {
  var info: StreamInfo { get }
  /// The next frame, nil after the last.
  ///
  /// - Throws: `format` or `io` if the stream breaks off.
  func next() throws(SVFAPError) -> Frame?
  /// Moves so that `next` gives frame `index`, the same picture as when reading from the start.
  func seek(to index: Int) throws(SVFAPError)
}

/// Takes frames and writes a video or pictures.
package protocol VideoSink: AnyObject {
  /// Adds a frame of the size that the sink was opened with.
  func write(_ frame: Frame) throws(SVFAPError)
  /// Completes the output. Without it, nothing is left behind.
  func finish() throws(SVFAPError)
}
