import SVFAP
import Synchronization
import Testing

@Suite("Runtimes and errors")
struct RuntimeTests {
  @Test("an error has its class, a message for people, and the same as JSON")
  func errors() throws {
    let world = try World()
    let error = try #require(throws: SVFAPError.self) { _ = try Model.open("/no/such.safetensors", in: world.runtime) }
    #expect(error.status == .notFound)
    #expect(error.message.contains("/no/such.safetensors") && "\(error)" == error.message)
    #expect(error.detail.hasPrefix("{") && error.detail.contains("\"path\": \"/no/such.safetensors\""), "\(error.detail)")
    #expect(status { _ = try Runtime(threads: 1000) } == .config)
    #expect(status { try world.runtime.loadPlugin("svfap_head_relative.so") } == .invalidArgument)
    #expect(status { _ = try Source.open("a\u{0}b", in: world.runtime) } == .invalidArgument)
  }

  @Test("the library tells its version")
  func version() throws {
    #expect(try Library.version.split(separator: ".").count == 3)
    #expect(try Library.interface.major == 1)
  }

  /// Counts what is alive of it.
  private final class Witness: Sendable {
    static let alive = Atomic<Int>(0)
    let lines = Mutex<[String]>([])
    init() { Self.alive.add(1, ordering: .relaxed) }
    deinit { Self.alive.subtract(1, ordering: .relaxed) }
  }

  @Test("the log goes to a closure, which is let go of when another one comes or the runtime ends")
  func log() throws {
    do {
      let runtime = try Runtime(logLevel: .debug)
      do {
        let witness = Witness()
        try runtime.setLog { level, line in witness.lines.withLock { $0.append("\(level) \(line)") } }
        try World(runtime).failingJob()
        #expect(witness.lines.withLock { $0.count == 1 && $0[0].hasPrefix("error ") && $0[0].contains("/no/such.mp4") })
      }
      #expect(Witness.alive.load(ordering: .relaxed) == 1)
      let second = Witness()
      try runtime.setLog { _, line in second.lines.withLock { $0.append(line) } }
      try World(runtime).failingJob()
      #expect(second.lines.withLock { $0.count == 1 })
      #expect(Witness.alive.load(ordering: .relaxed) == 1)
    }
    #expect(Witness.alive.load(ordering: .relaxed) == 0)
  }
}
