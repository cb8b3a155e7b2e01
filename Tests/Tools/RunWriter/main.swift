// Writes the files of a made-up run, for tests that kill it, trace it, and fill its disk.
//
//   run-writer save DIR STEP [ROWS]   one save between two marks that a trace shows: save-begins, save-ends
//   run-writer best DIR STEP          the same of making a generation the best
//   run-writer loop DIR STEP [ROWS]   saves STEP, STEP + 1 ... until it is killed, and says so after each
//   run-writer survive DIR [ROWS] [BYTES]
//       saves steps 1 to 5, which may fail, and ends with 0 if the last that was saved loads. BYTES: no file may become
//       larger from the third step to the fourth.
//   run-writer hold DIR               holds the lock of a run until its input ends
//   run-writer log FILE BYTES         appends records to a log that may not become larger, then one without that limit
import Base
import CheckpointSamples
import Checkpoints
import Glibc
import Reports

func say(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  _ = write(1, bytes, bytes.count)
}

/// Tries a save and says how it went.
func attempt(_ store: CheckpointStore, _ run: SampleRun, _ step: Int) -> Bool {
  do throws(SVFAPError) {
    for warning in try run.save(step: step, in: store) { say("warning: \(warning.message) [errno \(warning.detail["errno"] ?? "-")]") }
    say("saved \(step)")
    return true
  } catch {
    say("error: \(error.message) [errno \(error.detail["errno"] ?? "-")]")
    return false
  }
}

/// Limits the size of files; a write beyond is an error then.
func limitFiles(to bytes: UInt) {
  signal(SIGXFSZ, SIG_IGN)
  var limit = rlimit(rlim_cur: bytes, rlim_max: UInt.max)
  setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
}

/// A system call that does nothing and can be found in a trace.
func mark(_ name: String) { _ = access(name, F_OK) }

let arguments = CommandLine.arguments
func argument(_ index: Int, else fallback: String = "") -> String { index < arguments.count ? arguments[index] : fallback }
let folder = argument(2)

switch argument(1) {
case "save":
  let run = try SampleRun(rows: Int(argument(4)) ?? 3)
  let store = try CheckpointStore(folder)
  mark("save-begins")
  let isSaved = attempt(store, run, Int(argument(3)) ?? 0)
  mark("save-ends")
  exit(isSaved ? 0 : 1)

case "best":
  let store = try CheckpointStore(folder)
  mark("save-begins")
  do throws(SVFAPError) { try store.keepAsBest(step: Int(argument(3)) ?? 0) } catch {
    say("error: \(error.message) [errno \(error.detail["errno"] ?? "-")]")
    exit(1)
  }
  mark("save-ends")

case "loop":
  let run = try SampleRun(rows: Int(argument(4)) ?? 3)
  let store = try CheckpointStore(folder)
  for step in (Int(argument(3)) ?? 1)... {
    guard attempt(store, run, step) else { exit(1) }
    if step % 3 == 0 { try store.keepAsBest(step: step) }
  }

case "survive":
  let run = try SampleRun(rows: Int(argument(3)) ?? 3)
  let store = try CheckpointStore(folder)
  var saved: Int?
  for step in 1...5 {
    if let bytes = UInt(argument(4)) { limitFiles(to: (3...4).contains(step) ? bytes : UInt.max) }
    if attempt(store, run, step) { saved = step }
  }
  let state = try store.newest().state
  say("loaded \(state.map { "\($0.step)" } ?? "nothing"), leftovers \(try Folder(folder).names().filter(DurableFile.isLeftover).count)")
  let matches = try state.map { try run.matches($0) } ?? true
  exit(state?.step == saved && matches ? 0 : 2)

case "hold":
  let lock = try RunLock(folder)
  say("held")
  withExtendedLifetime(lock) { while getchar() != EOF {} }

case "log":
  let log = try MetricsLog(folder)
  limitFiles(to: UInt(argument(3)) ?? 0)
  while true {
    do throws(SVFAPError) { try log.append(MetricsRecord("step", step: log.records + 1, epoch: 0)) } catch {
      say("error: \(error.message), \(log.records) records")
      break
    }
  }
  limitFiles(to: UInt.max)
  try log.append(MetricsRecord("step", step: log.records + 1, epoch: 0))

default:
  say("see the head of this program's source")
  exit(64)
}
