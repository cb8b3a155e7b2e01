import Base
import Glibc
import Plugins
import TestSupport
import Testing

@Suite("A plugin's entry is checked before anything of it is used")
struct EntryTests {
  private let workshop = PluginWorkshop()

  @Test("a plugin that is as it should be")
  func good() throws {
    let registry = PluginRegistry(directory: nil)
    let path = try workshop.build("entry", as: "good.so")
    let plugin = try registry.load(path: path)
    #expect(plugin.id == "entry" && plugin.version == "1.0.0" && plugin.license == "MIT" && plugin.summary == "a plugin for tests")
    #expect(plugin.path == path && plugin.interfaces == ["svfap.task-head"])
    #expect(registry.loaded.count == 1)
    #expect(
      plugin.description == [
        "id": "entry", "version": "1.0.0", "license": "MIT", "summary": "a plugin for tests", "path": .string(path),
        "interfaces": ["svfap.task-head"], "options": ["head": ["type": "object"]],
      ])
    #expect(try registry.load(path: path) === plugin, "a file is loaded once")
    #expect(registry.loaded.count == 1)
  }

  static let faults: [(defines: [String], code: SVFAPError.Code, reason: String)] = [
    (["MAGIC=0"], .format, "does not start with the magic number"),
    (["MAGIC=0x53564650"], .format, "does not start with the magic number"),
    (["MAJOR=SVFAP_ABI_MAJOR+1"], .abi, "was built for version"),
    (["MAJOR=999", "MINOR=999"], .abi, "version 999.999"), (["SIZE=16"], .abi, "declares an entry of 16 bytes"),
    (["SIZE=0"], .abi, "0 bytes"),
    (["ID=0"], .plugin, "its id is missing"), (["ID=\"\""], .plugin, "its id is empty"), (["ID=\"Upper\""], .plugin, "\"Upper\""),
    (["ID=\"a/../b\""], .plugin, "is not made of a-z"), (["ID=\"a_b\""], .plugin, "is not made of a-z"),
    (["ID=\"\(String(repeating: "a", count: 65))\""], .plugin, "1 to 64"),
    (["ID=\"\(String(repeating: "a", count: 300))\""], .plugin, "longer than 256"),
    (["VERSION=0"], .plugin, "its version is missing"), (["SUMMARY=\"two\\nlines\""], .plugin, "cannot be printed"),
    (["SUMMARY=\"\\xff\""], .plugin, "cannot be printed"), (["COUNT=0"], .plugin, "offers 0 interfaces"),
    (["COUNT=65"], .plugin, "offers 65 interfaces"),
    (["COUNT=0xffffffffffffffff"], .plugin, "interfaces; 1 to 64"), (["INTERFACES={0, &head}"], .plugin, "interface name 0 is missing"),
    (["INTERFACES={SVFAP_TASK_HEAD, 0}"], .plugin, "\"svfap.task-head\" has no table"),
    (["INTERFACES={SVFAP_TASK_HEAD, crooked + 1}"], .plugin, "is not aligned"),
    (["INTERFACES={SVFAP_TASK_HEAD, &head}, {SVFAP_TASK_HEAD, &head}"], .plugin, "\"svfap.task-head\" twice"),
    (["TABLE_SIZE=8"], .plugin, "svfap_task_head has 8 bytes"), (["FORWARD=0"], .plugin, "required slot \"forward\""),
    (["INTERFACES={SVFAP_VIDEO_SOURCE, crooked}"], .plugin, "svfap_video_source has 0 bytes"),
    (["INTERFACES={SVFAP_VIDEO_SINK, crooked}"], .plugin, "svfap_video_sink has 0 bytes"), (["INIT=0"], .plugin, "no init function"),
    (["STATUS=SVFAP_E_UNSUPPORTED", "MESSAGE=\"not on this machine\""], .unsupported, "not on this machine"),
    (["STATUS=SVFAP_E_NO_MEMORY"], .noMemory, "gave no reason"), (["STATUS=12345"], .plugin, "unknown status 12345"),
    (["STATUS=-1"], .plugin, "unknown status -1"),
  ]

  @Test("every fault has its own message, and the next plugin loads all the same", arguments: faults)
  func fault(_ fault: (defines: [String], code: SVFAPError.Code, reason: String)) throws {
    let registry = PluginRegistry(directory: nil)
    let path = try workshop.build("entry", as: "bad.so", fault.defines)
    let error = try #require(failure { try registry.load(path: path) })
    #expect(error.code == fault.code, "\(error.message)")
    #expect(error.message.contains(fault.reason), "\(error.message)")
    #expect(error.detail["path"] == path)
    #expect(registry.loaded.isEmpty)
    #expect(failure { try registry.load(path: path) }?.code == fault.code, "and again the same")
    // The loader must not take the next file for the refused one.
    let good = try registry.load(path: workshop.build("entry", as: "good.so", ["ID=\"next\""]))
    #expect(good.id == "next" && registry.loaded.count == 1)
  }

  @Test("interfaces that the host does not know are ignored, and optional slots may be empty")
  func unknownInterface() throws {
    let registry = PluginRegistry(directory: nil)
    let path = try workshop.build(
      "entry", as: "new.so", ["INTERFACES={\"svfap.telepathy\", unknown}, {SVFAP_TASK_HEAD, &head}", "REPORT=0"])
    #expect(try registry.load(path: path).interfaces == ["svfap.telepathy", "svfap.task-head"])
    let only = try workshop.build("entry", as: "only.so", ["ID=\"only\"", "INTERFACES={\"svfap.telepathy\", unknown}"])
    #expect(try registry.load(path: only).interfaces == ["svfap.telepathy"])
  }

  @Test("larger structs of a newer plugin of the same version are accepted")
  func largerStructs() throws {
    let path = try workshop.build("entry", as: "larger.so", ["SIZE=sizeof(svfap_plugin)+8", "TABLE_SIZE=sizeof(svfap_task_head)+8"])
    #expect(try PluginRegistry(directory: nil).load(path: path).id == "entry")
  }

  @Test("a file that many threads load at once is initialised once")
  func atTheSameTime() throws {
    let marker = "\(workshop.path)/marker"
    let path = try workshop.build("entry", as: "once.so", ["MARKER=\"\(marker)\""])
    let registry = PluginRegistry(directory: nil)
    atOnce(6) { _ in
      let error = failure { try registry.load(path: path) }
      #expect(error == nil)
    }
    #expect(registry.loaded.count == 1)
    #expect(Fixtures.bytes(marker).count == 1)
    _ = try PluginRegistry(directory: nil).load(path: path)
    #expect(Fixtures.bytes(marker).count == 1, "nor once more for another runtime")
  }
}
