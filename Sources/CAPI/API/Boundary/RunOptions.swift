import Base
import CSVFAP

/// The run context of optional run options.
func runContext(_ pointer: UnsafePointer<svfap_run_options>?) throws(SVFAPError) -> RunContext {
  guard pointer != nil else { return RunContext() }
  let options = try intake(pointer, "options")
  let token = try cancelToken(options.cancel)
  guard let progress = options.progress else { return RunContext(cancel: token) }
  return RunContext(cancel: token) { report in
    var activity = report.activity
    return activity.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { text in
        var raw = svfap_progress(
          struct_size: UInt64(MemoryLayout<svfap_progress>.size), done: report.done, total: report.total ?? -1, elapsed_s: report.elapsed,
          remaining_s: report.remaining ?? -1, activity: svfap_text(data: text.baseAddress, size: UInt64(text.count)))
        return progress(options.progress_user, &raw) == 0
      }
    }
  }
}
