import Base
import Glibc
import Plugins
import Synchronization
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

  @Test("interfaces that the host does not know are ignored, and optional slots may be empty")
  func unknownInterface() throws {
    let registry = PluginRegistry(directory: nil)
    let path = try workshop.build(
      "entry", as: "new.so", ["INTERFACES={\"svfap.telepathy\", unknown}, {SVFAP_TASK_HEAD, &head}", "REPORT=0"])
    #expect(try registry.load(path: path).interfaces == ["svfap.telepathy", "svfap.task-head"])
    let only = try workshop.build("entry", as: "only.so", ["ID=\"only\"", "INTERFACES={\"svfap.telepathy\", unknown}"])
    #expect(try registry.load(path: only).interfaces == ["svfap.telepathy"])
  }

  /// A note in place of the right one.
  private func note(minor: Int = 0, neededMinor: Int = 0, size: Int = 72) -> [String] {
    ["NO_NOTE", "SECOND_NOTE={6, 16, 1, \"SVFAP\", 1, \(minor), \(neededMinor), \(size)}"]
  }

  @Test("larger structs of a newer plugin of the same version are accepted")
  func largerStructs() throws {
    let path = try workshop.build("entry", as: "larger.so", note(size: 80) + ["LARGER", "SIZE=80", "TABLE_SIZE=sizeof(svfap_task_head)+8"])
    #expect(try PluginRegistry(directory: nil).load(path: path).id == "entry")
  }

  @Test("a plugin of a later minor works if it does not need that minor")
  func laterMinor() throws {
    let later = try workshop.build("entry", as: "later.so", note(minor: 9) + ["MINOR=9"])
    #expect(try PluginRegistry(directory: nil).load(path: later).id == "entry")
    let needy = try workshop.build("entry", as: "needy.so", note(minor: 9, neededMinor: 9) + ["MINOR=9"])
    #expect(try refusal(needy).code == .abi)
  }

  @Test("the same note twice is one note")
  func sameNote() throws {
    let path = try workshop.build("entry", as: "twice.so", ["SECOND_NOTE={6, 16, 1, \"SVFAP\", 1, 0, 0, 72}"])
    #expect(try PluginRegistry(directory: nil).load(path: path).id == "entry")
  }

  @Test("nothing of a plugin for another version runs, not even its constructors")
  func canary() throws {
    let canary = "\(workshop.path)/canary"
    let constructor = "CONSTRUCTOR=close(open(\"\(canary)\", O_CREAT | O_WRONLY, 0600))"
    for (name, defines) in [
      ("major", ["NO_NOTE", "SECOND_NOTE={6, 16, 1, \"SVFAP\", 2, 0, 0, 72}"]), ("needed", note(neededMinor: 9)), ("size", note(size: 71)),
      ("none", ["NO_NOTE"]),
    ] {
      _ = try refusal(workshop.build("entry", as: "\(name).so", defines + [constructor]))
      #expect(access(canary, F_OK) != 0, "\(name): its constructor ran")
    }
    // The test can fail: for this version it does run.
    _ = try PluginRegistry(directory: nil).load(path: workshop.build("entry", as: "good.so", [constructor]))
    #expect(access(canary, F_OK) == 0)
  }

  @Test("a plugin that refused to work is asked once, and so is one that another caller has no use for")
  func refusedOnce() throws {
    let marker = "\(workshop.path)/marker"
    let path = try workshop.build(
      "entry", as: "refusing.so", ["MARKER=\"\(marker)\"", "STATUS=SVFAP_E_UNSUPPORTED", "MESSAGE=\"not here\""])
    let first = try refusal(path)
    let second = try refusal(path)
    #expect(first.message == second.message && first.code == .unsupported && Fixtures.bytes(marker).count == 1)
    let link = "\(workshop.path)/link.so"
    Glibc.link(path, link)
    #expect(try refusal(link).message.contains("not here"), "under another name too")
    #expect(Fixtures.bytes(marker).count == 1)
    utimes(path, nil)
    #expect(try refusal(path).message.contains("it has changed since, but a process keeps what it has loaded"))

    let registry = PluginRegistry(directory: workshop.path)
    let other = "\(workshop.path)/other"
    try workshop.build("entry", as: "svfap_head_wanted.so", ["MARKER=\"\(other)\""])
    #expect(failure { try registry.plugin(.head, id: "wanted") }?.message.contains("calls itself \"entry\"") == true)
    #expect(Fixtures.bytes(other).isEmpty, "it was not started")
    #expect(try registry.load(path: "\(workshop.path)/svfap_head_wanted.so").id == "entry")
    #expect(Fixtures.bytes(other).count == 1)
  }

  @Test("a plugin whose log line makes the host load it again is not started twice")
  func recursion() throws {
    let path = try workshop.build("entry", as: "chatty.so", ["IN_INIT=host->log(host->context, 1, \"x\", 1)"])
    let inner = Mutex<SVFAPError?>(nil)
    PluginLog.send(to: { _, _ in
      let error = failure { try PluginRegistry(directory: nil).load(path: path) }
      inner.withLock { $0 = error }
    })
    defer { PluginLog.send(to: { _, _ in }) }
    #expect(try PluginRegistry(directory: nil).load(path: path).id == "entry")
    #expect(inner.withLock { $0?.code } == .busy)
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
