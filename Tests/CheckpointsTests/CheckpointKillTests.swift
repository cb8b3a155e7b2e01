import CheckpointSamples
import Checkpoints
import Glibc
import TestSupport
import Testing

@Suite("A saving process is killed at random moments")
struct CheckpointKillTests {
  @Test("the last generation it reported, or the next, loads to the bit, and the next process goes on from it")
  func kills() throws {
    let rows = 20_000
    let folder = TemporaryFolder()
    let store = try CheckpointStore(folder.path)
    let run = try SampleRun(rows: rows)
    var random = SystemRandomNumberGenerator()
    var next = 1
    for round in 0..<20 {
      let child = try #require(ChildProcess([ChildProcess.tool("run-writer"), "loop", folder.path, "\(next)", "\(rows)"]))
      var reported = next - 1
      // Whole saves first, then a moment within one.
      for _ in 0..<round % 3 {
        let line = try #require(child.line())
        reported = try #require(Int(line.dropFirst("saved ".count)))
      }
      usleep(UInt32.random(in: 1...60_000, using: &random))
      child.kill()
      let outcome = child.wait()
      #expect(outcome.status == -SIGKILL)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.allSatisfy { $0.hasPrefix("saved ") })
      reported = lines.last.flatMap { Int($0.dropFirst("saved ".count)) } ?? reported
      let found = try store.newest()
      #expect(found.skipped.isEmpty)
      if let state = found.state {
        #expect((reported...reported + 1).contains(state.step))
        #expect(try run.matches(state))
      } else {
        #expect(reported == 0)
      }
      next = (found.state?.step ?? 0) + 1
      try store.removeLeftovers()
    }
    if let best = try store.best() { #expect(best.step % 3 == 0) }
  }
}
