import Base
import Glibc
import Plugins
import Synchronization
import TestSupport
import Testing

@Suite("What was checked is what is loaded")
struct FileRaceTests {
  private let workshop = PluginWorkshop()

  /// What one thread does until another one says that it is enough.
  private final class Exchange: Sendable {
    let isOver = Atomic(false)
    let turns = Atomic(0)
    private let body: @Sendable (_ evil: Bool) -> Void

    init(_ body: @escaping @Sendable (Bool) -> Void) { self.body = body }

    func run() {
      var isEvil = true
      while !isOver.load(ordering: .relaxed) {
        body(isEvil)
        isEvil.toggle()
        turns.add(1, ordering: .relaxed)
      }
    }
  }

  /// Loads a plugin while somebody exchanges it for one that nobody may load, many times, each time another file of another
  /// name: the system's loader looks at a name once.
  ///
  /// - Parameters:
  ///   - renew: puts a new good plugin, whose id is "good", in place, and returns its path.
  ///   - exchange: puts the evil one, or the good one, at the path of a round.
  private func race(renew: (Int) throws -> String, exchange: @escaping @Sendable (_ round: Int, _ evil: Bool) -> Void) throws {
    var (loaded, refused) = (0, 0)
    for round in 0..<50 {
      let path = try renew(round)
      let task = Exchange { exchange(round, $0) }
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { argument in
          if let argument { Unmanaged<Exchange>.fromOpaque(argument).takeRetainedValue().run() }
          return nil
        }, Unmanaged.passRetained(task).toOpaque())
      defer {
        task.isOver.store(true, ordering: .relaxed)
        pthread_join(thread, nil)
      }
      while task.turns.load(ordering: .relaxed) < 2 { sched_yield() }
      for _ in 0..<20 {
        var id: String?
        if let error = failure({ id = try PluginRegistry(directory: nil).load(path: path).id }) {
          // Of an exchange that takes two steps the state between them may be seen.
          #expect(error.code == .policy || error.code == .notFound, "\(error.message)")
          refused += 1
        } else {
          #expect(id == "good")
          loaded += 1
        }
      }
    }
    #expect(loaded > 0 && refused > 0, "\(loaded) loaded, \(refused) refused: nothing was exchanged at the right moment")
  }

  /// A library of which nothing may run: then the canary is there.
  private func evil(_ name: String, canary: String) throws -> String {
    try workshop.build("entry", as: name, ["ID=\"evil\"", "CONSTRUCTOR=close(open(\"\(canary)\", O_CREAT | O_WRONLY, 0600))"])
  }

  @Test("a file that is exchanged at any moment is the good one or none")
  func files() throws {
    let folder = workshop.path
    let evil = try evil("evil.so", canary: "\(folder)/canary")
    chmod(evil, 0o666)
    try race(
      renew: { round in
        let good = try workshop.build("entry", as: "good\(round).so", ["ID=\"good\""])
        link(good, "\(folder)/plugin\(round).so")
        return "\(folder)/plugin\(round).so"
      },
      exchange: { round, isEvil in
        link(isEvil ? evil : "\(folder)/good\(round).so", "\(folder)/spare\(round)")
        rename("\(folder)/spare\(round)", "\(folder)/plugin\(round).so")
        // Where both are one file already, a rename does nothing.
        unlink("\(folder)/spare\(round)")
      })
    #expect(access("\(folder)/canary", F_OK) != 0, "the other one was loaded")
  }

  @Test("a folder that is exchanged for a link at any moment is the good one or none")
  func folders() throws {
    let folder = workshop.path
    mkdir("\(folder)/open", 0o755)
    _ = try evil("open/plugin.so", canary: "\(folder)/canary")
    chmod("\(folder)/open", 0o777)
    try race(
      renew: { round in
        mkdir("\(folder)/in\(round)", 0o755)
        return try workshop.build("entry", as: "in\(round)/plugin.so", ["ID=\"good\""])
      },
      exchange: { round, isEvil in
        if isEvil {
          rename("\(folder)/in\(round)", "\(folder)/away\(round)")
          symlink("open", "\(folder)/in\(round)")
        } else {
          unlink("\(folder)/in\(round)")
          rename("\(folder)/away\(round)", "\(folder)/in\(round)")
        }
      })
    #expect(access("\(folder)/canary", F_OK) != 0, "the other one was loaded")
  }
}
