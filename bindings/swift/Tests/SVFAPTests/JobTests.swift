import SVFAP
import Testing

@Suite("Whole tasks")
struct JobTests {
  private let world: World

  init() throws { world = try World() }

  private struct Enough: Error {}

  @Test("a task takes JSON and gives JSON, once")
  func runs() throws {
    let job = try Job("plugins", in: world.runtime)
    #expect(status { _ = try job.result } == .busy)
    let result = try job.run()
    #expect(try result.contains("\"classification\"") && job.result == result)
    #expect(status { try job.run() } == .busy)
  }

  @Test("kinds and options are told; what is wrong with them, too")
  func schemas() throws {
    #expect(try Job.kinds.contains("\"finetune\""))
    #expect(try Job.schema(of: "create").contains("\"size\""))
    #expect(status { _ = try Job.schema(of: "nothing") } == .notFound)
    #expect(status { _ = try Job("create", "{\"sizes\": 1}", in: world.runtime) } == .config)
  }

  @Test("a flag stops a task, and so does what its progress throws")
  func stopping() throws {
    let options = #"{"size": "tiny", "repeat": 1000}"#
    let cancellation = try Cancellation()
    cancellation.request()
    #expect(status { try Job("bench", options, in: world.runtime).run(cancellation: cancellation) } == .cancelled)
    #expect(throws: Enough.self) { try Job("bench", options, in: world.runtime).run(progress: { _ in throw Enough() }) }
  }
}
