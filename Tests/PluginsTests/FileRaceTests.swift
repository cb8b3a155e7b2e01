import Base
import Glibc
import Plugins
import Synchronization
import TestSupport
import Testing

@Suite("What was checked is what is loaded")
struct FileRaceTests {
  private let workshop = PluginWorkshop()

  /// Loads `path` again and again, as another file each time, while somebody exchanges it for one that nobody may load.
  ///
  /// - Parameters:
  ///   - renew: puts a new good plugin in place; its id is "good".
  ///   - exchange: puts the evil one, or the good one, at the path.
  private func race(_ path: String, renew: (Int) throws -> Void, exchange: @escaping @Sendable (_ evil: Bool) -> Void) throws {
    let isOver = Atomic(false)
    var thread = pthread_t()
    final class Exchange: Sendable {
      let body: @Sendable (Bool) -> Void
      let isOver: @Sendable () -> Bool
      init(_ body: @escaping @Sendable (Bool) -> Void, _ isOver: @escaping @Sendable () -> Bool) {
        (self.body, self.isOver) = (body, isOver)
      }
    }
    var (loaded, refused) = (0, 0)
    for round in 0..<60 {
      try renew(round)
      isOver.store(false, ordering: .relaxed)
      try withoutActuallyEscaping({ isOver.load(ordering: .relaxed) }) { over in
        nonisolated(unsafe) let over = over
        let argument = Unmanaged.passRetained(Exchange(exchange, { over() })).toOpaque()
        pthread_create(
          &thread, nil,
          { argument in
            guard let argument else { return nil }
            let exchange = Unmanaged<Exchange>.fromOpaque(argument).takeRetainedValue()
            var evil = true
            while !exchange.isOver() {
              exchange.body(evil)
              evil.toggle()
            }
            return nil
          }, argument)
        defer {
          isOver.store(true, ordering: .relaxed)
          pthread_join(thread, nil)
        }
        for _ in 0..<20 {
          var id: String?
          let error = failure { id = try PluginRegistry(directory: nil).load(path: path).id }
          if let error {
            // Of an exchange that takes two steps the state between them may be seen.
            #expect(error.code == .policy || error.code == .notFound, "\(error.message)")
            refused += 1
          } else {
            #expect(id == "good")
            loaded += 1
          }
        }
      }
    }
    #expect(loaded > 10 && refused > 10, "\(loaded) loaded, \(refused) refused: nothing was exchanged at the right moment")
  }

  @Test("a file that is exchanged at any moment is the good one or none")
  func files() throws {
    let canary = "\(workshop.path)/canary"
    let (path, good, spare) = ("\(workshop.path)/plugin.so", "\(workshop.path)/good.so", "\(workshop.path)/spare.so")
    let evil = try workshop.build(
      "entry", as: "evil.so", ["ID=\"evil\"", "CONSTRUCTOR=close(open(\"\(canary)\", O_CREAT | O_WRONLY, 0600))"])
    chmod(evil, 0o666)
    try race(
      path,
      renew: { _ in
        try workshop.build("entry", as: "good.so", ["ID=\"good\""])
        link(good, spare)
        rename(spare, path)
      },
      exchange: { isEvil in
        link(isEvil ? evil : good, spare)
        rename(spare, path)
      })
    #expect(access(canary, F_OK) != 0, "the other one was loaded")
  }

  @Test("a folder that is exchanged for a link at any moment is the good one or none")
  func folders() throws {
    let canary = "\(workshop.path)/canary"
    let (folder, away, open) = ("\(workshop.path)/folder", "\(workshop.path)/away", "\(workshop.path)/open")
    for name in [folder, open] { mkdir(name, 0o755) }
    try workshop.build("entry", as: "open/plugin.so", ["ID=\"evil\"", "CONSTRUCTOR=close(open(\"\(canary)\", O_CREAT | O_WRONLY, 0600))"])
    chmod(open, 0o777)
    try race(
      "\(folder)/plugin.so",
      renew: { _ in
        // The exchange may have ended either way.
        if unlink(folder) == 0 { rename(away, folder) }
        try workshop.build("entry", as: "folder/plugin.so", ["ID=\"good\""])
      },
      exchange: { isEvil in
        if isEvil {
          rename(folder, away)
          symlink("open", folder)
        } else {
          unlink(folder)
          rename(away, folder)
        }
      })
    #expect(access(canary, F_OK) != 0, "the other one was loaded")
  }
}
