import Base
import Glibc
import Plugins
import TestSupport
import Testing

@Suite("Plugins that crash, hang or exit when they are looked at", .enabled(if: Worker.isBuilt, "make build comes first"))
struct ViolentPluginTests {
  private let workshop = PluginWorkshop()

  private func look(_ path: String, seconds: Double = 30) throws -> PluginScan.Verdict {
    try PluginScan(seconds: seconds, worker: Worker.path).look(at: path, .head, id: "entry")
  }

  static let violent: [(define: String, words: String)] = [
    ("CONSTRUCTOR=*(volatile int *)8 = 1", "crashed (SIGSEGV)"), ("IN_INIT=*(volatile int *)8 = 1", "crashed (SIGSEGV)"),
    ("IN_INIT=abort()", "crashed (SIGABRT)"), ("IN_INIT=deep(0)", "crashed (SIGSEGV)"), ("IN_INIT=raise(SIGBUS)", "crashed (SIGBUS)"),
    ("IN_INIT=__builtin_trap()", "crashed (SIGILL)"), ("IN_INIT=kill(getpid(), SIGKILL)", "crashed (SIGKILL)"),
    ("IN_INIT=volatile int zero = 0; zero = 7 / zero", "crashed (SIGFPE)"), ("IN_INIT=exit(3)", "ended the program with exit status 3"),
    ("IN_INIT=exit(0)", "ended the program with exit status 0"), ("IN_INIT=_exit(0)", "ended the program with exit status 0"),
    ("CONSTRUCTOR=_exit(127)", "ended the program with exit status 127"),
    ("IN_INIT=dprintf(3, \"{\\\"status\\\": 0, \"); _exit(0)", "ended the program with exit status 0"),
    ("IN_INIT=close(3)", "ended the program with exit status 120"),
  ]

  @Test("a listing names what each did, and goes on", arguments: violent)
  func ends(_ violent: (define: String, words: String)) throws {
    let path = try workshop.build("entry", as: BadPlugin.file, [violent.define])
    let error = try #require(try look(path).error(path))
    #expect(error.code == .plugin && error.message.contains(path), "\(error.message)")
    #expect(error.message.contains("\(violent.words) when it was loaded"), "\(error.message)")
  }

  @Test(
    "one that hangs, wherever it does",
    arguments: ["IN_INIT=for (;;) pause()", "CONSTRUCTOR=for (;;)", "IN_INIT=signal(SIGTERM, SIG_IGN); while (1) sleep(1)"])
  func hangs(define: String) throws {
    let path = try workshop.build("entry", as: BadPlugin.file, [define])
    let error = try #require(try look(path, seconds: 0.5).error(path))
    #expect(error.code == .plugin && error.message.contains("was not ready after 0.5 seconds"), "\(error.message)")
  }

  @Test("one that throws a C++ exception", .enabled(if: Command.exists("c++")))
  func throwing() throws {
    let path = try workshop.build("entry", as: BadPlugin.file, ["IN_INIT=throw 1"], compiler: ["c++", "-x", "c++", "-fpermissive", "-w"])
    #expect(try look(path).error(path)?.message.contains("crashed (SIGABRT)") == true)
  }

  @Test("one that prints loads all the same, and what it prints stays where it is")
  func printing() throws {
    let path = try workshop.build("entry", as: BadPlugin.file, ["IN_INIT=puts(\"hello\"); fflush(stdout); write(2, \"there\\n\", 6)"])
    guard case .loads(let description) = try look(path) else {
      Issue.record("it does not load")
      return
    }
    #expect(description["id"] == "entry" && description["options"] != nil)
    let outcome = try WorkerJob("plugins", plugins: [path]).run(.init(seconds: 30), worker: Worker.path)
    #expect(outcome.printed == "hello\nthere\n")
  }

  @Test("one that was violent is not looked at again before it changes")
  func memory() throws {
    let marker = "\(workshop.path)/marker"
    let hanging = [
      "CONSTRUCTOR=int file = open(\"\(marker)\", O_CREAT | O_WRONLY | O_APPEND, 0600); write(file, \"c\", 1); for (;;) pause()"
    ]
    let path = try workshop.build("entry", as: BadPlugin.file, hanging)
    for _ in 0..<3 { #expect(try look(path, seconds: 0.5).name == "hung") }
    #expect(Fixtures.bytes(marker).count == 1, "it was looked at once")
    #expect(try look(path, seconds: 0.7).name == "hung")
    #expect(Fixtures.bytes(marker).count == 2, "with more time it has another chance")
    try workshop.build("entry", as: BadPlugin.file, ["SUMMARY=\"repaired\""])
    guard case .loads(let description) = try look(path) else {
      Issue.record("the new file was not looked at")
      return
    }
    #expect(description["summary"] == "repaired")
    // A file that was merely refused is looked at each time: what is wrong may be its folder.
    chmod(path, 0o666)
    #expect(try look(path).name == "refused")
    chmod(path, 0o644)
    #expect(try look(path).name == "loads")
  }

  @Test("nor is it loaded when a source is chosen by looking at all of them")
  func automatic() throws {
    let path = try workshop.build("odd_source", as: "svfap_video_odd.so")
    let registry = PluginRegistry(directory: workshop.path)
    #expect(registry.all(.video).failures.isEmpty && registry.loaded.map(\.path) == [path])
    let crashing = try workshop.build("entry", as: "svfap_video_crashing.so", ["ID=\"crashing\"", "CONSTRUCTOR=abort()"])
    #expect(try PluginScan(seconds: 30, worker: Worker.path).look(at: crashing, .video, id: "crashing").name == "crashed")
    let (plugins, failures) = registry.all(.video)
    #expect(plugins.map(\.id) == ["odd"])
    #expect(failures.map(\.code) == [.plugin] && failures.first?.message.contains("crashed (SIGABRT)") == true)
  }

  @Test("a plugin that is not what its file's name says is told so")
  func otherID() throws {
    let path = try workshop.build("entry", as: BadPlugin.file, ["ID=\"other\""])
    #expect(try look(path).error(path)?.message.contains("calls itself \"other\", its file name says \"entry\"") == true)
    let source = try workshop.build("entry", as: BadPlugin.file, [])
    let verdict = try PluginScan(seconds: 30, worker: Worker.path).look(at: source, .video, id: "entry")
    #expect(verdict.error(source)?.message.contains("none of the interfaces that its file name promises (video)") == true)
  }

  @Test("without the program that looks at them nothing is looked at, in this process least of all")
  func noWorker() throws {
    let canary = "\(workshop.path)/canary"
    let path = try workshop.build("entry", as: BadPlugin.file, ["CONSTRUCTOR=close(open(\"\(canary)\", O_CREAT | O_WRONLY, 0600))"])
    let error = try #require(failure { try PluginScan(worker: "/none/svfap-worker").look(at: path, .head, id: "entry") })
    #expect(error.code == .notFound && error.message.contains("looked for at /none/svfap-worker"))
    #expect(access(canary, F_OK) != 0)
  }
}
