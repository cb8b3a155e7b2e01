import Base
import Glibc
import TestSupport
import Testing

@Suite("Folders")
struct FolderTests {
  private let temporary = TemporaryFolder()
  private var folder: String { temporary.path }

  @Test("folders are made with those above them, and what is no folder is refused")
  func make() throws {
    try makeFolder("\(folder)/a/b/c/")
    try makeFolder("\(folder)/a/b")
    #expect(try Folder("\(folder)/a/b").names() == ["c"])
    Fixtures.write([1], to: "\(folder)/file")
    #expect(throws: SVFAPError.self) { try makeFolder("\(folder)/file/d") }
    #expect(throws: SVFAPError.self) { try makeFolder("\(folder)/file") }
    #expect(throws: SVFAPError.self) { try Folder("\(folder)/file") }
  }

  @Test("the listing is sorted and whole, however often it is asked for")
  func names() throws {
    let names = (0..<300).map { "name-\(1000 + $0)" }
    for name in names.reversed() { Fixtures.write([], to: "\(folder)/\(name)") }
    let opened = try Folder(folder)
    for _ in 0..<2 { #expect(try opened.names() == names) }
  }

  @Test("what is done in a folder is done in the one that was opened, wherever its path leads by then")
  func moved() throws {
    mkdir("\(folder)/here", 0o777)
    let opened = try Folder("\(folder)/here")
    Fixtures.write([1], to: "\(folder)/here/file")
    rename("\(folder)/here", "\(folder)/there")
    mkdir("\(folder)/here", 0o777)
    #expect(opened.contains("file"))
    try opened.rename("file", to: "other")
    #expect(Fixtures.bytes("\(folder)/there/other") == [1])
    try opened.remove("other")
    try opened.remove("other")
    #expect(try opened.names().isEmpty)
  }
}
