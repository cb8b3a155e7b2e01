import Base
import Glibc
import TestSupport
import Testing

/// A copy of what `make install` puts under a prefix, whose plugin directory may hold anything.
private final class Installation {
  private let folder = MadeFolder()
  var host: String { folder("bin/svfap-host") }
  var worker: String { folder("lib/svfap/svfap-worker") }
  var library: String { folder("lib") }
  var report: String { folder("report") }
  private var plugins: String { folder("lib/svfap/plugins-1") }

  /// - Parameter plugins: what plugins of these ids do in their constructors (C statements).
  init(_ plugins: [(id: String, does: String)] = []) throws {
    let release = Fixtures.path("../../.build/release")
    for name in ["bin", "lib", "lib/svfap", "lib/svfap/plugins-1"] { mkdir(folder(name), 0o755) }
    for (from, to) in [
      ("svfap-host", host), ("libsvfap.so", folder("lib/libsvfap.so.1")), ("svfap/svfap-worker", worker),
      ("svfap/plugins-1/svfap_head_classification.so", "\(self.plugins)/svfap_head_classification.so"),
    ] {
      try #require(Command.run(["cp", "\(release)/\(from)", to]).status == 0)
    }
    for plugin in plugins { try add(plugin.id, plugin.does) }
  }

  func add(_ id: String, _ statements: String) throws {
    let path = "\(plugins)/svfap_head_\(id).so"
    let outcome = Command.run([
      "cc", "-std=gnu11", "-shared", "-fPIC", "-fvisibility=hidden", "-I\(Fixtures.path("../../include"))", "-DID=\"\(id)\"",
      "-DCONSTRUCTOR=\(statements)", Fixtures.path("plugins/entry.c"), "-o", path,
    ])
    try #require(outcome.status == 0, "\(outcome.stderr)")
    chmod(path, 0o644)
  }

  /// Builds a program against the library of this installation.
  func program(_ name: String) throws -> String {
    let path = folder(name)
    let outcome = Command.run([
      "cc", "-std=c99", "-I\(Fixtures.path("../../include"))", Fixtures.path("programs/\(name).c"), "-o", path, folder("lib/libsvfap.so.1"),
      "-Wl,-rpath,\(library)",
    ])
    try #require(outcome.status == 0, "\(outcome.stderr)")
    return path
  }
}

@Suite("svfap-host plugins: a bad file in the directory", .enabled(if: Driver.isBuilt, "make build comes first"))
struct PluginListingTests {
  private static let violent = [
    ("crashing", "abort()"), ("exiting", "_exit(5)"), ("hanging", "for (;;) pause()"), ("printing", "puts(\"noise\")"),
  ]

  @Test("what each does is told, the good ones are listed, and the exit status is 1")
  func violent() throws {
    let installation = try Installation(Self.violent)
    let outcome = Command.run([installation.host, "plugins", "--time-limit", "1"])
    #expect(outcome.status == 1 && outcome.stderr.isEmpty)
    let lines = outcome.stdout.split(separator: "\n").map(String.init)
    try #require(lines.count == 6, "\(outcome.stdout)")
    #expect(lines[0] == "plugin directory: \(installation.library)/svfap/plugins-1")
    #expect(lines[1].hasPrefix("  classification ") && lines[2].hasPrefix("  printing 1.0.0 (MIT)"))
    let path = "\(installation.library)/svfap/plugins-1/svfap_head_"
    #expect(lines[3] == "  crashed: the plugin \(path)crashing.so crashed (SIGABRT) when it was loaded, in a process of its own")
    #expect(
      lines[4] == "  exited: the plugin \(path)exiting.so ended the program with exit status 5 when it was loaded, in a process of its own")
    #expect(lines[5] == "  hung: the plugin \(path)hanging.so was not ready after 1.0 seconds when it was loaded, in a process of its own")
    let json = try JSONValue(parsing: Command.run([installation.host, "plugins", "--json", "--time-limit", "1"]).stdout)
    #expect(json["failures"]?.arrayValue?.map { $0["outcome"] } == ["crashed", "exited", "hung"])
    #expect(json["failures"]?.arrayValue?.first?["signal"] == "SIGABRT" && json["failed"] == 3)
  }

  @Test("a model is opened with its own plugin all the same, and no other file is touched")
  func opening() throws {
    let installation = try Installation([("crashing", "abort()")])
    let model = "\(installation.library)/model.safetensors"
    #expect(Command.run([installation.host, "create", "--size", "tiny", "--out", model]).status == 0)
    #expect(Command.run([installation.host, "info", model]).status == 0)
  }

  @Test("without the worker nothing is looked at, and the message says where it belongs")
  func noWorker() throws {
    let installation = try Installation()
    unlink(installation.worker)
    let outcome = Command.run([installation.host, "plugins"])
    #expect(outcome.status == 1 && outcome.stdout.isEmpty)
    #expect(outcome.stderr.contains("looked for at \(installation.worker)"), "\(outcome.stderr)")
  }

  @Test("a worker that does not start is not taken for a bad plugin")
  func brokenWorker() throws {
    let installation = try Installation()
    unlink(installation.worker)
    Fixtures.write(Array("#!/bin/sh\necho no library >&2\nexit 127\n".utf8), to: installation.worker)
    chmod(installation.worker, 0o755)
    let outcome = Command.run([installation.host, "plugins"])
    #expect(outcome.status == 1 && outcome.stderr.contains("svfap-worker does not start: no library"), "\(outcome.stderr)")
  }

  @Test(
    "in programs that deal with their children in ways of their own", arguments: ["plain", "ignore", "collect", "closed"])
  func hosts(manner: String) throws {
    let installation = try Installation(Self.violent)
    let program = try installation.program("scanning_host")
    #expect(Command.run([program, manner, installation.report]).status == 0)
    let lines = String(decoding: Fixtures.bytes(installation.report), as: UTF8.self).split(separator: "\n").map(String.init)
    try #require(lines.count == 3, "\(lines)")
    for line in lines.prefix(2) {
      #expect(line.hasPrefix("0 {"), "\(line)")
      let result = try JSONValue(parsing: line.dropFirst(2))
      #expect(result["plugins"]?.arrayValue?.map { $0["id"] } == ["classification", "printing"])
      let outcomes = result["failures"]?.arrayValue?.compactMap { $0["outcome"]?.stringValue } ?? []
      try #require(outcomes.count == 3)
      // Whoever does not let the library collect its child cannot be told how it ended.
      if manner == "ignore" || manner == "collect" {
        #expect(["crashed", "exited"].contains(outcomes[0]) && Array(outcomes[1...]) == ["exited", "hung"])
      } else {
        #expect(outcomes == ["crashed", "exited", "hung"])
      }
    }
    #expect(lines[2] == "no children, 0 descriptors more")
  }
}
