import TestSupport
import Testing

/// A copy of everything that has to do with the headers, in which they can be changed.
struct HeaderTree {
  let path = Fixtures.temporaryFolder()

  /// - Parameter version: the released version whose headers are taken, as if it had just been released; nil: those of this tree.
  init(version: String? = nil) {
    let parts = ["include", "exports", "abi", "tools/abi", "docs/reference.md", "bindings/python/svfap/_abi.py", "Tests/Fixtures/abi"]
    let copy = Command.run(["cp", "-r", "--parents"] + parts + [path], directory: Built.root)
    if copy.status != 0 { Issue.record("\(copy.stderr)") }
    guard let version else { return }
    let then = Command.run(
      ["sh", "-c", "mv abi/\(version) kept && rm -rf abi/[0-9]* && mv kept abi/\(version) && cp abi/\(version)/include/*.h include/"],
      directory: path)
    if then.status != 0 { Issue.record("\(then.stderr)") }
  }

  func remove() { _ = Command.run(["rm", "-rf", path]) }

  func text(_ file: String) -> String { String(decoding: Fixtures.bytes("\(path)/\(file)"), as: UTF8.self) }

  /// Replaces the first `old` in a file, which must be there.
  func edit(_ file: String, _ old: String, _ new: String) {
    let text = text(file)
    let edited = text.replacing(old, with: new, maxReplacements: 1)
    if edited == text { Issue.record("\(file) does not hold \(old)") }
    Fixtures.write(Array(edited.utf8), to: "\(path)/\(file)")
  }

  /// Declares a function in svfap.h, with its comment.
  func declare(_ declaration: String) { edit("include/svfap.h", "#ifdef __cplusplus\n}", "\(declaration)\n\n#ifdef __cplusplus\n}") }

  /// Forgets what was promised.
  func forgetReleases() { _ = Command.run(["sh", "-c", "rm -rf abi/[0-9]*"], directory: path) }

  func generate(_ option: String) -> Command.Outcome { Command.run(["python3", "\(path)/tools/abi/generate.py", option]) }

  /// What the check says of the headers as they are, the generated files being up to date.
  func problems() -> [String] {
    let outcome = generate("--write")
    return outcome.status == 0 ? [] : outcome.stderr.split(separator: "\n").map(String.init)
  }
}
