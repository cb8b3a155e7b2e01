import TestSupport
import Testing

/// A fault that a fixture has when it is compiled with its name, and the tests that must find it.
struct Fault: CustomTestStringConvertible, Sendable {
  let name: String
  /// Ids of exactly the tests that do not pass.
  let tests: [String]
  /// How the first one ends.
  let status: String
  /// What its message says, among other things.
  let saying: String

  init(_ name: String, _ tests: String..., status: String = "failed", saying: String) {
    self.name = name
    self.tests = tests
    self.status = status
    self.saying = saying
  }

  var testDescription: String { name }

  /// Compiles the fixture and has it checked.
  func check(_ source: String, _ name: String) throws {
    let plugin = try Checked.build(
      Fixtures.path("plugins/\(source).c"), name, in: "\(source)-\(self.name)", ["-DFAULT=\(self.name)"])
    let checked = Checked(plugin, ["--rounds", "8", "--time-limit", "3"])
    #expect(checked.failures.keys.sorted() == tests.sorted(), "\(checked.messages)")
    #expect(checked.status == (tests.isEmpty ? 0 : 1), "\(checked.output.prefix(2000))")
    guard let first = tests.first else { return }
    #expect(checked.failures[first] == status)
    #expect(checked.messages[first]?.contains(saying) == true, "\(checked.messages[first] ?? "")")
  }
}

@Suite("Heads with one fault each: the test of that contract finds it, and no other", .enabled(if: !Checked.isInstrumented))
struct FaultyHeadTests {
  static let numberFaults = [
    Fault("NONE", saying: ""),
    Fault(
      "WRONG_WEIGHT_GRADIENT", "head.gradient.parameters", "head.gradient.mixed", "head.gradient.options",
      saying: "the gradient by parameter \"weight\""),
    Fault(
      "WRONG_BIAS_GRADIENT", "head.gradient.parameters", "head.gradient.mixed", "head.gradient.options", saying: "(1.05 times as much)"),
    Fault(
      "WRONG_INPUT_GRADIENT", "head.gradient.input", "head.gradient.mixed", "head.gradient.options", saying: "the gradient by the input"),
    Fault("WRONG_OPTION_GRADIENT", "head.gradient.options", saying: "with \"sharp\": true"),
    Fault("WRONG_MIXED_LOSS", "head.gradient.mixed", saying: "differences of its loss say"),
    Fault("OVERWRITES_GRADIENTS", "head.gradient.accumulates", saying: "gradients of parameters are added"),
    Fault("ADDS_TO_INPUT_GRADIENT", "head.gradient.overwrites", saying: "the gradient by the input is written"),
    Fault("SUMS_LOSS", "head.loss.mean", saying: "the loss is a mean over the batch"),
    Fault("LOSS_AT_RANDOM", "head.loss.repeat", "head.instances", "head.threads", "fuzz.head", saying: "loss of the same batch was"),
    Fault("BY_BATCH", "head.forward.companions", "head.loss.mean", saying: "in a batch of 9"),
    Fault(
      "BY_PLACE", "head.forward.companions", "head.forward.order", "head.loss.mean", "head.loss.order", saying: "expected the same bits"),
    Fault("HIDES_NAN", "head.forward.nan", saying: "expected NaN among them"),
    Fault("NAN_SPREADS", "head.forward.nan", saying: "the outputs of clip 0 change"),
    Fault("OUT_OF_RANGE", "head.readings.range", saying: "declared to lie in -1.0 to 1.0"),
    Fault("NO_MERGE", "head.metrics.merge", saying: "their sums added"),
    Fault("WRONG_DIRECTION", "head.metrics.perfect", saying: "it is declared that larger is better"),
  ]

  static let callFaults = [
    Fault("CRASHES", "head.forward", status: "crashed", saying: "SIGSEGV; at the time: forward (4 clips)"),
    Fault("EXITS", "head.forward", status: "crashed", saying: "ended itself with status 3"),
    Fault("HANGS", "head.loss", status: "hung", saying: "at the time: loss (1 clips)"),
    Fault("LEAVES_OUTPUTS", "head.forward", saying: "of clip 3 is nan"),
    Fault("WRITES_BEHIND", "head.bounds", "fuzz.head", saying: "behind the raw outputs"),
    Fault("SHARES_STATE", "head.instances", saying: "of width 7"),
    Fault("SILENT", "head.told", saying: "without a message"),
    Fault("TAKES_GARBAGE", "head.target.garbage", saying: "\"no such label\""),
    Fault("WRITES_ROW_ON_ERROR", "head.target.garbage", saying: "expected it untouched"),
    Fault("BROKEN_REPORT", "head.report", "head.metrics.empty", saying: "no JSON"),
    Fault("IGNORES_NULL", "head.denied", "head.told", status: "crashed", saying: "allocation 1 denied"),
    Fault(
      "CRASHES_ON_CONFIG", "config.head.outside", "config.head.wrong", "config.head.text", "head.told", status: "crashed",
      saying: "SIGSEGV; at the time: create"),
    Fault("SCHEMA_KEYWORD", "entry.schema", saying: "\"pattern\", which the host does not know"),
    Fault("DESCRIBES_ANEW", "entry.describe", "entry.init.again", "entry.host.exact", saying: "another text the second time"),
    Fault("LARGER_HOST", "entry.host.newer", saying: "later minors only add to the end"),
    Fault("READS_BEHIND_HOST", "entry.host.exact", status: "crashed", saying: "init with a host table"),
  ]

  static let hygieneFaults = [
    Fault("PRINTS", "hygiene.output", saying: "it printed \"forward"),
    Fault("LEAKS", "hygiene.leaks", saying: "made the heap"),
    Fault("KEEPS_HOST_MEMORY", "hygiene.memory", "hygiene.leaks", "head.denied", "fuzz.head", saying: "were not given back"),
    Fault("UMASK", "hygiene.umask", saying: "mask 77"),
    Fault("SIGNAL", "hygiene.signals", saying: "signal 10: handler 0x"),
    Fault("ENVIRONMENT", "hygiene.environment", saying: "FAULTY=1"),
    Fault("DIRECTORY", "hygiene.directory", saying: "after the plugin was loaded and used: /"),
    Fault("ROUNDING", "hygiene.float", saying: "mode 0x"),
    Fault("THREAD", "hygiene.threads", saying: "a second after all was closed"),
    Fault("DESCRIPTOR", "hygiene.descriptors", "hygiene.leaks", saying: "/dev/null"),
    Fault("FREES_FOREIGN", "hygiene.host", saying: "that host->allocate did not give"),
    Fault("OVERFLOWS_HOST_MEMORY", "hygiene.host", saying: "outside of the"),
    Fault("WRONG_CONTEXT", "head.create", saying: "no memory"),
  ]

  @Test("mathematics", arguments: numberFaults)
  func mathematics(_ fault: Fault) throws { try fault.check("faulty_head", "svfap_head_faulty.so") }

  @Test("behaviour", arguments: callFaults)
  func behaviour(_ fault: Fault) throws { try fault.check("faulty_head", "svfap_head_faulty.so") }

  @Test("what it does to the program around it", arguments: hygieneFaults)
  func hygiene(_ fault: Fault) throws { try fault.check("faulty_head", "svfap_head_faulty.so") }

  @Test("numbers that differ from one call to the next, and inputs that are written, are found by many tests, the one for it among them")
  func many() throws {
    for (name, id) in [("AT_RANDOM", "head.forward.repeat"), ("WRITES_INPUT", "head.inputs")] {
      let plugin = try Checked.build(
        Fixtures.path("plugins/faulty_head.c"), "svfap_head_faulty.so", in: "faulty_head-\(name)", ["-DFAULT=\(name)"])
      #expect(Checked(plugin, ["--only", "head", "--rounds", "8"]).failures[id] == "failed", "\(name)")
    }
  }

  @Test("a file that is linked in another way than plugins are")
  func files() throws {
    let cases: [(flags: [String], name: String, id: String)] = [
      (["-DSECOND_EXPORT"], "svfap_head_faulty.so", "file.exports"),
      (["-Wl,-z,execstack"], "svfap_head_faulty.so", "file.stack"),
      (["-Wl,-rpath,/opt/lib"], "svfap_head_faulty.so", "file.runpath"),
      (["-Wl,-z,delete"], "svfap_head_faulty.so", "file.nodelete"),
      ([], "svfap_head_other.so", "file.name"),
      ([], "svfap_video_faulty.so", "file.name"),
    ]
    for (number, (flags, name, id)) in cases.enumerated() {
      let plugin = try Checked.build(Fixtures.path("plugins/faulty_head.c"), name, in: "file\(number)", ["-DFAULT=NONE"] + flags)
      let checked = Checked(plugin, ["--only", "file"])
      #expect(Array(checked.failures.keys) == [id], "\(flags) \(checked.messages)")
    }
  }
}
