import TestSupport

/// The system calls between two marks of `run-writer`, as strace shows them.
struct SystemCallTrace {
  /// A call: its name, the how-manieth of that name since the start of the program, what it was given and gave back.
  struct Call: CustomStringConvertible {
    let name: String
    let ordinal: Int
    let text: String
    let result: String

    var description: String { "\(name) number \(ordinal)" }

    /// Whether the call is about files: what a disk can make fail.
    var isAboutFiles: Bool { !Self.memory.contains(name) }

    private static let memory: Set = ["mmap", "munmap", "mremap", "mprotect", "brk", "madvise", "futex", "getpid", "getcwd"]
  }

  /// In order.
  let calls: [Call]

  /// Whether programs can be traced here.
  static let isPossible = ChildProcess.works(["strace", "-f", "-o", "/dev/null", "true"])

  /// Runs a program under strace.
  init?(_ program: [String], file: String) {
    guard ChildProcess.run(["strace", "-f", "-o", file] + program)?.status == 0 else { return nil }
    var counts: [String: Int] = [:]
    var calls: [Call] = []
    var isInside = false
    for line in String(decoding: Fixtures.bytes(file), as: UTF8.self).split(separator: "\n") {
      let body = line.drop { $0 != " " }.drop { $0 == " " }
      guard let open = body.firstIndex(of: "("), let equals = body.range(of: " = ") else { continue }
      let name = String(body[..<open])
      counts[name, default: 0] += 1
      if body.contains("\"save-ends\"") { isInside = false }
      if isInside {
        let result = body[equals.upperBound...].prefix { $0 != " " }
        calls.append(Call(name: name, ordinal: counts[name] ?? 0, text: String(body), result: String(result)))
      }
      if body.contains("\"save-begins\"") { isInside = true }
    }
    guard !calls.isEmpty else { return nil }
    self.calls = calls
  }
}

extension Substring {
  /// Where `text` last occurs.
  fileprivate func range(of text: String) -> Range<Index>? {
    var position = endIndex
    while position > startIndex {
      position = index(before: position)
      if self[position...].hasPrefix(text) { return position..<index(position, offsetBy: text.count) }
    }
    return nil
  }
}
