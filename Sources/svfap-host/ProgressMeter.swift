import CSVFAP
import Glibc

/// One line that tells what is being done, how far it is and how long it will still take.
final class ProgressMeter {
  private let visible: Bool

  init(visible: Bool) { self.visible = visible && Terminal.isInteractive }

  /// Calls `body` with run options that report here and stop on `cancel`.
  func whileRunning(
    cancel: OpaquePointer?, _ body: (UnsafePointer<svfap_run_options>) throws(LibraryError) -> Void
  ) throws(LibraryError) {
    var options = svfap_run_options(
      struct_size: UInt64(MemoryLayout<svfap_run_options>.size), cancel: cancel, progress: nil, progress_user: nil)
    if visible {
      options.progress = { _, progress in
        if let progress { Terminal.progress(ProgressMeter.line(progress.pointee, width: Terminal.width)) }
        return 0
      }
    }
    defer { if visible { Terminal.progress("") } }
    try body(&options)
  }

  /// "predict clip.mp4  [########        ]  52 %  0:41 left"
  static func line(_ progress: svfap_progress, width: Int) -> String {
    let bytes = UnsafeRawBufferPointer(start: progress.activity.data, count: Int(progress.activity.size))
    var activity = String(decoding: bytes, as: UTF8.self)
    var tail: String
    if progress.total > 0 {
      let share = min(max(progress.done / progress.total, 0), 1)
      let cells = 24
      let full = Int(share * Double(cells))
      let percent = String(Int(share * 100))
      tail = "  [" + String(repeating: "#", count: full) + String(repeating: " ", count: cells - full) + "] "
      tail += String(repeating: " ", count: 3 - percent.count) + percent + " %"
    } else {
      tail = "  \(Int(progress.done))"
    }
    tail += progress.remaining_s >= 0 ? "  \(time(progress.remaining_s)) left" : "  \(time(progress.elapsed_s))"
    let room = max(width - 1 - tail.count, 8)
    if activity.count > room { activity = String(activity.prefix(room - 1)) + "…" }
    return activity + tail
  }

  private static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    return whole >= 3600 ? "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))" : "\(whole / 60):\(two(whole % 60))"
  }
}
