import Base
import CSVFAP
import Jobs
import Video

/// Hands a record to the host's callback.
///
/// - Throws: `cancelled` if the host asks to stop.
private func hand(
  _ record: WindowRecord, _ callback: svfap_window_fn, _ user: UnsafeMutableRawPointer?
) throws(SVFAPError) {
  let window = record.window
  let goesOn = withHostText(record.reason ?? "") { reason in
    record.readings.withUnsafeBufferPointer { readings in
      var raw = svfap_window(
        struct_size: UInt64(MemoryLayout<svfap_window>.size), index: Int64(window.index), start_frame: Int64(window.startFrame),
        end_frame: Int64(window.endFrame), start_s: window.startTime, end_s: window.endTime, success: record.isSuccess ? 1 : 0,
        padded_frames: Int32(clamping: window.paddedFrames), reason: reason, readings: readings.baseAddress,
        reading_count: UInt64(readings.count), winner: Int64(record.winner ?? -1))
      return callback(user, &raw) == 0
    }
  }
  if !goesOn { throw SVFAPError(.cancelled, "stopped by the window callback") }
}

@c @implementation
public func svfap_predictor_run(
  _ predictor: OpaquePointer!, _ source: OpaquePointer!, _ onWindow: svfap_window_fn!, _ user: UnsafeMutableRawPointer!,
  _ options: UnsafePointer<svfap_run_options>!, _ error: ErrorOut
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    guard let onWindow else { throw nullArgument("on_window") }
    let video = try SourceObject.find(source)
    try PredictorObject.use(predictor) { (object) throws(SVFAPError) in
      let context = try runContext(options, fallback: object.cancel)
      try video.gate.enter(.source) { () throws(SVFAPError) in
        let run = try VideoRun(object.predictor, wanted: .readings, cancel: context.token) { (record) throws(SVFAPError) in
          try hand(record, onWindow, user)
        }
        defer { object.summary = OwnedText(JSONValue.object(run.summary).text()) }
        try run.run(video.source, context, activity: "predict")
      }
    }
  }
}

@c @implementation
public func svfap_predictor_begin(
  _ predictor: OpaquePointer!, _ stream: UnsafePointer<svfap_stream_info>!, _ onWindow: svfap_window_fn!, _ user: UnsafeMutableRawPointer!,
  _ error: ErrorOut
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    guard let onWindow else { throw nullArgument("on_window") }
    let info = try intake(stream, "stream")
    // `user` is the host's; it is only passed back.
    nonisolated(unsafe) let user = user
    try PredictorObject.use(predictor) { (object) throws(SVFAPError) in
      guard object.predictor.options.views == 0 else {
        throw SVFAPError(.unsupported, "uniform views need the whole video; push frames to a predictor without \"views\"")
      }
      let run = try VideoRun(object.predictor, wanted: .readings, cancel: object.cancel) { (record) throws(SVFAPError) in
        try hand(record, onWindow, user)
      }
      let hasRate = info.rate_numerator > 0 && info.rate_denominator > 0
      try run.begin(rate: hasRate ? Double(info.rate_numerator) / Double(info.rate_denominator) : nil)
      object.stream = run
    }
  }
}

/// The frame that a host pushed, checked.
private func checked(_ pushed: svfap_frame, index: Int) throws(SVFAPError) -> Frame {
  guard pushed.reserved == 0, [0, 1].contains(pushed.damaged) else {
    throw SVFAPError(
      .invalidArgument, "frame: damaged is \(pushed.damaged), expected 0 or 1; reserved is \(pushed.reserved), expected 0",
      detail: ["where": "frame"])
  }
  let isDamaged = pushed.damaged != 0 || pushed.rgb == nil
  let sides = Int64(1)...Int64(Frame.sideLimit)
  guard isDamaged || sides.contains(pushed.width) && sides.contains(pushed.height) else {
    throw SVFAPError(
      .shape, "frame: \(pushed.width) x \(pushed.height) pixels; 1 to \(Frame.sideLimit) are possible on either side",
      detail: ["where": "frame"])
  }
  guard isDamaged || pushed.row_bytes >= 3 * pushed.width && pushed.row_bytes <= Int64(Frame.rowByteLimit) else {
    throw SVFAPError(
      .shape, "frame: \(pushed.row_bytes) bytes a row; \(3 * pushed.width) to \(Frame.rowByteLimit) are possible",
      detail: ["where": "frame"])
  }
  guard pushed.time_s.isFinite else {
    throw SVFAPError(.invalidArgument, "frame: time_s is \(pushed.time_s)", detail: ["where": "frame"])
  }
  return Frame(
    index: index, time: pushed.time_s, width: isDamaged ? 0 : Int(pushed.width), height: isDamaged ? 0 : Int(pushed.height),
    rowBytes: isDamaged ? 0 : Int(pushed.row_bytes), rgb: isDamaged ? nil : pushed.rgb, isDamaged: isDamaged)
}

@c @implementation
public func svfap_predictor_push(_ predictor: OpaquePointer!, _ frame: UnsafePointer<svfap_frame>!, _ error: ErrorOut) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let pushed = try intake(frame, "frame")
    try PredictorObject.useStream(predictor) { (_, stream) throws(SVFAPError) in
      try stream.push(try checked(pushed, index: stream.account.decoded))
    }
  }
}

@c @implementation
public func svfap_predictor_end(_ predictor: OpaquePointer!, _ error: ErrorOut) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    try PredictorObject.useStream(predictor) { (object, stream) throws(SVFAPError) in
      defer {
        object.stream = nil
        object.summary = OwnedText(JSONValue.object(stream.summary).text())
      }
      // The push that failed has told; there are no more windows.
      guard stream.failure == nil else { return }
      try stream.finish()
    }
  }
}
