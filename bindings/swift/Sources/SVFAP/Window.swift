import CSVFAP

/// One window of a video and what the model says of it.
public struct Window: Sendable, Hashable {
  /// 0, 1, 2 ...
  public let index: Int
  /// The frames that it covers.
  public let frames: Range<Int>
  /// Seconds from the start of the video: time of the first frame, end of the last.
  public let start, end: Double
  /// Every number that the model reports, in the order of `Model.outputs`; empty if there are none.
  public let readings: [Float]
  /// Place of the most probable class; nil if outputs are not classes, or there are no readings.
  public let winner: Int?
  /// Why there are no readings; nil if there are.
  public let failure: String?
  /// Repeats of the last frame that fill up the clip.
  public let paddedFrames: Int
  /// What the readings are.
  public let outputs: [Model.Output]

  /// Copies a window of the library.
  init(_ window: svfap_window, _ outputs: [Model.Output]) {
    index = Int(window.index)
    frames = Int(window.start_frame)..<max(Int(window.end_frame), Int(window.start_frame))
    start = window.start_s
    end = window.end_s
    failure = window.success != 0 ? nil : String(window.reason)
    readings = window.success != 0 ? Array(UnsafeBufferPointer(start: window.readings, count: Int(clamping: window.reading_count))) : []
    winner = window.success != 0 && outputs.indices.contains(Int(window.winner)) ? Int(window.winner) : nil
    paddedFrames = Int(window.padded_frames)
    self.outputs = outputs
  }

  /// The reading of an output; nil if there is none of this name.
  public subscript(name: String) -> Float? {
    guard let place = outputs.firstIndex(where: { $0.name == name }), readings.indices.contains(place) else { return nil }
    return readings[place]
  }

  /// Name and probability of the most probable class; nil if outputs are not classes, or there are no readings.
  public var label: (name: String, probability: Float)? {
    winner.flatMap { readings.indices.contains($0) ? (outputs[$0].name, readings[$0]) : nil }
  }
}
