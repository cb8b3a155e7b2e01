import Base
import Conformance
import TestSupport
import Testing

@Suite("svfap-host plugin-check", .enabled(if: !Checked.isInstrumented))
struct PluginCheckCommandTests {
  private static let classification = "\(Checked.root)/.build/release/svfap/plugins-1/svfap_head_classification.so"

  private func run(_ arguments: String..., directory: String? = nil) -> Command.Outcome {
    Command.run([Checked.host, "plugin-check"] + arguments, directory: directory)
  }

  @Test("prints TAP: version, plan, a line a test, and a block of YAML for each that fails")
  func tap() throws {
    let plugin = try Checked.build(Fixtures.path("plugins/faulty_head.c"), "svfap_head_faulty.so", in: "tap", ["-DFAULT=CRASHES"])
    let outcome = run(plugin, "--only", "head.forward", "--only", "head.create", "--rounds", "3")
    let lines = outcome.stdout.split(separator: "\n").map(String.init)
    #expect(
      outcome.status == 1 && lines.prefix(2) == ["TAP version 13", "1..\(lines.count { $0.hasPrefix("ok ") || $0.hasPrefix("not ok ") })"])
    #expect(lines.contains("ok 1 - head.create: a head is made and ended, and NULL is ended too"), "\(outcome.stdout)")
    let place = try #require(lines.firstIndex { $0.hasPrefix("not ok 2 - head.forward: ") })
    #expect(lines[place + 1] == "  ---" && lines[place + 2] == "  status: crashed" && lines[place + 5] == "  ...", "\(outcome.stdout)")
    #expect(lines[place + 3].contains("SIGSEGV") && lines[place + 4].contains("--only head.forward"), "\(outcome.stdout)")
    #expect(lines.contains { $0.hasPrefix("ok 3 - ") && $0.hasSuffix("# SKIP head.forward did not pass") }, "\(outcome.stdout)")
    #expect(lines.last?.hasPrefix("# 1 passed, 1 failed, ") == true, "\(outcome.stdout)")
  }

  @Test("the same seed gives the same outcome, and what is drawn follows from it")
  func seeds() throws {
    let plugin = try Checked.build(
      Fixtures.path("plugins/faulty_head.c"), "svfap_head_faulty.so", in: "seeds", ["-DFAULT=WRONG_BIAS_GRADIENT"])
    let messages = ["1", "1", "2"].map {
      Checked(plugin, ["--only", "head.gradient.parameters", "--seed", $0]).messages["head.gradient.parameters"]
    }
    #expect(messages[0] != nil && messages[0] == messages[1] && messages[0] != messages[2], "\(messages)")
  }

  @Test("tests are chosen by id, by its beginning and by pattern, and left out in the same way")
  func choice() {
    let only = Checked(Self.classification, ["--only", "file", "--only", "head.gradient.*", "--skip", "*.mixed", "--skip", "file.stack"])
      .ids
    #expect(only.contains("file.loads") && only.contains("head.gradient.parameters"), "\(only)")
    #expect(!only.contains("file.stack") && !only.contains("head.gradient.mixed") && !only.contains("head.create"), "\(only)")
    let wrong = run(Self.classification, "--only", "head.gradiant.input")
    #expect(wrong.status == 64 && wrong.stderr.contains("did you mean \"head.gradient.input\"?"), "\(wrong.stderr)")
  }

  @Test("a path may be relative; a list needs none; without both the command line is wrong")
  func paths() {
    let folder = "\(Checked.root)/.build/release/svfap"
    #expect(run("plugins-1/svfap_head_classification.so", "--only", "file.stack", directory: folder).status == 0)
    let list = run("--list")
    #expect(list.status == 0 && list.stdout.contains("head.gradient.parameters  ") && list.stdout.split(separator: "\n").count > 100)
    #expect(run().status == 64)
    #expect(run(Self.classification, "--rounds", "0").status == 64)
    #expect(run(Self.classification, "--no-such-option").status == 64)
  }

  @Test("what cannot be loaded fails the test that loads it, and nothing else is tried")
  func unloadable() {
    let text = "\(Checked.folder)/svfap_head_text.so"
    Fixtures.write(Array("no library\n".utf8), to: text)
    let checked = Checked(text, ["--skip", "file.note"])
    #expect(checked.status == 1 && checked.failures["file.loads"] == "failed", "\(checked.output)")
    #expect(checked.ids.allSatisfy { $0.hasPrefix("file.") }, "\(checked.ids)")
    let missing = Checked("\(Checked.folder)/missing.so")
    #expect(missing.status == 1 && missing.messages["file.loads"]?.contains("missing.so") == true, "\(missing.output)")
  }

  @Test("in this process, all tests come to the same as in processes of their own")
  func inProcess() {
    let apart = Checked(Self.classification, ["--only", "head", "--rounds", "3"])
    let here = Checked(Self.classification, ["--only", "head", "--rounds", "3", "--in-process"])
    #expect(here.status == 0 && here.ids == apart.ids && here.ids.count > 30, "\(here.messages)")
  }

  @Test("a sample that is given is what a source is tested with")
  func sample() throws {
    let clip = "\(Checked.folder)/clip.avi"
    let made = Command.run(
      ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=3", "-c:v", "mpeg4", "-g", "10", clip])
    try #require(made.status == 0, "\(made.stderr)")
    let plugin = "\(Checked.root)/.build/release/svfap/plugins-1/svfap_video_ffmpeg.so"
    let checked = Checked(plugin, ["--only", "source", "--sample", clip, "--rounds", "10"])
    #expect(checked.status == 0 && checked.ids.contains("source.seek.equal"), "\(checked.messages)")
    #expect(Checked(plugin, ["--only", "source.open", "--sample", "\(clip).missing"]).failures["source.open"] == "failed")
  }
}

@Suite("The tests that plugins are put to")
struct ConformanceSuiteTests {
  @Test("every test has an id of its own, a title, and gates that come before it")
  func ids() {
    let tests = ConformanceSuite.all
    #expect(Set(tests.map(\.id)).count == tests.count && tests.count >= 100)
    var before: Set<String> = []
    for test in tests {
      #expect(test.gates.allSatisfy(before.contains), "\(test.id)")
      #expect(!test.title.isEmpty && !test.title.hasSuffix("."), "\(test.id)")
      before.insert(test.id)
    }
  }
}
