import Base
import CheckpointSamples
import Checkpoints
import Glibc
import TestSupport
import Testing

@Suite("The store keeps two generations and the best")
struct CheckpointStoreTests {
  private let temporary: TemporaryFolder
  private let store: CheckpointStore
  private let run: SampleRun

  init() throws {
    temporary = TemporaryFolder()
    store = try CheckpointStore(temporary.path)
    run = try SampleRun()
  }

  private var folder: String { temporary.path }

  private func save(_ steps: Int...) throws {
    for step in steps { #expect(try run.save(step: step, in: store).isEmpty) }
  }

  private func file(_ step: Int) -> String { "\(folder)/\(CheckpointStore.name(ofStep: step))" }

  /// Changes one byte in place.
  private func damage(_ path: String, at offset: Int) {
    var bytes = Fixtures.bytes(path)
    bytes[offset] ^= 0x10
    Fixtures.write(bytes, to: path)
  }

  @Test("an empty store has nothing to offer")
  func empty() throws {
    let found = try store.newest()
    #expect(found.state == nil)
    #expect(found.skipped.isEmpty)
    #expect(try store.best() == nil)
  }

  @Test("the third save removes the first generation")
  func prune() throws {
    try save(10, 20, 30)
    #expect(try store.steps() == [30, 20])
    #expect(try store.newest().state?.step == 30)
  }

  @Test("names sort as numbers, beyond ten digits too", arguments: [0, 7, 1_234_567_890, 98_765_432_100])
  func names(step: Int) {
    #expect(CheckpointStore.step(ofName: CheckpointStore.name(ofStep: step)) == step)
  }

  @Test("files of other names are left alone", arguments: ["notes.txt", "step-12.safetensors", "step-00000000x1.safetensors"])
  func foreign(name: String) throws {
    Fixtures.write([1, 2, 3], to: "\(folder)/\(name)")
    try save(1, 2, 3)
    #expect(Fixtures.bytes("\(folder)/\(name)") == [1, 2, 3])
    #expect(try store.newest().skipped.isEmpty)
  }

  @Test("a damaged generation is passed over with the reason, and replaced by the course that the run then takes")
  func fallBack() throws {
    try save(10, 20)
    damage(file(20), at: Fixtures.bytes(file(20)).count - 20)
    let found = try store.newest()
    #expect(found.state?.step == 10)
    #expect(found.skipped.map(\.name) == [CheckpointStore.name(ofStep: 20)])
    #expect(found.skipped.first?.reason.contains("ema/a") == true)
    try save(15)
    #expect(try store.steps() == [15, 10])
  }

  @Test("with every checkpoint damaged there is an error that says so: a run must not start anew by itself")
  func allDamaged() throws {
    try save(10, 20)
    for step in [10, 20] { damage(file(step), at: 100) }
    let error = #expect(throws: SVFAPError.self) { try store.newest() }
    #expect(error?.code == .format)
    #expect(error?.message.contains("none of 2 checkpoints") == true)
  }

  @Test("the best stays when its generation goes, and is used when no generation is whole")
  func best() throws {
    try save(10)
    try store.keepAsBest(step: 10)
    try save(20, 30)
    #expect(try store.steps() == [30, 20])
    let best = try #require(try store.best())
    #expect(best.step == 10)
    #expect(try run.matches(best))
    for step in [20, 30] { damage(file(step), at: 300) }
    let found = try store.newest()
    #expect(found.state?.step == 10)
    #expect(found.skipped.count == 2)
  }

  @Test("making the same generation the best twice leaves one file")
  func bestTwice() throws {
    try save(10)
    try store.keepAsBest(step: 10)
    try store.keepAsBest(step: 10)
    #expect(try Folder(folder).names() == [CheckpointStore.bestName, CheckpointStore.name(ofStep: 10)])
    let error = #expect(throws: SVFAPError.self) { try store.keepAsBest(step: 11) }
    #expect(error?.code == .notFound)
  }

  @Test("saving a step again does not touch the best that was made of it")
  func saveAgain() throws {
    try save(10)
    try store.keepAsBest(step: 10)
    let before = Fixtures.bytes("\(folder)/\(CheckpointStore.bestName)")
    let other = RunConfiguration(["seed": 8])
    try store.save(TrainingSnapshot(step: 10, configuration: other, counters: [:], tensors: []))
    #expect(Fixtures.bytes("\(folder)/\(CheckpointStore.bestName)") == before)
  }

  @Test("a generation of another configuration is not used")
  func otherConfiguration() throws {
    try save(10)
    try store.save(TrainingSnapshot(step: 20, configuration: RunConfiguration(["seed": 8]), counters: [:], tensors: []))
    let found = try store.newest(configuration: SampleRun.configuration.digest)
    #expect(found.state?.step == 10)
    #expect(found.skipped.first?.reason.contains("another configuration") == true)
  }

  @Test("a renamed generation is not used")
  func renamed() throws {
    try save(10, 20)
    rename(file(20), file(99))
    let found = try store.newest()
    #expect(found.state?.step == 10)
    #expect(found.skipped.first?.reason.contains("holds step 20") == true)
  }

  @Test("a link that leads nowhere is passed over")
  func dangling() throws {
    try save(10)
    symlink("/nonexistent/state", file(20))
    let found = try store.newest()
    #expect(found.state?.step == 10)
    #expect(found.skipped.count == 1)
  }

  @Test("a reader always gets a whole state while another process saves")
  func readerBesideWriter() throws {
    let writer = try #require(ChildProcess([ChildProcess.tool("run-writer"), "loop", folder, "1", "2000"]))
    _ = writer.line()
    let reader = try SampleRun(rows: 2000)
    var last = 0
    for _ in 0..<30 {
      let found = try store.newest()
      let state = try #require(found.state)
      // The generation may be pruned between the choice and the reading: it stays readable, as it is open.
      #expect(try reader.matches(state))
      #expect(found.skipped.isEmpty)
      #expect(state.step >= last)
      last = state.step
    }
    writer.kill()
    _ = writer.wait()
    #expect(last > 1)
  }

  @Test("a folder that was removed is a clear error")
  func removedFolder() throws {
    try save(1)
    unlink(file(1))
    rmdir(folder)
    let error = #expect(throws: SVFAPError.self) { try run.save(step: 2, in: store) }
    #expect(error?.code == .notFound)
    #expect(error?.message.contains(folder) == true)
  }
}
