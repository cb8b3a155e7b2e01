import Base
import Glibc
import TestSupport
import Testing

/// A shell is the program: it reads its task, a script, from standard input.
@Suite("A piece of work in a process of its own", .serialized)
struct WorkerProcessTests {
  private let shell = WorkerProcess("/bin/sh")

  private func run(
    _ script: String, seconds: Double = 20, memory: Int? = nil, answer: Int? = nil, printed: Int? = nil, cancel: CancelToken? = nil
  ) throws -> WorkerProcess.Outcome {
    var limits = WorkerProcess.Limits(seconds: seconds, memory: memory)
    if let answer { limits.answer = answer }
    if let printed { limits.printed = printed }
    return try shell.run(Array(script.utf8), limits, cancel: cancel)
  }

  /// The answer of one that ended well.
  private func answer(_ outcome: WorkerProcess.Outcome) -> String? {
    outcome.ending == .ended(status: 0) ? String(decoding: outcome.answer, as: UTF8.self) : nil
  }

  @Test("the answer, and apart from it what was printed")
  func answers() throws {
    let outcome = try run("echo printed; echo complaint >&2; printf answer >&3")
    #expect(answer(outcome) == "answer")
    #expect(outcome.printed == "printed\ncomplaint\n")
    #expect(try answer(run("")) == "")
  }

  @Test("a long task and a long answer do not wait for each other")
  func long() throws {
    let comment = "# \(String(repeating: "x", count: 78))\n"
    let script =
      "head -c 3000000 /dev/zero >&3; head -c 3000000 /dev/zero; \n" + String(repeating: comment, count: 20_000) + "printf end >&3\n"
    let outcome = try run(script)
    #expect(answer(outcome)?.utf8.count == 3_000_003 && answer(outcome)?.hasSuffix("end") == true)
    #expect(outcome.printed.utf8.count == 64 << 10, "the rest is dropped")
  }

  @Test("how it ended")
  func endings() throws {
    #expect(try run("exit 7").ending == .ended(status: 7))
    #expect(try run("kill -SEGV $$").ending == .crashed(signal: SIGSEGV))
    #expect(try run("kill -KILL $$").ending == .crashed(signal: SIGKILL))
    let half = try run("printf half >&3; kill -ABRT $$")
    #expect(half.ending == .crashed(signal: SIGABRT) && half.answer == Array("half".utf8))
    #expect(try run("head -c 5000 /dev/zero >&3", answer: 4000).ending == .overran(limit: 4000))
    #expect(try run("while :; do echo x; done", seconds: 0.3, printed: 100).ending == .hung(seconds: 0.3))
    #expect(try run("exec 0<&-; while :; do echo x >&3; done", answer: 1 << 20).ending == .overran(limit: 1 << 20))
  }

  @Test("one that does not end is ended, with what it started")
  func hangs() throws {
    let outcome = try run("sleep 1000 & echo $!; wait", seconds: 0.3)
    #expect(outcome.ending == .hung(seconds: 0.3))
    let other = try #require(pid_t(outcome.printed.split(separator: "\n").first ?? ""))
    // It is somebody else's child by now; whoever collects it may take a moment.
    for _ in 0..<200 where isAtWork(other) { usleep(10_000) }
    #expect(!isAtWork(other))
    let left = try run("sleep 1000 & printf done >&3")
    #expect(answer(left) == "done", "what it leaves behind does not hold the answer up")
  }

  /// Whether there is a process of that number that is no zombie.
  private func isAtWork(_ process: pid_t) -> Bool {
    let status = String(decoding: Fixtures.bytes("/proc/\(process)/stat"), as: UTF8.self)
    return !status.isEmpty && !status.contains(") Z")
  }

  @Test("it gets four descriptors, a group of its own, and signals as they are at the start")
  func surroundings() throws {
    let open = Glibc.open("/dev/null", O_RDONLY)  // without O_CLOEXEC, as many programs do
    defer { close(open) }
    var (blocked, before) = (sigset_t(), sigset_t())
    sigfillset(&blocked)
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let outcome = try run(
      """
      echo $(ls /proc/self/fd)
      grep -E 'Sig(Blk|Ign)' /proc/self/status | cut -f 2
      cut -d ' ' -f 5 /proc/$$/stat
      echo $$
      """)
    let lines = outcome.printed.split(separator: "\n").map(String.init)
    try #require(lines.count == 5, "\(outcome.printed)")
    #expect(lines[0] == "0 1 2 3 4", "4 is the folder that ls itself reads")
    // 32 and 33 are the C library's own.
    for mask in lines[1...2] { #expect(UInt64(mask, radix: 16).map { $0 & 0x7FFF_FFFF } == 0, "\(mask)") }
    #expect(lines[3] == lines[4])
  }

  @Test("no more memory than it may have")
  func memory() throws {
    let python = "exec python3 -c 'a = bytearray(1 << 30)'"
    #expect(try run(python).ending == .ended(status: 0))
    #expect(try run(python, memory: 512 << 20).ending == .ended(status: 1))
  }

  @Test("what is no program cannot be started, and no descriptor is left open")
  func noProgram() throws {
    let before = try Folder("/proc/self/fd").names().count
    let error = try #require(failure { try WorkerProcess("/none/worker").run([], .init(seconds: 1)) })
    #expect(error.code == .notFound && error.message.contains("/none/worker"))
    #expect(failure { try WorkerProcess("/etc/passwd").run([], .init(seconds: 1)) }?.code == .io)
    _ = try run("exit 3")
    #expect(try Folder("/proc/self/fd").names().count <= before)
  }

  @Test("a request to stop ends it")
  func cancel() throws {
    let token = try CancelToken.make()
    defer { token.release() }
    token.request()
    #expect(failure { try run("sleep 1000", cancel: token) }?.code == .cancelled)
  }

  @Test("many at once")
  func threads() {
    atOnce(8) { index in
      for turn in 0..<5 {
        let outcome = try? WorkerProcess("/bin/sh").run(Array("printf \(index).\(turn) >&3".utf8), .init(seconds: 20))
        #expect(outcome.flatMap(answer) == "\(index).\(turn)")
      }
    }
  }
}
