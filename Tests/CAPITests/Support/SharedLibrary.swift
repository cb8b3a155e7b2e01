import TestSupport

/// What nm and readelf say of a shared library.
struct SharedLibrary {
  let path: String

  init(_ path: String) { self.path = path }

  private func lines(_ command: [String]) -> [[String]] {
    Command.run(command + [path]).stdout.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }

  /// Functions and data that others may link, sorted, without versions. Lower-case types are local.
  var exports: [String] {
    lines(["nm", "-D", "--defined-only"]).compactMap { words in
      guard let kind = words.dropLast().last, let name = words.last, kind != "A", kind == kind.uppercased() else { return nil }
      return name.split(separator: "@").first.map(String.init)
    }.sorted()
  }

  /// What must come from elsewhere.
  var imports: [String] {
    lines(["nm", "-D", "--undefined-only"]).compactMap { $0.last?.split(separator: "@").first.map(String.init) }
  }

  /// Entries of the dynamic section: their names without parentheses, and what stands in brackets or behind.
  private var dynamic: [(name: String, value: String)] {
    lines(["readelf", "-dW"]).compactMap { words in
      guard words.count > 2, words[1].hasPrefix("(") else { return nil }
      let rest = words[2...].joined(separator: " ")
      let value = rest.split(separator: "[").last.map { $0.split(separator: "]").first.map(String.init) ?? "" } ?? rest
      return (String(words[1].dropFirst().dropLast()), rest.contains("[") ? value : rest)
    }
  }

  func dynamic(_ name: String) -> [String] { dynamic.filter { $0.name == name }.map(\.value) }
}
