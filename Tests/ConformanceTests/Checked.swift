import Base
import Glibc
import TestSupport
import Testing

/// A plugin that `svfap-host plugin-check` looked at.
struct Checked {
  static let root = String(Fixtures.path("").dropLast("/Tests/Fixtures/".count))
  static let host = "\(root)/.build/release/svfap-host"

  /// A folder for what is compiled here; it stays until the tests end.
  static let folder: String = {
    let folder = Fixtures.temporaryFolder()
    atexit { _ = Command.run(["rm", "-rf", Checked.folder]) }
    return folder
  }()

  /// Whether the program that runs these tests is instrumented. What is tested here are programs that are not.
  static let isInstrumented = getenv("ASAN_OPTIONS") != nil

  let status: Int32
  /// Ids of the tests that ran, in order.
  let ids: [String]
  /// Ids of the tests that did not pass, and how: "failed", "crashed", "hung".
  let failures: [String: String]
  /// What the failed ones say, by id.
  let messages: [String: String]
  let output: String

  init(_ plugin: String, _ arguments: [String] = []) {
    let outcome = Command.run([Self.host, "plugin-check", plugin, "--json"] + arguments, seconds: 120)
    status = outcome.status
    output = outcome.stdout + outcome.stderr
    let tests = (try? JSONValue(parsing: outcome.stdout))?["tests"]?.arrayValue ?? []
    var failures: [String: String] = [:]
    var messages: [String: String] = [:]
    for test in tests {
      guard let id = test["id"]?.stringValue, let status = test["status"]?.stringValue, !["passed", "skipped"].contains(status) else {
        continue
      }
      failures[id] = status
      messages[id] = test["message"]?.stringValue
    }
    ids = tests.compactMap { $0["id"]?.stringValue }
    self.failures = failures
    self.messages = messages
  }

  /// Compiles a plugin of Tests/Fixtures/plugins or examples.
  ///
  /// - Returns: its path.
  static func build(_ source: String, _ name: String, in folder: String, _ flags: [String] = []) throws -> String {
    let path = "\(Self.folder)/\(folder)/\(name)"
    _ = Command.run(["mkdir", "-p", "\(Self.folder)/\(folder)"])
    let compiler = source.hasSuffix(".cpp") ? ["g++", "-std=c++17"] : ["cc", "-std=gnu11"]
    let link = flags.contains("-Wl,-z,delete") ? [] : ["-Wl,-z,nodelete"]
    let outcome = Command.run(
      compiler + ["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden"] + link + ["-I\(root)/include"]
        + flags.filter { $0 != "-Wl,-z,delete" } + [source, "-lm", "-o", path])
    try #require(outcome.status == 0, "\(outcome.stderr)")
    return path
  }
}
