import Base
import Glibc
import Plugins
import Synchronization
import TestSupport
import Testing

/// A folder in which plugins are built from Tests/Fixtures/plugins.
final class PluginWorkshop {
  private let folder = TemporaryFolder()
  var path: String { folder.path }

  /// What was built so far: many tests build the same.
  private static let built = Mutex<[[String]: [UInt8]]>([:])

  /// Builds a library.
  ///
  /// - Parameters:
  ///   - source: a file of the fixtures without its ending, or C text.
  ///   - defines: macros: "NAME=VALUE".
  @discardableResult
  func build(
    _ source: String, as name: String, _ defines: [String] = [], flags: [String] = ["-shared"], compiler: [String] = ["cc", "-std=gnu11"]
  ) throws -> String {
    let key = compiler + flags + [source] + defines
    if let bytes = Self.built.withLock({ $0[key] }) { return file(name, bytes) }
    var input = Fixtures.path("plugins/\(source).c")
    if source.contains("\n") {
      input = "\(path)/\(name).c"
      Fixtures.write(Array(source.utf8), to: input)
    }
    let target = "\(path)/\(name)"
    let outcome = Command.run(
      compiler + ["-fPIC", "-fvisibility=hidden", "-Wl,-z,nodelete", "-I\(Fixtures.path("../../include"))"]
        + defines.map { "-D\($0)" } + flags + [input, "-o", target, "-lm"])
    try #require(outcome.status == 0, "\(outcome.stderr)")
    chmod(target, 0o644)
    Self.built.withLock { $0[key] = Fixtures.bytes(target) }
    return target
  }

  /// A file with these bytes.
  func file(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o644) -> String {
    let target = "\(path)/\(name)"
    // A new file, also where there was one: what is mapped stays as it is.
    unlink(target)
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
