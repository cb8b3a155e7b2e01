import Base
import Glibc
import TestSupport
import Testing

@Suite("Files that are read")
struct InputFileTests {
  private let folder = Fixtures.temporaryFolder()

  private func cleaned(_ body: () throws -> Void) rethrows {
    defer {
      for name in ["file", "fifo", "link", "inner"] {
        unlink("\(folder)/\(name)")
        rmdir("\(folder)/\(name)")
      }
      rmdir(folder)
    }
    try body()
  }

  @Test("any range, and nothing behind the end")
  func ranges() throws {
    try cleaned {
      Fixtures.write(Array(0..<100), to: "\(folder)/file")
      symlink("\(folder)/file", "\(folder)/link")
      for path in ["\(folder)/file", "\(folder)/link"] {
        let file = try InputFile(path)
        #expect(file.size == 100)
        #expect(try file.bytes(at: 0, count: 100) == Array(0..<100))
        #expect(try file.bytes(at: 97, count: 3) == [97, 98, 99])
        #expect(try file.bytes(at: 100, count: 0) == [])
        let error = try #require(failure { try file.bytes(at: 90, count: 11) })
        #expect(error.code == .format)
        #expect(error.message == "\(path) ends at byte 100, 1 bytes too early")
        #expect(failure { try file.bytes(at: 5000, count: 1) }?.code == .format)
      }
    }
  }

  @Test("a file that shrinks while it is open ends early, and nothing else happens")
  func shrinking() throws {
    try cleaned {
      Fixtures.write([UInt8](repeating: 7, count: 4096), to: "\(folder)/file")
      let file = try InputFile("\(folder)/file")
      truncate("\(folder)/file", 10)
      #expect(file.size == 4096)
      #expect(failure { try file.bytes(at: 0, count: 4096) }?.code == .format)
      #expect(try file.bytes(at: 0, count: 10) == [UInt8](repeating: 7, count: 10))
    }
  }

  @Test("what is no file is refused at once, and said to be what it is")
  func noFiles() throws {
    try cleaned {
      mkdir("\(folder)/inner", 0o755)
      mkfifo("\(folder)/fifo", 0o644)
      #expect(failure { try InputFile("\(folder)/inner") }?.message == "\(folder)/inner is a folder, not a file")
      #expect(failure { try InputFile("\(folder)/fifo") }?.message == "\(folder)/fifo is a device, pipe or socket, not a file")
      #expect(failure { try InputFile("/dev/null") }?.code == .format)
      let missing = try #require(failure { try InputFile("\(folder)/none") })
      #expect(missing.code == .notFound)
      #expect(missing.message == "cannot open \(folder)/none: No such file or directory")
      #expect(missing.detail["errno"] == "\(ENOENT)")
    }
  }

  @Test("the system's reasons as text")
  func reasons() {
    #expect(systemErrorText(ENOSPC) == "No space left on device")
    #expect(systemErrorText(EACCES) == "Permission denied")
    #expect(systemErrorText(99_999).contains("99999"))
    for (number, code) in [(ENOENT, .notFound), (ENOSPC, .noSpace), (EDQUOT, .noSpace), (ENOMEM, .noMemory), (EACCES, .io)]
      as [(Int32, SVFAPError.Code)]
    {
      #expect(SVFAPError.system("cannot try", path: "x", errno: number).code == code)
    }
  }

  @Test("errors gather what those who pass them on know")
  func errors() {
    let error = SVFAPError(.format, "it is cut short", detail: ["where": "byte 3"]).within("clip.mp4").with("path", "/clip.mp4")
    #expect(error.description == "clip.mp4: it is cut short")
    #expect(error.detail == ["where": "byte 3", "path": "/clip.mp4"])
    #expect(error.code == .format)
    #expect(SVFAPError.Code.allCases.map(\.rawValue) == Array(1...19), "the numbers are those of the C header")
  }
}
