import Base
import CheckpointSamples
import Checkpoints
import Glibc
import TestSupport
import Testing

@Suite("Run directories")
struct RunDirectoryTests {
  private let temporary = TemporaryFolder()
  private var parent: String { temporary.path }
  private let configuration = RunConfiguration(
    ["task": "finetune", "seed": 7, "threads": 2, "head": ["smoothing": 0.1, "labels": ["a", "b"]]], free: ["/threads"])

  private func configuration(_ key: String, _ value: JSONValue) -> RunConfiguration {
    var object = configuration.value.objectValue ?? JSONObject()
    object[key] = value
    return RunConfiguration(.object(object), free: configuration.free)
  }

  private func stored(_ path: String) throws -> JSONValue { try JSONValue(parsing: Fixtures.bytes("\(path)/config.json")) }

  @Test("a new run makes its folders and stores its configuration")
  func create() throws {
    let path = "\(parent)/deep/run"
    let run = try RunDirectory.create(path, configuration)
    #expect(run.isContinued == false)
    #expect(run.warnings.isEmpty)
    #expect(try stored(path) == configuration.value)
    #expect(try Folder(path).names() == [".lock", "checkpoints", "config.json"])
    #expect(try run.checkpoints.newest().state == nil)
  }

  @Test("an empty folder is taken, also one in which a beginning was killed")
  func emptyFolder() throws {
    for name in [".lock", ".config.json.77-1.part"] { Fixtures.write([], to: "\(parent)/\(name)") }
    _ = try RunDirectory.create(parent, configuration)
    #expect(try stored(parent) == configuration.value)
  }

  @Test("a folder with a run is refused, and the message says what to do")
  func refuseRun() throws {
    do { _ = try RunDirectory.create(parent, configuration) }
    let before = Fixtures.bytes("\(parent)/config.json")
    let error = #expect(throws: SVFAPError.self) { try RunDirectory.create(parent, configuration("seed", 8)) }
    #expect(error?.code == .config)
    #expect(error?.message.contains("--resume") == true)
    #expect(Fixtures.bytes("\(parent)/config.json") == before)
  }

  @Test("a folder with other things, or a file, is refused and left as it is")
  func refuseForeign() throws {
    Fixtures.write([1], to: "\(parent)/thesis.tex")
    let full = #expect(throws: SVFAPError.self) { try RunDirectory.create(parent, configuration) }
    #expect(full?.message.contains("thesis.tex") == true)
    #expect(try Folder(parent).names() == ["thesis.tex"])
    let file = #expect(throws: SVFAPError.self) { try RunDirectory.create("\(parent)/thesis.tex", configuration) }
    #expect(file?.message.contains("not a folder") == true)
  }

  @Test("resuming opens the run with its configuration and checkpoints, and removes what a killed save has left")
  func resume() throws {
    do {
      let run = try RunDirectory.create(parent, configuration)
      try SampleRun().save(step: 5, in: run.checkpoints)
    }
    Fixtures.write([0], to: "\(parent)/checkpoints/.step-0000000009.safetensors.77-1.part")
    let run = try RunDirectory.resume(parent, nil)
    #expect(run.isContinued)
    #expect(run.configuration.value == configuration.value)
    #expect(try run.checkpoints.newest().state?.step == 5)
    #expect(try Folder("\(parent)/checkpoints").names() == ["step-0000000005.safetensors"])
  }

  @Test("a member that may not change is named with both values")
  func changed() throws {
    do { _ = try RunDirectory.create(parent, configuration) }
    let other = configuration("head", ["smoothing": 0.2, "labels": ["a", "b"]])
    let error = #expect(throws: SVFAPError.self) { try RunDirectory.resume(parent, other) }
    #expect(error?.code == .config)
    #expect(error?.detail["where"] == "/head/smoothing")
    #expect(error?.message.contains("/head/smoothing is 0.2") == true)
    #expect(error?.message.contains("began with 0.1") == true)
  }

  @Test("a member that is free may change and is stored")
  func free() throws {
    do { _ = try RunDirectory.create(parent, configuration) }
    let run = try RunDirectory.resume(parent, configuration("threads", 8))
    #expect(run.configuration.digest == configuration.digest)
    #expect(try stored(parent)["threads"] == 8)
  }

  @Test("there must be something to resume")
  func nothingToResume() throws {
    let absent = #expect(throws: SVFAPError.self) { try RunDirectory.resume("\(parent)/typo", configuration) }
    #expect(absent?.code == .notFound)
    Fixtures.write([1], to: "\(parent)/thesis.tex")
    let foreign = #expect(throws: SVFAPError.self) { try RunDirectory.resume(parent, configuration) }
    #expect(foreign?.message.contains("config.json") == true)
    #expect(try Folder(parent).names() == ["thesis.tex"])
  }

  @Test("a run that was killed before it had a configuration is begun")
  func killedBeginning() throws {
    Fixtures.write([], to: "\(parent)/.lock")
    #expect(throws: SVFAPError.self) { try RunDirectory.resume(parent, nil) }
    let run = try RunDirectory.resume(parent, configuration)
    #expect(run.isContinued == false)
    #expect(try stored(parent) == configuration.value)
  }

  @Test("a damaged config.json is a clear error", arguments: ["", "{\"task\": ", "[1, 2]"])
  func damagedConfiguration(text: String) throws {
    do { _ = try RunDirectory.create(parent, configuration) }
    Fixtures.write(Array(text.utf8), to: "\(parent)/config.json")
    #expect(throws: SVFAPError.self) { try RunDirectory.resume(parent, configuration) }
  }

  @Test("a second trainer is refused, whether it begins or continues")
  func busy() throws {
    let run = try RunDirectory.create(parent, configuration)
    let error = #expect(throws: SVFAPError.self) { try RunDirectory.resume(parent, configuration) }
    #expect(error?.code == .busy)
    withExtendedLifetime(run) {}
  }
}

@Suite("Run configurations")
struct RunConfigurationTests {
  @Test("the digest depends on what is configured, not on the order or on free members")
  func digest() {
    let one = RunConfiguration(["a": 1, "b": ["c": 2, "d": 3]], free: ["/b/d"])
    #expect(one.digest == RunConfiguration(["b": ["d": 4, "c": 2], "a": 1], free: ["/b/d"]).digest)
    #expect(one.digest != RunConfiguration(["a": 1, "b": ["c": 3, "d": 3]], free: ["/b/d"]).digest)
    #expect(one.digest != RunConfiguration(["a": 1, "b": ["c": 2, "d": 4]]).digest)
  }

  @Test("differences are found in members, lists and absences")
  func difference() {
    let configuration = RunConfiguration(["a": 1, "list": [1, 2], "x": .null])
    #expect(configuration.difference(from: ["a": 1.0, "list": [1, 2], "x": .null]) == nil)
    #expect(configuration.difference(from: ["a": 1, "list": [1, 3], "x": .null])?.pointer == "/list/1")
    #expect(configuration.difference(from: ["a": 1, "list": [1], "x": .null])?.pointer == "/list")
    let absent = configuration.difference(from: ["a": 1, "list": [1, 2]])
    #expect(absent?.pointer == "/x" && absent?.own == .null && absent?.other == nil)
    #expect(configuration.difference(from: ["a": 1, "list": [1, 2], "x": .null, "y": 1])?.pointer == "/y")
  }
}
