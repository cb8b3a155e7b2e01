import Base
import CSVFAP

/// The run context of optional run options.
///
/// - Parameter fallback: the flag that counts when the options name none.
func runContext(_ pointer: UnsafePointer<svfap_run_options>?, fallback: CancelToken? = nil) throws(SVFAPError) -> RunContext {
  guard pointer != nil else { return RunContext(cancel: fallback) }
  let options = try intake(pointer, "options")
  let token = try cancelToken(options.cancel) ?? fallback
  guard let progress = options.progress else { return RunContext(cancel: token) }
  return RunContext(cancel: token) { report in
    withHostText(report.activity) { activity in
      var raw = svfap_progress(
        struct_size: UInt64(MemoryLayout<svfap_progress>.size), done: report.done, total: report.total ?? -1, elapsed_s: report.elapsed,
        remaining_s: report.remaining ?? -1, activity: activity)
      return progress(options.progress_user, &raw) == 0
    }
  }
}
