import Base
import CSVFAP
import Jobs

/// What stands behind a `svfap_predictor`.
final class PredictorObject: @unchecked Sendable {
  // Used through `gate` only.
  let predictor: Predictor
  let gate = OwnerGate()
  /// The stream between begin and end.
  var stream: VideoRun?
  var summary = OwnedText("{}")
  /// The flag that stops this predictor's work, if the host gave one.
  var cancel: CancelToken?

  init(_ predictor: Predictor) { self.predictor = predictor }

  /// Runs `body` as the only user.
  static func enter<Result>(
    _ handle: OpaquePointer?, _ body: (PredictorObject) throws(SVFAPError) -> Result
  ) throws(SVFAPError) -> Result {
    let object = try HandleTable.shared.object(handle, .predictor, as: PredictorObject.self)
    return try object.gate.enter(.predictor) { () throws(SVFAPError) in try body(object) }
  }

  /// Runs `body` as the only user; nothing else is possible while frames are being pushed.
  static func use<Result>(
    _ handle: OpaquePointer?, _ body: (PredictorObject) throws(SVFAPError) -> Result
  ) throws(SVFAPError) -> Result {
    try enter(handle) { (object) throws(SVFAPError) in
      guard object.stream == nil else { throw SVFAPError(.busy, "a stream is being pushed; call svfap_predictor_end first") }
      return try body(object)
    }
  }

  /// Runs `body` as the only user, with the stream that was begun.
  static func useStream(
    _ handle: OpaquePointer?, _ body: (PredictorObject, VideoRun) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    try enter(handle) { (object) throws(SVFAPError) in
      guard let stream = object.stream else { throw SVFAPError(.invalidArgument, "no stream was begun; call svfap_predictor_begin first") }
      try body(object, stream)
    }
  }

  /// Calls `body` for a few clips of `view` at a time: memory for views that are not contiguous does not grow with the
  /// batch, and the host's flag is looked at on the way.
  func inPieces(
    _ view: CheckedView, _ body: (_ clips: Range<Int>, _ values: UnsafePointer<Float>) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    var scratch: FloatBuffer?
    defer { withExtendedLifetime(scratch) {} }
    for first in stride(from: 0, to: view.shape[0], by: Predictor.clipsAtATime) {
      if cancel?.isRequested == true { throw SVFAPError(.cancelled, "stopped on request") }
      let clips = first..<min(first + Predictor.clipsAtATime, view.shape[0])
      let values = try view.floats(rows: clips, scratch: &scratch)
      try body(clips, values)
    }
  }
}
