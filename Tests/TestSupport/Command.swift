import Glibc

/// Other programs that tests run.
package enum Command {
  /// How a program ended, and what it wrote.
  package struct Outcome: Sendable {
    /// Exit status; 128 + n if signal n ended it; -1 if it could not be started.
    package let status: Int32
    package let stdout: String
    package let stderr: String
  }

  /// Runs a program (found by the search path) to its end, its input empty. After `seconds` it is killed.
  package static func run(_ arguments: [String], directory: String? = nil, seconds: Int = 120) -> Outcome {
    var program = arguments
    // A shell that is no longer there once the program runs: it sets the directory and the time limit.
    let setup = directory.map { "cd '\($0)' && " } ?? ""
    program = ["/bin/sh", "-c", setup + "exec timeout -k 5 \(seconds) \"$@\"", "sh"] + program
    let output = Fixtures.temporaryFolder()
    defer {
      unlink("\(output)/out")
      unlink("\(output)/err")
      rmdir(output)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "\(output)/out", O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, "\(output)/err", O_WRONLY | O_CREAT, 0o600)
    // The threads that run tests block signals; a program that is started must take them.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var interrupt = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    posix_spawnattr_setsigdefault(&attributes, &interrupt)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var words: [UnsafeMutablePointer<CChar>?] = program.map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var child = pid_t()
    guard posix_spawn(&child, program[0], &actions, &attributes, words, environ) == 0 else {
      return Outcome(status: -1, stdout: "", stderr: "")
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) == -1, errno == EINTR {}
    let signal = status & 0x7F
    return Outcome(
      status: signal == 0 ? status >> 8 & 0xFF : 128 + signal, stdout: String(decoding: Fixtures.bytes("\(output)/out"), as: UTF8.self),
      stderr: String(decoding: Fixtures.bytes("\(output)/err"), as: UTF8.self))
  }

  /// Whether a program is there.
  package static func exists(_ name: String) -> Bool { run(["sh", "-c", "command -v \"$1\"", "sh", name]).status == 0 }
}
