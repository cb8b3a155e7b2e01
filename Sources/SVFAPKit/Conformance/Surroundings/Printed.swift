import Glibc

/// Catches what is written to standard output and standard error meanwhile.
enum Printed {
  /// - Parameter path: of a file to catch it in.
  /// - Returns: what was written.
  /// - Throws: what `body` throws; `skipped` if the streams cannot be turned.
  static func during(_ path: String, _ body: () throws(Verdict) -> Void) throws(Verdict) -> String {
    fflush(nil)
    let kept = [STDOUT_FILENO, STDERR_FILENO].map { ($0, dup($0)) }
    let file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .skipped("standard output cannot be caught in \(path)") }
    for (stream, _) in kept { dup2(file, stream) }
    func restore() {
      fflush(nil)
      for (stream, copy) in kept {
        if copy >= 0 { dup2(copy, stream) } else { close(stream) }
        close(copy)
      }
    }
    do throws(Verdict) { try body() } catch {
      restore()
      close(file)
      throw error
    }
    restore()
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = pread(file, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }
}
