import Glibc

/// A folder that a test fills and that goes away with the test.
package final class MadeFolder {
  package let path: String

  package init() {
    // Links in the path of temporary files would make paths differ that a data set's folder resolves.
    let made = Fixtures.temporaryFolder()
    let real = realpath(made, nil)
    path = real.map { String(cString: $0) } ?? made
    free(real)
  }

  deinit { Self.remove(Array(path.utf8CString.dropLast())) }

  /// Removes a folder and what is in it. Names are bytes: some tests make names that are no text.
  private static func remove(_ path: [CChar]) {
    if unlink(path + [0]) == 0 { return }
    guard let listing = opendir(path + [0]) else { return }
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } }
      if name != [46], name != [46, 46] { remove(path + [47] + name) }
    }
    closedir(listing)
    rmdir(path + [0])
  }

  /// Writes a text file, and the folders above it.
  @discardableResult
  package func write(_ text: String, to name: String) -> String { write(Array(text.utf8), to: name) }

  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) -> String {
    let parts = name.split(separator: "/")
    for end in 1..<max(parts.count, 1) { mkdir("\(path)/\(parts[..<end].joined(separator: "/"))", 0o755) }
    Fixtures.write(bytes, to: "\(path)/\(name)")
    return "\(path)/\(name)"
  }

  /// Makes files that hold nothing.
  package func touch(_ names: String...) { for name in names { write("", to: name) } }

  /// Makes a folder of `count` empty pictures.
  package func frames(_ name: String, count: Int = 2, ending: String = "jpg") {
    for index in 1...count { write("", to: "\(name)/\(index).\(ending)") }
  }

  package func link(_ name: String, to target: String) { symlink(target, "\(path)/\(name)") }

  package func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}
