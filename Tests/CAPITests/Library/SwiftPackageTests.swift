import Glibc
import TestSupport
import Testing

@Suite("bindings/swift: programs and plugins in Swift, built outside of the tree against what is installed", .serialized)
struct SwiftPackageTests {
  /// The packages as a stranger has them: copies, in a folder that holds nothing else.
  private final class Strangers: Sendable {
    let folder = Fixtures.temporaryFolder()
    let copied: Command.Outcome

    init() {
      copied = Command.run(["cp", "-r", "\(Built.root)/bindings/swift", "\(Built.root)/examples/swift_head", folder])
    }

    deinit { _ = Command.run(["rm", "-rf", folder]) }

    /// Runs SwiftPM on one of the packages. What it makes stays in the tree's build folder, so that the next run is quick.
    func swift(_ arguments: [String], package: String) -> Command.Outcome {
      let kept: [String] = ["PATH", "HOME"].compactMap { (name: String) -> String? in
        guard let value = getenv(name) else { return nil }
        return "\(name)=\(String(cString: value))"
      }
      let environment =
        kept + [
          "PKG_CONFIG_PATH=\(Installed.prefix)/lib/pkgconfig", "LD_LIBRARY_PATH=\(Installed.prefix)/lib", "SVFAP_SWIFT=\(folder)/swift",
        ]
      let place = ["--package-path", "\(folder)/\(package)", "--scratch-path", SwiftPackageTests.scratch(package)]
      return Command.run(["env", "-i"] + environment + ["swift"] + arguments + place, seconds: 400)
    }
  }

  private static func scratch(_ package: String) -> String { "\(Built.root)/.build/strangers/\(package)" }

  private static let strangers = Strangers()

  /// The example of a plugin, built once, under the name that it is found by.
  private static let head: String = {
    let outcome = strangers.swift(["build", "-c", "release"], package: "swift_head")
    if outcome.status != 0 { Issue.record("swift build: \(outcome.stdout)\(outcome.stderr)") }
    let path = "\(Built.folder)/svfap_head_ordinal.so"
    return Command.run(["cp", "\(scratch("swift_head"))/release/libsvfap_head_ordinal.so", path]).status == 0 ? path : ""
  }()

  init() throws {
    try #require(!Installed.prefix.isEmpty && Self.strangers.copied.status == 0)
  }

  @Test("its own tests pass, and its example prints the timeline of a video")
  func program() throws {
    let outcome = Self.strangers.swift(["test", "--disable-xctest"], package: "swift")
    #expect(outcome.status == 0 && outcome.stdout.contains("passed after"), "\(outcome.stdout)\(outcome.stderr)")
    #expect(!(outcome.stdout + outcome.stderr).contains("warning:"), "\(outcome.stdout)\(outcome.stderr)")
    let model = "\(Built.folder)/timeline.safetensors"
    #expect(Command.run([Built.host, "create", "--size", "tiny", "--out", model]).status == 0)
    let timeline = ["env", "-i", "LD_LIBRARY_PATH=\(Installed.prefix)/lib", "\(Self.scratch("swift"))/debug/timeline", model]
    let told = Command.run(timeline + ["synthetic:1"])
    let lines = told.stdout.split(separator: "\n")
    #expect(told.status == 0 && lines.first?.hasPrefix("    0.00 -     2.56 #") == true, "\(told.stdout)\(told.stderr)")
    #expect(lines.last?.hasPrefix("{\"windows\": ") == true, "\(told.stdout)")
    let failed = Command.run(timeline + ["/no/such/video.mp4"])
    #expect(failed.status == 1 && failed.stderr.contains("cannot open /no/such/video.mp4"), "\(failed.stderr)")
  }

  @Test("every function of svfap.h is behind it")
  func complete() throws {
    let sources = Command.run(["sh", "-c", "cat \(Built.root)/bindings/swift/Sources/SVFAP/*.swift"]).stdout
    let words = Set(sources.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
    // The status of an error is the one that the call returned; outputs are values, not JSON.
    #expect(Set(ExportTests.declared).subtracting(words) == ["svfap_error_status", "svfap_model_outputs"])
  }

  @Test("a plugin in Swift is one small file; it exports its entry alone, carries the Swift runtime, and finds no toolchain")
  func plugin() throws {
    try #require(!Self.head.isEmpty)
    let library = SharedLibrary(Self.head)
    #expect(library.exports == ["svfap_plugin_v1"])
    #expect(library.dynamic("NEEDED").allSatisfy { !$0.contains("swift") && !$0.contains("svfap") && !$0.contains("Foundation") })
    #expect(library.dynamic("RUNPATH").allSatisfy { $0 == "$ORIGIN" })
    #expect(library.dynamic("FLAGS_1").joined().contains("NODELETE"))
    let source = Fixtures.bytes("\(Built.root)/examples/swift_head/Sources/OrdinalHead/OrdinalHead.swift")
    #expect((1..<150).contains(source.count { $0 == UInt8(ascii: "\n") }))
    let listed = Command.run([Built.host, "plugins", "--plugin", Self.head])
    #expect(listed.status == 0 && listed.stdout.contains("  ordinal 1.0.0 (MIT)"), "\(listed.stdout)\(listed.stderr)")
  }

  @Test("it keeps the contract of svfap_plugin.h, as plugin-check sees it")
  func contract() throws {
    try #require(!Self.head.isEmpty)
    let checked = Command.run([Built.host, "plugin-check", Self.head])
    #expect(checked.status == 0 && checked.stdout.contains(" 0 failed"), "\(checked.stdout)\(checked.stderr)")
  }

  @Test("a head in Swift is trained, stopped, resumed and read back by a program that knows nothing of it, and learns")
  func trains() throws {
    try #require(!Self.head.isEmpty)
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    let (program, diagnostics) = Built.program("\(Built.root)/examples/train_head.c", named: "example-train_head")
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    let outcome = Command.run(["env", "-i", program, Self.head, folder], seconds: 240)
    #expect(outcome.status == 0 && outcome.stdout.contains("finetune: stopped half-way"), "\(outcome.stdout)\(outcome.stderr)")
    // Levels that it is wrong by: 1.75 on average for whoever always says the middle one of five.
    let best = outcome.stdout.split(separator: "\"best\": {\"value\": ").dropFirst().first.flatMap { Double($0.prefix { $0 != "," }) }
    #expect(try #require(best) < 0.8, "\(outcome.stdout)")
    // The first video is happy, the second one sad.
    let readings = outcome.stdout.split(separator: "\n").suffix(2).compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
    #expect(readings.count == 2 && readings[0] > readings[1], "\(outcome.stdout)")
  }

  @Test("labels that make no sense are told in the head's own words, options in those of its schema")
  func refusals() throws {
    try #require(!Self.head.isEmpty)
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    Fixtures.write(Array("synthetic:1 0.5\nsynthetic:2 high\n".utf8), to: "\(folder)/list.txt")
    let tuning = [
      Built.host, "finetune", "\(folder)/list.txt", "--size", "tiny", "--head", "ordinal", "--plugin", Self.head, "--batch", "2", "--out",
      "\(folder)/run",
    ]
    let label = Command.run(tuning)
    #expect(label.status == 1 && label.stderr.contains("ordinal: expected one label field, a number from -1 to 1, found [\"high\"]"))
    let option = Command.run(tuning + ["--set", "head={\"levels\": 1}"])
    #expect(option.status == 64 && option.stderr.contains("head.levels: expected 2 to 100, found 1"), "\(option.stderr)")
  }

  @Test("its linker's map is the one of the plugins that come with the library")
  func map() {
    #expect(Fixtures.bytes("\(Built.root)/bindings/swift/plugin.map") == Fixtures.bytes("\(Built.root)/exports/plugin.map"))
  }
}
