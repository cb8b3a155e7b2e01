import Base
import Glibc
import Jobs
import Testing

/// Runs a job as the C interface does: options as JSON, checked against its schema.
func run(_ kind: String, _ options: JSONValue, _ runtime: Runtime? = nil) throws -> JSONObject {
  try JobCatalog.make(kind, options, runtime ?? Runtime(options: [:])).run(RunContext())
}

/// A runtime that reads folders of pictures.
func runtimeWithFrames() throws -> Runtime { try runtime(with: "svfap_video_frames") }

/// A runtime that knows classes.
func runtimeWithHead() throws -> Runtime { try runtime(with: "svfap_head_classification") }

/// A runtime with plugins of this build: they lie beside the test program.
func runtime(with plugins: String..., threads: Int = 0) throws -> Runtime {
  let runtime = try Runtime(options: ["threads": .integer(Int64(threads))])
  let program = try #require(realpath("/proc/self/exe", nil))
  defer { free(program) }
  let folder = String(cString: program).split(separator: "/").dropLast().joined(separator: "/")
  for plugin in plugins { try runtime.registry.load(path: "/\(folder)/lib\(plugin).so") }
  return runtime
}
