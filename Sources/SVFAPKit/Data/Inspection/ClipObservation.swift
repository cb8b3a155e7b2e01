import Video

/// What was seen of one clip.
package struct ClipObservation: Sendable {
  package let path: String
  /// Why the clip cannot be read; nil if it can.
  package var failure: String?
  package var width = 0
  package var height = 0
  /// Frames per second; nil if nobody knows.
  package var frameRate: Double?
  /// Frames of the whole clip: counted, or as the container claims; nil if neither.
  package var frameCount: Int?
  /// Frames that were decoded and looked at, or were found damaged.
  package var decoded = 0
  package var damaged = 0
  package var pictures = PictureStatistics()
  /// Names of the frames, for a folder of frames.
  package var names: FrameNames?

  package init(path: String) { self.path = path }
}
