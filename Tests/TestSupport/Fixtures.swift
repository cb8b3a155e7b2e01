import Glibc

/// Files that tests read, by their path below Tests/Fixtures.
package enum Fixtures {
  package static func path(_ name: String, file: String = #filePath) -> String {
    // .../Tests/AnyTests/AnyFolder/AnyFile.swift -> .../Tests/Fixtures/NAME
    let parts = file.split(separator: "/")
    let root = parts.lastIndex(of: "Tests").map { parts[...$0] } ?? parts.dropLast(2)
    return "/" + root.joined(separator: "/") + "/Fixtures/" + name
  }

  /// Bytes of a file; empty if it cannot be read.
  package static func bytes(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return bytes }
      bytes += buffer[0..<count]
    }
  }

  /// A new empty folder; whoever makes it removes it.
  package static func temporaryFolder() -> String {
    var template = Array("/tmp/svfap-test-XXXXXX".utf8CString)
    return mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
  }

  package static func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "wb") else { return }
    defer { fclose(file) }
    fwrite(bytes, 1, bytes.count, file)
  }
}
