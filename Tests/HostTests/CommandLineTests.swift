import TestSupport
import Testing

@Suite("svfap-host: what is typed", .enabled(if: Driver.isBuilt, "make build comes first"))
struct CommandLineTests {
  private let bench = Workbench()

  @Test("an option out of its range leaves with 64 and is named as it is typed")
  func ranges() {
    let cases: [([String], String)] = [
      (["predict", bench.video, "--model", bench.model, "--hop", "-1"], "svfap-host: --hop: expected 1 to 1000000, found -1\n"),
      (
        ["predict", bench.video, "--model", bench.model, "--sampling-rate", "0"],
        "svfap-host: --sampling-rate: expected 1 to 10000, found 0\n"
      ),
      // Wrong for this model only: known when it is open.
      (["predict", bench.video, "--model", bench.model, "--hop", "3"], "svfap-host: --hop: expected a multiple of the sampling rate"),
      (
        ["reconstruct", bench.video, "--model", bench.autoencoder, "--mask-ratio", "-0.5"],
        "--mask-ratio: expected 0.01 to 0.99, found -0.5"
      ),
      (["reconstruct", bench.video, "--model", bench.autoencoder, "--mask-ratio", "nan"], "--mask-ratio: expected number, found \"nan\""),
      (
        ["create", "--size", "tiny", "--out", bench.folder("x"), "--threads", "-2"],
        "svfap-host: --threads: expected 0 to 256, found -2\n"
      ),
      (["create", "--size", "huge", "--out", bench.folder("x")], "svfap-host: --size: "),
      (
        ["pretrain", bench.folder("drawn"), "--out", bench.folder("x"), "--epochs", "0"],
        "svfap-host: --epochs: expected 1 to 1000000, found 0\n"
      ),
      (
        ["pretrain", bench.folder("drawn"), "--out", bench.folder("x"), "--set", "learning_rate=fast"], "svfap-host: --set learning_rate: "
      ),
    ]
    for (arguments, message) in cases {
      let outcome = Driver.run(arguments)
      #expect(outcome.status == 64 && outcome.output.contains(message), "\(arguments): \(outcome.output)")
      #expect(outcome.output.hasSuffix("See 'svfap-host \(arguments[0]) --help'.\n"))
    }
  }

  @Test("options that exclude each other are refused, not ignored")
  func exclusion() {
    let outcome = Driver.run("predict", bench.video, "--model", bench.model, "--views", "2", "--hop", "8")
    #expect(outcome.status == 64 && outcome.output.contains("--hop: views are spread evenly"), "\(outcome.output)")
    #expect(Driver.run("reconstruct", bench.video, "--model", bench.autoencoder, "--hop", "8").status == 64)
  }

  @Test(
    "a key that stands twice in typed JSON is an error: one of its values would be lost",
    arguments: [
      #"{"frames": 60, "frames": 40}"#, #"{"a": {"b": [1, {"c\"": 1, "c\"": 2}]}}"#,
    ])
  func repeatedKeys(json: String) {
    let outcome = Driver.run("synthesize", "--out", bench.folder("x"), "--config", json)
    #expect(outcome.status == 64 && outcome.output.contains("stands twice"), "\(outcome.output)")
  }

  @Test("the same key in different objects, and strings that look like keys, are no repetition")
  func keysThatDiffer() {
    let outcome = Driver.run(
      "synthesize", "--out", bench.folder("x"), "--config", #"{"a": {"b": "\"b\":"}, "c": {"b": ["b", "b"]}}"#)
    // Such options there are not; that much is found out later.
    #expect(outcome.status != 0 && !outcome.output.contains("stands twice"), "\(outcome.output)")
  }

  @Test("a name that is not UTF-8 cannot be passed on, which is said before anything is done")
  func names() {
    let outcome = Driver.shell(#""$0" info $'caf\xe9.mp4'"#)
    #expect(outcome.status == 64 && outcome.output.contains("is not UTF-8 text: rename the file"), "\(outcome.output)")
  }

  @Test("a file's path at the beginning of a message is not taken for an option")
  func paths() {
    let outcome = Driver.run("info", "/dev/null")
    #expect(outcome.status == 1 && outcome.output.hasPrefix("svfap-host: /dev/null: "), "\(outcome.output)")
  }
}
