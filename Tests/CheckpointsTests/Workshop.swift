import TestSupport

/// A folder of its own for a test's files, gone when the test is.
final class Workshop {
  private let temporary = TemporaryFolder()
  var folder: String { temporary.path }

  /// Writes a file and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) -> String {
    let path = "\(folder)/\(name)"
    Fixtures.write(bytes, to: path)
    return path
  }

  /// A safetensors file from its header's text and its data.
  func safetensors(_ header: String, _ data: [UInt8] = []) -> String {
    file("file.safetensors", Workshop.length(header.utf8.count) + Array(header.utf8) + data)
  }

  /// Eight bytes, lowest first.
  static func length(_ count: Int) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } }
}
