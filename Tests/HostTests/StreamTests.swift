import Glibc
import TestSupport
import Testing

@Suite("svfap-host: what is printed", .enabled(if: Driver.isBuilt, "make build comes first"))
struct StreamTests {
  private let bench = Workbench()

  @Test("output that cannot be written is a failure")
  func fullOutput() {
    let full = Driver.shell("\"$0\" info \(bench.model) > /dev/full")
    #expect(full.status == 1 && full.output == "svfap-host: cannot write to standard output: No space left on device\n")
    #expect(Driver.shell("\"$0\" --version > /dev/full").status == 1)
    let closed = Driver.shell("\"$0\" info \(bench.model) >&-")
    #expect(closed.status == 1 && closed.output == "svfap-host: cannot write to standard output: Bad file descriptor\n")
  }

  @Test("with all streams closed the files are as always: nothing is printed into them")
  func closedStreams() {
    let usual = Driver.run("predict", bench.video, "--model", bench.model, "--out", bench.folder("usual"))
    #expect(usual.status == 0, "\(usual.output)")
    let closed = Driver.shell("\"$0\" predict \(bench.video) --model \(bench.model) --out \(bench.folder("closed")) <&- >&- 2>&-")
    #expect(closed.status == 1)
    #expect(!Fixtures.bytes(bench.folder("usual/00000.csv")).isEmpty)
    #expect(Fixtures.bytes(bench.folder("closed/00000.csv")) == Fixtures.bytes(bench.folder("usual/00000.csv")))
  }

  @Test("characters that command a terminal do not reach it from a file's name")
  func controlCharacters() {
    let outcome = Driver.shell(#""$0" info $'a\x1b[31mb\xc2\x9b.mp4'"#)
    #expect(outcome.output == "svfap-host: cannot open a\\u001b[31mb\\u009b.mp4: No such file or directory\n")
  }

  @Test("with --json, what failed as a whole is told as JSON too")
  func failureAsJSON() {
    let outcome = Driver.shell("\"$0\" predict x.mp4 --model \(bench.autoencoder) --json 2>/dev/null")
    #expect(outcome.status == 1)
    #expect(outcome.output.hasPrefix("{\"error\":{\"") && outcome.output.contains("\"status\":12"), "\(outcome.output)")
    #expect(outcome.output.contains("\(bench.autoencoder): this is a pre-training model"))
  }
}
