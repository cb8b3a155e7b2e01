import TestSupport
import Testing

@Suite("Beside NumPy, which brings an OpenBLAS of its own into the process")
struct NumPyTests {
  /// A Python that has NumPy: the usual one, or else one in a folder of its own, with NumPy from the package index.
  private static let python: String? = {
    let usual = Command.run(["sh", "-c", "command -v python3"]).stdout.split(separator: "\n").first.map(String.init) ?? "python3"
    let own = "\(Built.root)/.build/python/bin/python3"
    func hasNumPy(_ python: String) -> Bool { Command.run([python, "-c", "import numpy"]).status == 0 }
    if hasNumPy(usual) { return usual }
    if hasNumPy(own) { return own }
    _ = Command.run([usual, "-m", "venv", "\(Built.root)/.build/python"], seconds: 120)
    _ = Command.run([own, "-m", "pip", "install", "--quiet", "numpy"], seconds: 300)
    return hasNumPy(own) ? own : nil
  }()

  /// Digest of what each of the modules computes, imported in this order.
  private func digests(_ modules: [String]) throws -> [String: String] {
    let python = try #require(Self.python, "no NumPy here, and none to be had: install python3-venv, or NumPy for python3")
    let environment = [
      "PYTHONDONTWRITEBYTECODE=1", "PYTHONPATH=\(Built.root)/bindings/python", "SVFAP_LIBRARY=\(Built.library)",
    ]
    let outcome = Command.run(["env"] + environment + [python, Fixtures.path("python/beside_numpy.py")] + modules, seconds: 300)
    #expect(outcome.status == 0, "\(outcome.stderr)")
    return Dictionary(
      uniqueKeysWithValues: outcome.stdout.split(separator: "\n").compactMap {
        let words = $0.split(separator: " ").map(String.init)
        return words.count == 2 ? (words[0], words[1]) : nil
      })
  }

  @Test("in either order of import both compute the very bits that they compute alone, one after the other and at once")
  func orders() throws {
    let alone = try digests(["svfap"]).merging(try digests(["numpy"])) { first, _ in first }
    #expect(alone.count == 2)
    #expect(try digests(["svfap", "numpy"]) == alone)
    #expect(try digests(["numpy", "svfap"]) == alone)
  }
}
