import Base
import CSVFAP

/// A window as the callback received it.
struct Record: Equatable {
  var index = 0
  var frames = 0..<0
  var seconds = 0.0...0.0
  var isSuccess = false
  var paddedFrames = 0
  var reason = ""
  var readings: [Float] = []
  var winner = 0
}

/// Collects windows, and may do something when one comes.
final class Windows {
  var records: [Record] = []
  /// What the callback returns: anything but 0 stops.
  var onWindow: (Record) -> Int32 = { _ in 0 }

  var user: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static let callback: svfap_window_fn = { user, window in
    guard let user, let raw = window?.pointee else { return 1 }
    let windows = Unmanaged<Windows>.fromOpaque(user).takeUnretainedValue()
    let record = Record(
      index: Int(raw.index), frames: Int(raw.start_frame)..<Int(raw.end_frame), seconds: raw.start_s...raw.end_s,
      isSuccess: raw.success == 1, paddedFrames: Int(raw.padded_frames), reason: raw.reason.data.map { String(cString: $0) } ?? "NULL",
      readings: Array(UnsafeBufferPointer(start: raw.readings, count: Int(raw.reading_count))), winner: Int(raw.winner))
    windows.records.append(record)
    return windows.onWindow(record)
  }
}

/// Predicts a whole video.
func run(_ predictor: Owned, _ video: Owned, _ windows: Windows = Windows()) throws -> [Record] {
  try check { svfap_predictor_run(predictor.handle, video.handle, Windows.callback, windows.user, nil, $0) }
  return windows.records
}

func summary(_ predictor: Owned) throws -> JSONValue { try json { svfap_predictor_summary(predictor.handle, $0, $1, $2) } }

extension svfap_stream_info {
  /// A stream of frames; only its rate counts.
  init(rate: Int) {
    self.init()
    struct_size = UInt64(MemoryLayout<svfap_stream_info>.size)
    rate_numerator = Int64(rate)
    rate_denominator = 1
  }
}

/// Frames as the counting source makes them, with gaps between their rows.
struct CountingFrames {
  var count: Int
  var width = 20
  var height = 12
  var gap = 5
  var rate = 25.0

  func pixels(_ number: Int) -> [UInt8] {
    var pixels: [UInt8] = []
    for y in 0..<height {
      for i in 0..<3 * width { pixels.append(UInt8(truncatingIfNeeded: 7 * number + 3 * (i / 3) + 5 * y + 11 * (i % 3))) }
      pixels += [UInt8](repeating: 0xEE, count: gap)
    }
    return pixels
  }

  /// Pushes frame `number`.
  func push(_ number: Int, to predictor: Owned, isLost: Bool = false) -> Refusal? {
    pixels(number).withUnsafeBufferPointer { rgb in
      var frame = svfap_frame()
      frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
      frame.time_s = Double(number) / rate
      frame.width = Int64(width)
      frame.height = Int64(height)
      frame.row_bytes = Int64(3 * width + gap)
      frame.rgb = isLost ? nil : rgb.baseAddress
      frame.damaged = isLost ? 1 : 0
      return refusal { svfap_predictor_push(predictor.handle, &frame, $0) }
    }
  }

  /// A whole stream.
  func stream(to predictor: Owned, rate known: Int, lost: Set<Int> = [], _ windows: Windows = Windows()) throws -> [Record] {
    var info = svfap_stream_info(rate: known)
    try check { svfap_predictor_begin(predictor.handle, &info, Windows.callback, windows.user, $0) }
    for number in 0..<count {
      if let refusal = push(number, to: predictor, isLost: lost.contains(number)) { throw refusal }
    }
    try check { svfap_predictor_end(predictor.handle, $0) }
    return windows.records
  }
}
