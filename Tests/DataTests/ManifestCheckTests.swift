import Base
import Data
import Glibc
import TestSupport
import Testing

@Suite("Checks over manifests")
struct ManifestCheckTests {
  private func manifest(_ text: String, root: String? = nil) throws -> Manifest {
    var options = ManifestOptions()
    options.root = root
    return try Manifest(text: text, name: "list", options: options)
  }

  private func findings(_ text: String, classes: [String]? = nil) throws -> [DataFinding] {
    ManifestCheck(try manifest(text), role: "training list").findings(classes: classes)
  }

  private func split(_ first: String, _ second: String) throws -> [DataFinding] {
    try SplitCheck.findings([("training list", manifest(first)), ("test list", manifest(second))])
  }

  @Test("a sound list and a sound split give no findings")
  func sound() throws {
    #expect(try findings("a happy\nb sad", classes: ["happy", "sad"]).isEmpty)
    #expect(try split("path,label,subject\na,happy,1\nb,sad,2", "path,label,subject\nc,happy,3\nd,sad,4").isEmpty)
  }

  @Test("an empty list is an error")
  func empty() throws {
    let found = try findings("# nothing\n")
    #expect(found.kinds == [.empty])
    #expect(found[0].severity == .error)
  }

  @Test("entries that stand twice are told with their lines")
  func duplicates() throws {
    let found = try findings("a 0\nb 1\na 0\na 0")
    #expect(found.kinds == [.duplicatePath])
    #expect(found[0].count == 2 && found[0].examples == ["list:3", "list:4"])
  }

  @Test("one video with two labels is an error")
  func contradiction() throws {
    let found = try #require(try findings("a 0\nb 1\na 1").first(.contradictingLabels))
    #expect(found.severity == .error && found.examples == ["list:3"])
  }

  @Test("classes without a clip are told; numbers of classes count as their names")
  func missingClasses() throws {
    let found = try #require(try findings("a happy\nb 1", classes: ["happy", "sad", "fear"]).first(.missingClass))
    #expect(found.examples == ["fear"])
  }

  @Test("labels that a model does not know are an error")
  func unknownLabels() throws {
    let list = try manifest("a happy\nb 2\nc 3\nd hapy\n")
    let found = try #require(ManifestCheck(list, role: "list").unknownLabels(classes: ["happy", "sad", "fear"]).first)
    #expect(found.kind == .unknownLabel && found.severity == .error)
    #expect(found.count == 2 && found.examples == ["\"3\" (list:3)", "\"hapy\" (list:4)"])
    let wide = try manifest("a happy sad")
    #expect(ManifestCheck(wide, role: "list").unknownLabels(classes: ["happy", "sad"]).kinds == [.labelColumns])
  }

  @Test("missing files and second names of one file are found on the disk")
  func onDisk() throws {
    let folder = MadeFolder()
    folder.touch("a.mp4", "b.mp4")
    link(folder("a.mp4"), folder("hard.mp4"))
    folder.link("soft.mp4", to: "b.mp4")
    let list = try manifest("a.mp4\nhard.mp4\nb.mp4\nsoft.mp4\nnone.mp4\nsynthetic:", root: folder.path)
    let found = try ManifestCheck(list, role: "list").filesOnDisk()
    #expect(found.first(.missingFile)?.examples == [folder("none.mp4")])
    #expect(found.first(.missingFile)?.severity == .warning)
    #expect(found.first(.sameFile)?.examples == [folder("hard.mp4"), folder("soft.mp4")])
  }

  @Test("a list whose files are all missing is certainly wrong")
  func allMissing() throws {
    let found = try ManifestCheck(try manifest("a\nb", root: "/nowhere"), role: "list").filesOnDisk()
    #expect(found.first(.missingFile)?.severity == .error)
  }

  @Test("the same list twice is told as such")
  func sameLists() throws { #expect(try split("a 0\nb 1", "b 1\na 0").kinds == [.sameLists]) }

  @Test("videos, subjects and missing classes across a split are told")
  func sharedAcross() throws {
    let found = try split("path,label,subject\na,happy,1\nb,sad,2\nc,fear,9", "path,label,subject\na,happy,1\nd,sad,2\ne,sad,3")
    #expect(found.first(.sharedPath)?.examples == ["a"])
    #expect(found.first(.sharedSubject)?.examples == ["1", "2"])
    #expect(found.first(.missingClass)?.examples == ["fear"])
  }

  @Test("measurements are no classes")
  func measurements() throws { #expect(try split("a 0.25\nb 0.5", "c 0.75").isEmpty) }

  @Test("one file under two names on both sides is found on the disk")
  func sharedFile() throws {
    let folder = MadeFolder()
    folder.touch("a.mp4", "b.mp4")
    folder.link("copy.mp4", to: "a.mp4")
    let parts = [
      ("training list", try manifest("a.mp4", root: folder.path)), ("test list", try manifest("copy.mp4\nb.mp4", root: folder.path)),
    ]
    #expect(try SplitCheck.findings(parts).isEmpty)
    #expect(try SplitCheck.findings(parts, lookingAtFiles: true).first(.sharedFile)?.examples == [folder("copy.mp4")])
  }

  @Test("findings are data: kind, severity, count and some examples")
  func asData() throws {
    let found = try #require(try findings((0..<10).map { _ in "a 0" }.joined(separator: "\n")).first)
    #expect(found.examples.count == 5)
    #expect(found.text.hasSuffix("and 4 more"))
    #expect(found.json["kind"]?.stringValue == "duplicatePath")
    #expect(found.json["count"]?.intValue == 9)
    #expect(found.json["severity"]?.stringValue == "warning")
  }
}
