import Base
import Glibc
import Plugins
import TestSupport
import Testing

/// The program that `make build` puts beside the library.
enum Worker {
  static let path = Fixtures.path("../../.build/release/svfap/svfap-worker")
  static let isBuilt = access(path, X_OK) == 0
}

@Suite("A job of the library in a process of its own", .enabled(if: Worker.isBuilt, "make build comes first"))
struct WorkerJobTests {
  private let workshop = PluginWorkshop()

  private func run(_ job: WorkerJob, seconds: Double = 20) throws -> WorkerJob.Outcome {
    try job.run(.init(seconds: seconds), worker: Worker.path)
  }

  @Test("its result")
  func result() throws {
    let path = try workshop.build("entry", as: "good.so")
    let outcome = try run(WorkerJob("plugins", plugins: [path]))
    guard case .finished(let result) = outcome.ending else { throw Unexpected(outcome) }
    #expect(result["plugins"]?.arrayValue?.first?["id"] == "entry")
    #expect(outcome.printed.isEmpty)
  }

  struct Unexpected: Error {
    let outcome: WorkerJob.Outcome
    init(_ outcome: WorkerJob.Outcome) { self.outcome = outcome }
  }

  @Test("its error, with all that the library says of it")
  func errors() throws {
    for (job, code) in [
      (WorkerJob("none"), .notFound), (WorkerJob("plugins", options: ["none": 1]), .config),
      (WorkerJob("plugins", runtime: ["threads": -1]), .config),
      (WorkerJob("plugins", plugins: ["/none.so"]), .notFound), (WorkerJob("plugins", plugins: ["none.so"]), .invalidArgument),
    ] as [(WorkerJob, SVFAPError.Code)] {
      let outcome = try run(job)
      guard case .failed(let error) = outcome.ending else { throw Unexpected(outcome) }
      #expect(error.code == code, "\(error.message)")
    }
    guard case .failed(let error) = try run(WorkerJob("plugins", plugins: ["/none.so"])).ending else { return }
    #expect(error.detail["path"] == "/none.so" && error.message.contains("/none.so"))
    #expect(failure { try run(WorkerJob("plugins\0")) }?.code == .invalidArgument)
  }

  @Test("a program that is not there, and one that is another")
  func noProgram() throws {
    let missing = try #require(failure { try WorkerJob("plugins").run(.init(seconds: 5), worker: "/none/svfap-worker") })
    #expect(missing.code == .notFound && missing.message.contains("looked for at /none/svfap-worker"), "\(missing.message)")
    #expect(failure { try WorkerJob("plugins").run(.init(seconds: 5), worker: nil) }?.code == .notFound)
    let other = try #require(failure { try WorkerJob("plugins").run(.init(seconds: 5), worker: "/bin/ls") })
    #expect(other.code == .io && other.message.contains("/bin/ls does not start"), "\(other.message)")
  }
}
