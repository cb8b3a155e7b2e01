import Base
import Glibc
import Plugins
import TestSupport
import Testing

@Suite("Files that are no good plugins")
struct BadPluginTests {
  private let workshop = PluginWorkshop()

  @Test("each is refused with its own status and words, and leaves everything as it was", arguments: BadPlugin.all)
  func refused(_ bad: BadPlugin) throws {
    let registry = PluginRegistry(directory: workshop.path)
    let first = try registry.load(path: workshop.build("odd_source", as: "svfap_video_odd.so"))
    let before = registry.loaded.map(ObjectIdentifier.init)
    try bad.make(workshop)
    let path = "\(workshop.path)/\(BadPlugin.file)"
    for turn in ["at first", "and again"] {
      let error = try #require(failure { try registry.load(path: path) }, "it was loaded \(turn)")
      #expect(error.code == bad.code, "\(turn): \(error.message)")
      for word in bad.words + [path] { #expect(error.message.contains(word), "\(turn): no \"\(word)\" in: \(error.message)") }
      #expect(error.detail["path"] == path)
      #expect(registry.loaded.map(ObjectIdentifier.init) == before && registry.loaded.first === first)
    }
    // By its id it is refused in the same way, but where nothing is found.
    if access(path, F_OK) == 0 { #expect(failure { try registry.plugin(.head, id: "entry") }?.code == bad.code) }
    // The loader must not take the next file for the refused one.
    chmod(workshop.path, 0o700)
    let good = try registry.load(path: workshop.build("entry", as: "good-one.so", ["ID=\"good\""]))
    #expect(good.id == "good" && registry.loaded.count == 2)
  }

  @Test(
    "a listing, which looks at them in processes of their own, tells the same of each",
    .enabled(if: Worker.isBuilt, "make build comes first"), arguments: BadPlugin.all)
  func listed(_ bad: BadPlugin) throws {
    try bad.make(workshop)
    let path = "\(workshop.path)/\(BadPlugin.file)"
    let verdict = try PluginScan(seconds: 30, worker: Worker.path).look(at: path, .head, id: "entry")
    guard case .refused(let error) = verdict else {
      Issue.record("\(bad.name): \(verdict)")
      return
    }
    #expect(error.code == bad.code, "\(error.message)")
    for word in bad.words + [path] { #expect(error.message.contains(word), "no \"\(word)\" in: \(error.message)") }
  }

  @Test("there are many, and no two have the same name")
  func count() {
    #expect(Set(BadPlugin.all.map(\.name)).count == BadPlugin.all.count)
    #expect(BadPlugin.all.count >= 100)
  }
}
