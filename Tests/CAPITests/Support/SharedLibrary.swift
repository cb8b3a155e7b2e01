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

  /// Functions and data that others may link, with their version nodes as in "svfap_version SVFAP_1.0", sorted.
  var versionedExports: [String] {
    lines(["nm", "-D", "--defined-only", "--with-symbol-versions"]).compactMap { words in
      guard let kind = words.dropLast().last, let name = words.last, kind != "A", kind == kind.uppercased() else { return nil }
      return name.split(separator: "@").joined(separator: " ")
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

  /// Access of the program header of a kind, such as "RW" of GNU_STACK; nil if there is none.
  func access(_ kind: String) -> String? {
    lines(["readelf", "-lW"]).first { $0.first == kind }.map { $0.dropFirst(6).dropLast().joined() }
  }

  /// What makes a library unsafe to load or hard to move; empty if it is sound.
  ///
  /// - Parameter allowed: what it may depend on.
  func faults(allowed: Set<String>) -> [String] {
    var faults = dynamic("NEEDED").filter { !allowed.contains($0) }.map { "needs \($0)" }
    for kind in ["RUNPATH", "RPATH"] { faults += dynamic(kind).map { "\(kind) \($0)" } }
    if !dynamic("TEXTREL").isEmpty || dynamic("FLAGS").contains(where: { $0.contains("TEXTREL") }) { faults.append("text relocations") }
    if access("GNU_STACK").map({ $0.contains("E") }) ?? true { faults.append("an executable stack") }
    if access("GNU_RELRO") == nil { faults.append("tables of addresses stay writable") }
    if !dynamic("FLAGS_1").contains(where: { $0.contains("NODELETE") }) { faults.append("it may be unloaded") }
    return faults
  }

  func dynamic(_ name: String) -> [String] { dynamic.filter { $0.name == name }.map(\.value) }
}
