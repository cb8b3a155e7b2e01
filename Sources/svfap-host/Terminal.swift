import Glibc

/// Writes to the terminal; every line leaves in one piece.
enum Terminal {
  /// Standard output took less than it was given.
  struct OutputError: Error, CustomStringConvertible {
    let code: Int32
    var description: String { "cannot write to standard output: \(String(cString: strerror(code)))" }
  }

  /// Gives the program three streams. A file that it opens would otherwise take the place of one that is closed, and
  /// receive what is printed.
  static func openStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
      // Read-only: what is printed to a closed stream must fail, not vanish.
      _ = open("/dev/null", O_RDONLY)
    }
  }

  static func print(_ text: String) throws(OutputError) {
    let code = write(escaped(text) + "\n", to: STDOUT_FILENO)
    if code != 0 { throw OutputError(code: code) }
  }

  static func error(_ text: String) {
    // A progress line may stand there: it is cleared first.
    _ = write((isInteractive ? "\r\u{1B}[K" : "") + escaped(text) + "\n", to: STDERR_FILENO)
  }

  /// Replaces the progress line; an empty text removes it.
  static func progress(_ text: String) { _ = write("\r\u{1B}[K" + escaped(text), to: STDERR_FILENO) }

  /// Whether a person watches standard error.
  static let isInteractive = isatty(STDERR_FILENO) == 1

  /// Columns of the terminal.
  static var width: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
  }

  /// The text without characters that command a terminal: names come from files. Written as in JSON, so that JSON stays JSON.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar.properties.generalCategory == .control, scalar != "\n", scalar != "\t" {
        let digits = String(scalar.value, radix: 16)
        result.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// - Returns: 0, or an errno.
  private static func write(_ text: String, to descriptor: Int32) -> Int32 {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return count < 0 ? errno : EIO }
      bytes = bytes.dropFirst(count)
    }
    return 0
  }
}
