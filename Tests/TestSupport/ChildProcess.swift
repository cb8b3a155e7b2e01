import Glibc
import Synchronization

/// A program that a test starts: its output is collected, and it can be killed.
package final class ChildProcess {
  /// How a program ended.
  package struct Outcome: Sendable {
    /// Exit status, or minus the number of the signal that ended it.
    package let status: Int32
    /// What it wrote to standard output and standard error.
    package let output: String
  }

  /// One start at a time: a child must not inherit the pipes of another, which would then never end.
  private static let starting = Mutex(())

  package let pid: pid_t
  private var input: Int32
  private var output: Int32
  private var pending: [UInt8] = []

  /// - Parameter arguments: the program, by path or found in PATH, and what it is given.
  package init?(_ arguments: [String]) {
    var toChild: [Int32] = [-1, -1]
    var fromChild: [Int32] = [-1, -1]
    var started = pid_t()
    let environment = Fixtures.bytes("/proc/self/environ").split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    let isStarted = Self.starting.withLock { _ in
      guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { return false }
      for descriptor in toChild + fromChild { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
      defer {
        close(toChild[0])
        close(fromChild[1])
      }
      return Self.spawn(arguments, environment, input: toChild[0], output: fromChild[1], &started)
    }
    pid = started
    input = toChild[1]
    output = fromChild[0]
    guard isStarted else { return nil }
  }

  private static func spawn(
    _ arguments: [String], _ environment: [String], input: Int32, output: Int32, _ pid: inout pid_t
  ) -> Bool {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    // Whoever runs the tests may hold signals back, which a child would inherit.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    return withPointers(arguments) { argv in
      withPointers(environment) { envp in posix_spawnp(&pid, arguments[0], &actions, &attributes, argv, envp) == 0 }
    }
  }

  deinit {
    if input >= 0 { close(input) }
    if output >= 0 { close(output) }
  }

  private static func withPointers<R>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    let pointers = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }

  /// Waits for the next line of output; nil at its end.
  package func line() -> String? {
    while true {
      if let end = pending.firstIndex(of: 0x0A) {
        defer { pending.removeSubrange(0...end) }
        return String(decoding: pending[0..<end], as: UTF8.self)
      }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(output, &buffer, buffer.count)
      guard count > 0 else { return nil }
      pending += buffer[0..<count]
    }
  }

  /// Ends its input.
  package func closeInput() {
    close(input)
    input = -1
  }

  package func kill(_ signal: Int32 = SIGKILL) { Glibc.kill(pid, signal) }

  /// Collects the rest of the output and waits for the end.
  package func wait() -> Outcome {
    var text = ""
    while let next = line() { text += next + "\n" }
    text += String(decoding: pending, as: UTF8.self)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR {}
    let signal = status & 0x7F
    return Outcome(status: signal == 0 ? status >> 8 & 0xFF : -signal, output: text)
  }

  /// Runs a program to its end; nil if it cannot be started.
  package static func run(_ arguments: [String]) -> Outcome? {
    guard let child = ChildProcess(arguments) else { return nil }
    child.closeInput()
    return child.wait()
  }

  /// Whether a program is there and works: `arguments` end with status 0.
  package static func works(_ arguments: [String]) -> Bool { run(arguments)?.status == 0 }

  /// Path of an executable of this package, beside the running tests.
  package static func tool(_ name: String) -> String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let own = String(decoding: buffer.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/\(name)"
  }
}
