import Base
import Glibc
import Plugins
import TestSupport
import Testing

@Suite("The registry of plugins and its directory")
struct RegistryTests {
  private let workshop = PluginWorkshop()

  @Test(
    "names of plugin files",
    arguments: [
      ("svfap_head_classification.so", PluginName.Kind.head, "classification"), ("svfap_video_a-1.so", .video, "a-1"),
      ("svfap_head_.so", nil, ""),
      ("svfap_head_Up.so", nil, ""), ("svfap_tail_x.so", nil, ""), ("head_x.so", nil, ""), ("svfap_head_x.so.1", nil, ""),
      ("svfap_head_a/b.so", nil, ""),
      ("svfap_head_\(String(repeating: "a", count: 65)).so", nil, ""), ("", nil, ""),
    ] as [(String, PluginName.Kind?, String)])
  func names(file: String, kind: PluginName.Kind?, id: String) {
    let parsed = PluginName.parse(file: file)
    #expect(parsed?.kind == kind)
    if let kind {
      #expect(parsed?.id == id)
      #expect(PluginName.file(kind, id) == file)
    }
  }

  @Test("a plugin by its id, from the directory, once")
  func byID() throws {
    try workshop.build("entry", as: "svfap_head_entry.so")
    try workshop.build("odd_source", as: "svfap_video_odd.so")
    try workshop.build("entry", as: "svfap_head_Bad.so")
    _ = workshop.file("readme.txt", [])
    let registry = PluginRegistry(directory: workshop.path)
    #expect(registry.available(.head) == ["entry"] && registry.available(.video) == ["odd"])
    #expect(registry.loaded.isEmpty, "a listing opens nothing")
    let plugin = try registry.plugin(.head, id: "entry")
    #expect(try registry.plugin(.head, id: "entry") === plugin)
    #expect(registry.loaded.map(\.id) == ["entry"], "only what was asked for is loaded")
    #expect(registry.all(.video).plugins.map(\.id) == ["odd"] && registry.all(.video).failures.isEmpty)
  }

  @Test("ids that are none, and ids of nothing")
  func unknown() throws {
    try workshop.build("entry", as: "svfap_head_entry.so")
    let registry = PluginRegistry(directory: workshop.path)
    for id in ["", "../entry", "Entry", "a b", "entry.so", "/etc/passwd"] {
      #expect(failure { try registry.plugin(.head, id: id) }?.code == .config)
    }
    let missing = try #require(failure { try registry.plugin(.head, id: "other") })
    #expect(missing.code == .notFound && missing.message.contains("there are: entry"), "\(missing.message)")
    #expect(failure { try registry.plugin(.video, id: "entry") }?.message.contains("there are none") == true)
    let off = try #require(failure { try PluginRegistry(directory: nil).plugin(.head, id: "entry") })
    #expect(off.code == .notFound && off.message.contains("plugin_directory"))
    #expect(PluginRegistry(directory: "\(workshop.path)/none").available(.head).isEmpty)
  }

  @Test("a file must hold what its name promises")
  func promises() throws {
    try workshop.build("entry", as: "svfap_head_other.so")
    try workshop.build("entry", as: "svfap_video_entry.so")
    let registry = PluginRegistry(directory: workshop.path)
    let wrongID = try #require(failure { try registry.plugin(.head, id: "other") })
    #expect(wrongID.code == .plugin && wrongID.message.contains("calls itself \"entry\", its file name says \"other\""))
    let wrongKind = try #require(failure { try registry.plugin(.video, id: "entry") })
    #expect(wrongKind.code == .plugin && wrongKind.message.contains("none of the interfaces that its file name promises (video)"))
    #expect(registry.loaded.isEmpty)
    let (plugins, failures) = registry.all(.head)
    #expect(plugins.isEmpty && failures.count == 1)
  }

  @Test("two files with one id: the first stays")
  func duplicates() throws {
    let registry = PluginRegistry(directory: nil)
    let first = try registry.load(path: workshop.build("entry", as: "first.so"))
    let second = try workshop.build("entry", as: "second.so", ["VERSION=\"2.0.0\""])
    let error = try refusal(second, registry)
    #expect(error.code == .plugin && error.message.contains("is loaded already, from \(first.path)"))
    #expect(failure { try registry.load(path: second) }?.code == .plugin, "and again")
    #expect(registry.loaded.first === first)
    #expect(try PluginRegistry(directory: nil).load(path: second).version == "2.0.0", "another registry may take the other")
  }

  @Test("a broken file in the directory does not stand in the way of the others")
  func brokenNeighbour() throws {
    _ = workshop.file("svfap_video_aaa.so", Array("no library".utf8))
    try workshop.build("entry", as: "svfap_video_bbb.so", ["ID=\"bbb\"", "NO_NOTE", "SECOND_NOTE={6, 16, 1, \"SVFAP\", 77, 0, 0, 72}"])
    try workshop.build("odd_source", as: "svfap_video_odd.so")
    let registry = PluginRegistry(directory: workshop.path)
    let (plugins, failures) = registry.all(.video)
    #expect(plugins.map(\.id) == ["odd"])
    #expect(failures.map(\.code) == [.format, .abi])
    #expect(try registry.openSource("odd:fine").info.frameCount == 5)
    let error = try #require(failure { try registry.openSource("\(workshop.path)/svfap_video_aaa.so") })
    #expect(
      error.code == .unsupported && error.message.contains("aaa.so is no shared library"),
      "why a plugin could not be asked: \(error.message)")
  }

  @Test("the directory beside this code is an absolute path")
  func besideLibrary() throws {
    let path = try #require(PluginDirectory.besideLibrary)
    #expect(path.hasPrefix("/") && path.hasSuffix("/svfap/plugins-1"))
  }
}
