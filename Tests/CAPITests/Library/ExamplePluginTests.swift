import TestSupport
import Testing

@Suite("Examples of plugins: strangers to the library, which they train, read and predict with")
struct ExamplePluginTests {
  /// An example, compiled once.
  struct Plugin {
    let source: String
    let id: String
    let path: String
    let diagnostics: String

    /// Compiles as the example's first lines say.
    init(_ source: String, _ kind: String, _ id: String) {
      self.source = "\(Built.root)/examples/\(source)"
      self.id = id
      path = "\(Built.folder)/svfap_\(kind)_\(id).so"
      let language = source.hasSuffix(".cpp") ? ["g++", "-std=c++17"] : ["cc", "-std=c99"]
      let outcome = Command.run(
        language + ["-O2"] + Built.warnings + ["-shared", "-fPIC", "-fvisibility=hidden", "-Wl,-z,nodelete", "-I\(Built.include)"]
          + [self.source, "-lm", "-o", path])
      diagnostics = outcome.stdout + outcome.stderr
    }
  }

  private static let attention = Plugin("attention_pool_head.c", "head", "attention-pool")
  private static let huber = Plugin("cxx_head.cpp", "head", "huber")
  private static let y4m = Plugin("y4m_source.c", "video", "y4m")

  private func program(_ name: String) -> String {
    let (program, diagnostics) = Built.program("\(Built.root)/examples/\(name).c", named: "example-\(name)")
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    return program
  }

  /// The number behind `"value": ` in the account of a run: its best metric.
  private func best(_ text: String) -> Double? {
    text.split(separator: "\"best\": {\"value\": ").dropFirst().first.flatMap { Double($0.prefix { $0 != "," }) }
  }

  @Test("every example of a plugin is less than 200 lines, builds without a warning, exports its entry and loads")
  func builds() throws {
    for plugin in [Self.attention, Self.huber, Self.y4m] {
      #expect(plugin.diagnostics.isEmpty, "\(plugin.diagnostics)")
      #expect((1..<200).contains(Fixtures.bytes(plugin.source).count { $0 == UInt8(ascii: "\n") }), "\(plugin.source)")
      #expect(SharedLibrary(plugin.path).exports.contains("svfap_plugin_v1"))
      let listed = Command.run([Built.host, "plugins", "--plugin", plugin.path])
      #expect(listed.status == 0 && listed.stdout.contains("  \(plugin.id) 1.0.0 (MIT)"), "\(listed.stdout)\(listed.stderr)")
    }
  }

  @Test("a head that the library has never seen is trained, stopped, resumed and read back, and comes half of the way to the built-in one")
  func trains() throws {
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    let outcome = Command.run(["env", "-i", program("train_head"), Self.attention.path, folder], seconds: 240)
    #expect(outcome.status == 0, "\(outcome.stderr)")
    let lines = outcome.stdout.split(separator: "\n").map(String.init)
    #expect(lines.contains("finetune: stopped half-way"), "\(outcome.stdout)")
    // Concordance of valence: 0 is chance.
    let own = try #require(best(outcome.stdout), "\(outcome.stdout)")
    let builtIn = Command.run(
      [
        Built.host, "finetune", "\(folder)/train/manifest.csv", "--validation", "\(folder)/validation/manifest.csv", "--config",
        "\(folder)/run/config.json", "--head", "dimensional", "--set", "head={\"outputs\": [\"valence\"]}", "--set", "learning_rate=0.15",
        "--batch", "4", "--epochs", "40", "--out", "\(folder)/built-in", "--json",
      ], seconds: 240)
    #expect(builtIn.status == 0, "\(builtIn.stderr)")
    let other = try #require(best(builtIn.stdout), "\(builtIn.stdout)")
    #expect(own > 0.3 && own > other / 2, "\(own) against \(other)")
    // The first video is happy, the second one sad.
    let readings = lines.suffix(2).compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
    #expect(readings.count == 2 && readings[0] > readings[1], "\(outcome.stdout)")
    // Without its plugin the model is refused, with the plugin's name.
    let stranger = Command.run([
      Built.host, "predict", "\(folder)/validation/00000.mp4", "--model", "\(folder)/run/model.safetensors", "--out", folder,
    ])
    #expect(stranger.status == 1 && stranger.stderr.contains("attention-pool"), "\(stranger.stderr)")
  }

  @Test("what is no label is told, with what was expected")
  func labels() throws {
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    for (head, label) in [(Self.attention, "1.5"), (Self.huber, "high")] {
      Fixtures.write(Array("synthetic:1 0.5\nsynthetic:2 \(label)\n".utf8), to: "\(folder)/list.txt")
      let outcome = Command.run([
        Built.host, "finetune", "\(folder)/list.txt", "--size", "tiny", "--head", head.id, "--plugin", head.path, "--batch", "2", "--out",
        "\(folder)/run-\(head.id)",
      ])
      #expect(outcome.status == 1 && outcome.stderr.contains("expected one label field, a number"), "\(outcome.stderr)")
    }
  }

  @Test("Y4M: colours, ranges, times, pipes, seeking, and streams that are not whole")
  func streams() throws {
    let environment = ["SVFAP_LIBRARY=\(Built.library)", "PYTHONPATH=\(Built.root)/bindings/python", "PYTHONDONTWRITEBYTECODE=1"]
    let outcome = Command.run(
      ["env"] + environment + ["python3", "-W", "error", Fixtures.path("python/y4m_source.py"), Self.y4m.path], seconds: 60)
    #expect(outcome.status == 0 && outcome.stderr.contains("Ran 5 tests"), "\(outcome.stderr)")
  }

  @Test("waiting for a pipe that nobody writes to ends with Ctrl-C")
  func waiting() throws {
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    #expect(Command.run(["mkfifo", "\(folder)/camera.y4m"]).status == 0)
    #expect(Command.run([Built.host, "create", "--size", "tiny", "--out", "\(folder)/model"]).status == 0)
    let outcome = Command.run(
      [
        "timeout", "--preserve-status", "--signal=INT", "2", Built.host, "predict", "\(folder)/camera.y4m", "--model", "\(folder)/model",
        "--plugin",
        Self.y4m.path, "--out", folder,
      ], seconds: 30)
    #expect(outcome.status == 130 && outcome.stderr.contains("stopped while waiting for data"), "\(outcome.status) \(outcome.stderr)")
  }

  @Test("threads that share a model read the very bits that one thread reads", arguments: [1, 2, 4, 8])
  func threads(count: Int) throws {
    let model = "\(Built.folder)/shared-\(count).safetensors"
    #expect(Command.run([Built.host, "create", "--size", "tiny", "--seed", "5", "--out", model]).status == 0)
    let outcome = Command.run(["env", "-i", program("predict_threads"), model, "\(count)"])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stdout == "12 videos, 24 windows, on \(count) threads: 0 differ from those of one thread\n")
  }
}
