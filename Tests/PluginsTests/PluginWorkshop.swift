import Base
import Glibc
import Plugins
import TestSupport
import Testing

/// A folder in which plugins are built from Tests/Fixtures/plugins.
final class PluginWorkshop {
  private let folder = TemporaryFolder()
  var path: String { folder.path }

  /// Builds a library.
  ///
  /// - Parameters:
  ///   - source: a file of the fixtures without its ending, or C text.
  ///   - defines: macros: "NAME=VALUE".
  @discardableResult
  func build(_ source: String, as name: String, _ defines: [String] = [], flags: [String] = ["-shared"]) throws -> String {
    var file = Fixtures.path("plugins/\(source).c")
    if source.contains("\n") {
      file = "\(path)/\(name).c"
      Fixtures.write(Array(source.utf8), to: file)
    }
    let target = "\(path)/\(name)"
    let outcome = Command.run(
      ["cc", "-std=gnu11", "-fPIC", "-fvisibility=hidden", "-Wl,-z,nodelete", "-I\(Fixtures.path("../../include"))"]
        + defines.map { "-D\($0)" }
        + flags + [file, "-o", target, "-lm"])
    try #require(outcome.status == 0, "\(outcome.stderr)")
    chmod(target, 0o644)
    return target
  }

  /// A file with these bytes.
  func file(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o644) -> String {
    let target = "\(path)/\(name)"
    Fixtures.write(bytes, to: target)
    chmod(target, mode)
    return target
  }
}

/// Loads what must be refused, and makes sure that nothing is left of it.
///
/// - Returns: the error, which names the path.
func refusal(_ path: String, _ registry: PluginRegistry = PluginRegistry(directory: nil)) throws -> SVFAPError {
  let before = registry.loaded.map(\.path)
  let error = try #require(failure { try registry.load(path: path) }, "\(path) was loaded")
  #expect(error.message.contains(path), "\(error.message)")
  #expect(registry.loaded.map(\.path) == before)
  return error
}
