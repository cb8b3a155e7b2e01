import Base
import Data
import TestSupport
import Testing

@Suite("Manifests as text")
struct ManifestTests {
  private func read(_ text: String, _ change: (inout ManifestOptions) -> Void = { _ in }) throws -> Manifest {
    var options = ManifestOptions()
    change(&options)
    return try Manifest(text: text, name: "list.csv", options: options)
  }

  @Test(
    "path and label are separated by a space, a comma or a tab",
    arguments: ["clip.mp4 happy", "clip.mp4,happy", "clip.mp4\thappy", "clip.mp4 , happy", "  clip.mp4   happy  "])
  func separators(_ line: String) throws {
    let entry = try #require(try read(line).first)
    #expect(entry.path == "clip.mp4")
    #expect(entry.labels == ["happy"])
    #expect(entry.line == 1)
  }

  @Test("spaces belong to the path where commas or tabs separate")
  func spacesInPaths() throws {
    #expect(try read("Train & Test Set/clip 1.mp4,sad\nb.mp4,happy").map(\.path) == ["Train & Test Set/clip 1.mp4", "b.mp4"])
    #expect(try read("my clips/a.mp4\t0.5\t0.25").first?.labels == ["0.5", "0.25"])
  }

  @Test("a comma inside one path, or in quotes, does not make the list a comma list")
  func commaInOnePath() throws {
    #expect(try read("a.mp4 happy\nb,c.mp4 sad").map(\.path) == ["a.mp4", "b,c.mp4"])
    #expect(try read("\"a,b.mp4\" happy\n\"c,d.mp4\" sad").map(\.path) == ["a,b.mp4", "c,d.mp4"])
  }

  @Test("a separator that was chosen is not guessed")
  func chosenSeparator() throws {
    #expect(try read("a,b.mp4 sad") { $0.separator = .space }.first?.path == "a,b.mp4")
  }

  @Test("quotes hold separators, doubled quotes and number signs")
  func quotes() throws {
    let manifest = try read("\"two words.mp4\" sad\n\"say \"\"hi\"\".mp4\" happy\n\"#1.mp4\" sad\nplain\"quote.mp4 happy")
    #expect(manifest.map(\.path) == ["two words.mp4", "say \"hi\".mp4", "#1.mp4", "plain\"quote.mp4"])
    #expect(try read("\"a,b.mp4\",\"x\"\"y\"").first.map { [$0.path] + $0.labels } == ["a,b.mp4", "x\"y"])
  }

  @Test("comments and blank lines are skipped and lines keep their numbers")
  func comments() throws {
    let manifest = try read("# a list\n\n  # indented\na.mp4 0\n\t\nb.mp4 1\n")
    #expect(manifest.map(\.line) == [4, 6])
    #expect(manifest.place(of: 1) == "list.csv:6")
  }

  @Test("lines end with LF, CR LF or CR, and the last one with nothing", arguments: ["\n", "\r\n", "\r"])
  func lineEnds(_ end: String) throws {
    let manifest = try read(["path,label", "a.mp4,0", "", "b.mp4,1"].joined(separator: end))
    #expect(manifest.map(\.path) == ["a.mp4", "b.mp4"])
    #expect(manifest.map(\.line) == [2, 4])
  }

  @Test("a byte order mark is no part of the first path")
  func byteOrderMark() throws { #expect(try read("\u{FEFF}a.mp4 0").first?.path == "a.mp4") }

  @Test("a header names the columns, in any order")
  func header() throws {
    let manifest = try read("subject,valence,path,Group,arousal,split,fold\ns1,0.5,a.mp4,g1,-1,train,2\n,0.25,b.mp4,,1,test,1")
    #expect(manifest.labelNames == ["valence", "arousal"])
    #expect(manifest.count == 2)
    var first = ManifestEntry(path: "a.mp4", labels: ["0.5", "-1"], group: "g1", subject: "s1", split: "train", fold: "2")
    first.line = 2
    #expect(manifest[0] == first)
    #expect(manifest[1].subject == nil && manifest[1].group == nil)
    #expect(manifest.hasSubjects && manifest.hasGroups && manifest.hasSplits && manifest.hasFolds)
    #expect(manifest.selecting(split: "test").map(\.path) == ["b.mp4"])
  }

  @Test("without a header every field behind the path is a label")
  func noHeader() throws {
    #expect(try read("a.mp4 1").labelNames == ["label"])
    #expect(try read("a.mp4 1 2 3").labelNames == ["label1", "label2", "label3"])
    #expect(try read("a.mp4\nb.mp4").labelNames.isEmpty)
  }

  @Test("label columns are chosen by name and order")
  func chosenLabels() throws {
    let text = "path,valence,comment,arousal\na.mp4,1,,2"
    let manifest = try read(text) { $0.labelColumns = ["arousal", "valence"] }
    #expect(manifest.labelNames == ["arousal", "valence"])
    #expect(manifest[0].labels == ["2", "1"])
    let error = failureOf { try read(text) { $0.labelColumns = ["arousl"] } }
    #expect(error?.code == .config)
    #expect(error?.message.contains("did you mean \"arousal\"?") == true)
  }

  @Test("relative paths begin at the root; absolute ones and names with a colon stay")
  func roots() throws {
    let text = "a/b.mp4 0\n/c.mp4 0\nsynthetic:seed=1 0"
    #expect(try read(text) { $0.root = "/data" }.map(\.path) == ["/data/a/b.mp4", "/c.mp4", "synthetic:seed=1"])
    #expect(try read(text) { $0.root = "/" }[0].path == "/a/b.mp4")
    #expect(try read(text)[0].path == "a/b.mp4")
  }

  @Test("the folder of somebody else's paths is replaced, whole folders only")
  func replacing() throws {
    let manifest = try read("/mnt/data/DFEW/1 0\n/mnt/data1/DFEW/2 0") { $0.replacing = ("/mnt/data", "/home/me") }
    #expect(manifest.map(\.path) == ["/home/me/DFEW/1", "/mnt/data1/DFEW/2"])
  }

  @Test("relative paths of a file begin at its folder")
  func rootOfFile() throws {
    let folder = MadeFolder()
    let list = folder.write("clips/a.mp4 happy\n", to: "lists/train.csv")
    #expect(try Manifest(file: list)[0].path == folder("lists/clips/a.mp4"))
    var options = ManifestOptions()
    options.root = folder.path
    #expect(try Manifest(file: list, options: options)[0].path == folder("clips/a.mp4"))
  }

  @Test("what is written is read again, whatever the names hold")
  func roundTrip() throws {
    let folder = MadeFolder()
    let paths = [
      "/d/plain.mp4", "/d/two words.mp4", "/d/comma,.mp4", "/d/\"quoted\".mp4", "#hash.mp4", " lead.mp4", "/d/trail ", "/d/ünï.mp4",
      "/d/tab\t.mp4",
    ]
    let draft = try ManifestDraft(name: "draft", labels: ["valence", "arousal"], hasSubject: true, hasGroup: true)
    for (index, path) in paths.enumerated() {
      try draft.add(path, labels: ["\(index)", "x y"], subject: index == 0 ? "" : "s\(index)", group: "g, 1")
    }
    try draft.manifest().write(to: folder("out.csv"), comment: ["two", "lines"])
    var options = ManifestOptions()
    options.root = "."
    let read = try Manifest(file: folder("out.csv"), options: options)
    #expect(read.map(\.path) == paths)
    #expect(read.labelNames == ["valence", "arousal"])
    #expect(read[3].labels == ["3", "x y"] && read[3].group == "g, 1" && read[3].subject == "s3")
    #expect(read[0].subject == nil)
    #expect(read[0].line == 4)
  }

  @Test("paths below a folder are written relative to it")
  func relativeWriting() throws {
    let folder = MadeFolder()
    let draft = try ManifestDraft(name: "draft")
    try draft.add("/data/set/a.mp4")
    try draft.add("/data/settings/b.mp4")
    try draft.manifest().write(to: folder("out.csv"), relativeTo: "/data/set")
    var options = ManifestOptions()
    options.root = "/data/set"
    #expect(try Manifest(file: folder("out.csv"), options: options).map(\.path) == ["/data/set/a.mp4", "/data/settings/b.mp4"])
  }

  @Test("a name with a line break cannot be written and leaves the old file")
  func lineBreakInName() throws {
    let folder = MadeFolder()
    folder.write("old", to: "out.csv")
    let draft = try ManifestDraft(name: "draft")
    try draft.add("/d/a\nb.mp4")
    #expect(failureOf { try draft.manifest().write(to: folder("out.csv")) }?.code == .format)
    #expect(try InputFile(folder("out.csv")).size == 3)
  }

  @Test("an empty text is an empty manifest")
  func emptyText() throws {
    for text in ["", "\n\n", "# nothing\n", "path,label\n", "\u{FEFF}"] { #expect(try read(text).isEmpty) }
  }

  @Test("a long list keeps its entries apart")
  func longList() throws {
    let count = 100_000
    var text = "path,label\n"
    for index in 0..<count { text += "clips/\(index).mp4,\(index % 7)\n" }
    let manifest = try read(text)
    #expect(manifest.count == count)
    let last = manifest[count - 1]
    #expect(last.path == "clips/99999.mp4" && last.labels == ["4"] && last.line == count + 1)
    let chosen = manifest.selecting { $0 % 1000 == 999 }
    #expect(chosen.count == 100)
    #expect(chosen[1].path == "clips/1999.mp4" && chosen[1].labels == ["4"] && chosen[1].line == 2001)
  }
}
