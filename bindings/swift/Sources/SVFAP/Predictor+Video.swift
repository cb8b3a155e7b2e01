import CSVFAP

extension Predictor {
  /// Predicts a video from where it stands to its end, in memory that does not grow with its length; with views all of it, twice.
  /// A video that breaks off gives the windows of what could be read; `summary` tells where and why it ended.
  ///
  /// - Parameters:
  ///   - progress: receives progress a few times a second.
  ///   - cancellation: a flag that stops it.
  ///   - onWindow: receives the windows in order. What it throws ends the run, and comes out of it.
  /// - Throws: `SVFAPError`, or what a closure threw.
  public func run(
    _ video: Source, progress: Progress.Receiver? = nil, cancellation: Cancellation? = nil, onWindow: (Window) throws -> Void
  ) throws {
    let catcher = Catcher()
    try withoutActuallyEscaping(onWindow) { onWindow in
      let receiver = WindowReceiver(model.outputs, catcher, onWindow)
      try withRunOptions(progress, cancellation, catcher) { options in
        try catcher.calling { svfap_predictor_run(handle, video.handle, WindowReceiver.function, receiver.user, options, $0) }
      }
      withExtendedLifetime(receiver) {}
    }
  }

  /// The windows of a video, from where it stands to its end.
  public func windows(
    of video: Source, progress: Progress.Receiver? = nil, cancellation: Cancellation? = nil
  ) throws -> [Window] {
    var windows: [Window] = []
    try run(video, progress: progress, cancellation: cancellation) { windows.append($0) }
    return windows
  }

  /// Begins a stream of frames that `push` takes. Until its `end` the predictor takes no other work.
  ///
  /// - Parameter rate: average frames per second; nil if unknown: frames are then chosen by their times.
  public func begin(rate: FrameRate? = nil) throws(SVFAPError) {
    var info = svfap_stream_info.empty
    info.frame_count = Int64(SVFAP_UNKNOWN_COUNT)
    info.duration_s = -1
    info.rate_numerator = Int64(rate?.frames ?? 0)
    info.rate_denominator = Int64(rate?.seconds ?? 1)
    try call { svfap_predictor_begin(handle, &info, WindowCollector.function, stream.user, $0) }
    stream.windows = []
  }

  /// Takes the next frame of a stream; returns the windows that it completes. The order of pushing counts, not the index. A
  /// frame that is refused (`shape`, `invalidArgument`) leaves the stream as it was.
  public func push(_ frame: Frame) throws -> [Window] {
    try frame.withFrame { frame in try call { svfap_predictor_push(handle, frame, $0) } }
    return stream.take()
  }

  /// Ends a stream; returns its last windows.
  public func end() throws(SVFAPError) -> [Window] {
    try call { svfap_predictor_end(handle, $0) }
    return stream.take()
  }

  /// JSON account of the last run, also of one that failed: windows, what became of every frame, and how the video ended.
  public var summary: String {
    get throws(SVFAPError) { try text { svfap_predictor_summary(handle, $0, $1, $2) } }
  }
}

/// Hands the windows of a run to a closure.
private final class WindowReceiver {
  let outputs: [Model.Output]
  let catcher: Catcher
  let receive: (Window) throws -> Void

  init(_ outputs: [Model.Output], _ catcher: Catcher, _ receive: @escaping (Window) throws -> Void) {
    self.outputs = outputs
    self.catcher = catcher
    self.receive = receive
  }

  /// For C, valid as long as this object.
  var user: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static let function: svfap_window_fn = { user, window in
    guard let user, let window else { return 0 }
    let receiver = Unmanaged<WindowReceiver>.fromOpaque(user).takeUnretainedValue()
    return receiver.catcher.run { try receiver.receive(Window(window.pointee, receiver.outputs)) }
  }
}

/// Keeps the windows of a stream until they are asked for.
final class WindowCollector {
  let outputs: [Model.Output]
  var windows: [Window] = []

  init(_ outputs: [Model.Output]) { self.outputs = outputs }

  /// For C, valid as long as this object.
  var user: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  func take() -> [Window] {
    defer { windows = [] }
    return windows
  }

  static let function: svfap_window_fn = { user, window in
    guard let user, let window else { return 0 }
    let collector = Unmanaged<WindowCollector>.fromOpaque(user).takeUnretainedValue()
    collector.windows.append(Window(window.pointee, collector.outputs))
    return 0
  }
}
