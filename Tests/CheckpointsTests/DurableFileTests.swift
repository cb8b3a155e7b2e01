import Base
import Glibc
import TestSupport
import Testing

@Suite("Durable files: the old one or the new one, complete")
struct DurableFileTests {
  private let workshop = Workshop()
  private var path: String { "\(workshop.folder)/file" }

  private func write(_ text: String, to path: String) throws(SVFAPError) {
    let file = try DurableFile(writing: path)
    try file.write(text)
    try file.commit()
  }

  private func text(_ path: String) -> String { String(decoding: Fixtures.bytes(path), as: UTF8.self) }
  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }
  private var names: [String] { (try? Folder(workshop.folder).names()) ?? [] }

  @Test("a file appears only when it is whole")
  func appears() throws {
    Fixtures.write(Array("old".utf8), to: path)
    let file = try DurableFile(writing: path)
    try file.write("new, ")
    try file.write("longer")
    #expect(text(path) == "old")
    #expect(names.count == 2)
    try file.commit()
    #expect(text(path) == "new, longer")
    #expect(names == ["file"])
  }

  @Test("a file that is given up leaves the old one and no trace")
  func givenUp() throws {
    Fixtures.write(Array("old".utf8), to: path)
    var file: DurableFile? = try DurableFile(writing: path)
    try file?.write("new")
    file = nil
    #expect(text(path) == "old")
    #expect(names == ["file"])
  }

  @Test("files of no bytes and of many pieces", arguments: [0, 1, 3_000_001])
  func sizes(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let file = try DurableFile(writing: path)
    for start in stride(from: 0, to: count, by: 1_000_003) {
      try bytes[start..<min(start + 1_000_003, count)].withUnsafeBytes { try file.write($0) }
    }
    try file.commit()
    #expect(Fixtures.bytes(path) == bytes)
  }

  @Test(
    "a new file has the permissions that the process gives new files, a replaced one keeps its own",
    arguments: [0o600, 0o640, 0o664, 0o777])
  func permissions(kept: Int) throws {
    try write("new", to: path)
    Fixtures.write([], to: "\(workshop.folder)/plain")
    #expect(mode(path) == mode("\(workshop.folder)/plain"))
    #expect(chmod(path, mode_t(kept)) == 0)
    try write("newer", to: path)
    #expect(mode(path) == mode_t(kept))
  }

  @Test("behind a symbolic link the file is replaced and the link stays, also when the file is not there yet")
  func links() throws {
    let inner = "\(workshop.folder)/inner"
    #expect(mkdir(inner, 0o777) == 0)
    #expect(symlink("inner/real", path) == 0)
    for words in ["first", "second"] {
      try write(words, to: path)
      #expect(text("\(inner)/real") == words)
      var status = stat()
      #expect(lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    }
    #expect(names == ["file", "inner"])
    let round = "\(workshop.folder)/round"
    #expect(symlink("round", round) == 0)
    #expect(failure { try write("never", to: round) }?.code == .io)
  }

  @Test("the folder stays the same one when it is moved in between")
  func movedFolder() throws {
    let first = "\(workshop.folder)/first"
    let second = "\(workshop.folder)/second"
    #expect(mkdir(first, 0o777) == 0)
    let file = try DurableFile(writing: "\(first)/file")
    try file.write("here")
    #expect(rename(first, second) == 0 && mkdir(first, 0o777) == 0)
    try file.commit()
    #expect(text("\(second)/file") == "here")
    #expect(try Folder(first).names() == [])
  }

  @Test("names as long as the system permits them")
  func longNames() throws {
    let path = "\(workshop.folder)/" + String(repeating: "é", count: 127)
    try write("long", to: path)
    #expect(text(path) == "long")
    #expect(failure { try DurableFile(writing: path + "xx") }?.code == .io)
  }

  @Test("places where nothing can be written are named")
  func nowhere() throws {
    #expect(failure { try DurableFile(writing: "\(workshop.folder)/none/file") }?.code == .notFound)
    #expect(failure { try DurableFile(writing: workshop.folder) }?.message.contains("not a file") == true)
    #expect(failure { try DurableFile(writing: workshop.folder + "/") }?.message.contains("not a file") == true)
    #expect(failure { try DurableFile(writing: "/dev/full") }?.message.contains("not a file") == true)
    #expect(failure { try DurableFile(writing: "/proc/file") } != nil)
  }
}
