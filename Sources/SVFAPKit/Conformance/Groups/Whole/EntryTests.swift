import Base
import CSVFAPPlugin
import Glibc
import Plugins

/// The entry of a plugin: what it says of itself, and how it gets on with hosts of other versions.
enum EntryTests {
  static let all: [ConformanceTest] = [
    ConformanceTest("entry.texts", "version, licence and summary are such", gates: [FileTests.gate], texts),
    ConformanceTest("entry.interfaces", "it offers an interface that this library knows", gates: [FileTests.gate], interfaces),
    ConformanceTest("entry.init.again", "a second init is harmless, or refused with a reason", gates: [FileTests.gate], initAgain),
    ConformanceTest("entry.host.exact", "nothing behind the end of the host table is read", gates: [FileTests.gate], exactHost),
    ConformanceTest("entry.host.newer", "a host of a later minor, with a longer table, is taken", gates: [FileTests.gate], newerHost),
    ConformanceTest("entry.describe", "what an interface describes is the same every time, and is JSON", gates: [FileTests.gate], describe),
    ConformanceTest("entry.schema", "schemas of options are such, and defaults fit them", gates: [FileTests.gate], schemas),
  ]

  private static func texts(_ context: CheckContext) throws(Verdict) {
    let plugin = try context.plugin()
    let numbers = plugin.version.split(separator: "-")[0].split(separator: "+")[0].split(separator: ".", omittingEmptySubsequences: false)
    try expect(
      numbers.count == 3 && numbers.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } },
      "its version is \"\(plugin.version)\"; expected one like 1.0.0 (SemVer)")
    let isExpression = plugin.license.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || "-.+() ".utf8.contains($0)
    }
    try expect(isExpression, "its license is \"\(plugin.license)\"; expected an SPDX expression such as MIT")
  }

  private static func interfaces(_ context: CheckContext) throws(Verdict) {
    let plugin = try context.plugin()
    let known = [SVFAP_TASK_HEAD, SVFAP_VIDEO_SOURCE, SVFAP_VIDEO_SINK]
    try expect(
      !known.allSatisfy { !plugin.interfaces.contains($0) },
      "it offers \(plugin.interfaces.joined(separator: ", ")); this library knows \(known.joined(separator: ", "))")
  }

  /// What the first interface describes.
  private static func description(_ context: CheckContext) throws(Verdict) -> String {
    try subjects(context).first.map { subject throws(Verdict) in try Configurations.describe(subject, context) } ?? ""
  }

  private static func subjects(_ context: CheckContext) throws(Verdict) -> [ConformanceTest.Subject] {
    let plugin = try context.plugin()
    return [
      plugin.taskHead == nil ? nil : .head, plugin.videoSource == nil ? nil : .source, plugin.videoSink == nil ? nil : .sink,
    ].compactMap(\.self)
  }

  /// Calls init with a host; the plugin must be as before.
  private static func start(_ context: CheckContext, _ host: UnsafePointer<svfap_host>, _ name: String) throws(Verdict) {
    let plugin = try context.plugin()
    let before = try description(context)
    let result = context.call("init with \(name)") { plugin.initialize(host) }
    if !result.isOK {
      try result.beSound()
      try expect(result.message != nil, "\(result.sentence); expected a reason")
    }
    try expect(try description(context) == before, "after \(result.call) describe gives another text than before")
    let again = context.call("init with the host that it had") { plugin.initialize(plugin.host) }
    if !again.isOK { try expect(again.message != nil, "\(again.sentence); expected a reason") }
  }

  private static func initAgain(_ context: CheckContext) throws(Verdict) { try start(context, try context.plugin().host, "the same host") }

  /// A host table that ends where memory ends.
  private static func exactHost(_ context: CheckContext) throws(Verdict) {
    let page = Int(getpagesize())
    let size = MemoryLayout<svfap_host>.size
    guard let pages = mmap(nil, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), pages != MAP_FAILED else {
      throw .skipped("no memory for a host table")
    }
    // Stays for the life of the process, as a host table does.
    guard mprotect(pages + page, page, PROT_NONE) == 0 else { throw .skipped("memory cannot be closed here") }
    let table = (pages + page - size).bindMemory(to: svfap_host.self, capacity: 1)
    table.initialize(to: context.host.table.pointee)
    try start(context, UnsafePointer(table), "a host table of \(size) bytes")
  }

  private static func newerHost(_ context: CheckContext) throws(Verdict) {
    let size = MemoryLayout<svfap_host>.size
    // Stays for the life of the process, as a host table does.
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size + 256, alignment: 64)
    memset(memory, 0x5C, size + 256)
    let table = memory.bindMemory(to: svfap_host.self, capacity: 1)
    table.initialize(to: context.host.table.pointee)
    table.pointee.struct_size = UInt64(size + 256)
    table.pointee.abi_minor = UInt32(SVFAP_ABI_MINOR) + 7
    let plugin = try context.plugin()
    let result = context.call("init with a host of minor \(table.pointee.abi_minor)") { plugin.initialize(table) }
    try expect(result.isOK, "\(result.sentence); expected SVFAP_OK: later minors only add to the end")
    _ = try description(context)
  }

  private static func describe(_ context: CheckContext) throws(Verdict) {
    for subject in try subjects(context) {
      let first = try Configurations.describe(subject, context)
      for _ in 0..<3 {
        try expect(
          try Configurations.describe(subject, context) == first, "describe of the \(subject.title) gives another text the second time")
      }
      do throws(SVFAPError) {
        let json = try JSONValue(parsing: first)
        guard subject == .head else { continue }
        for key in ["summary", "config_schema", "label_fields"] where json[key] == nil {
          throw SVFAPError(.plugin, "describe of the task head gives no \"\(key)\"")
        }
      } catch {
        throw .failed("describe of the \(subject.title): \(error.message)")
      }
    }
  }

  private static let keywords: Set<String> = [
    "type", "properties", "required", "enum", "minimum", "maximum", "exclusiveMinimum", "items", "minItems", "maxItems", "minLength",
    "uniqueItems", "default", "additionalProperties", "description",
  ]

  private static func schemas(_ context: CheckContext) throws(Verdict) {
    for subject in try subjects(context) {
      let configurations = try Configurations(subject, context)
      try check(configurations.schema.json, at: "the schema of the \(subject.title)")
      try expect(configurations.schema.json["type"] == "object", "the schema of the \(subject.title) is none of an object")
      _ = try attempt { () throws(SVFAPError) in try configurations.schema.resolve([:], at: "the schema of the \(subject.title)") }
    }
  }

  private static func check(_ schema: JSONValue, at place: String) throws(Verdict) {
    guard let rules = schema.objectValue else { throw .failed("\(place) is \(schema.text()); expected an object") }
    for key in rules.keys where !keywords.contains(key) {
      throw .failed("\(place) has \"\(key)\", which the host does not know; it knows \(keywords.sorted().joined(separator: ", "))")
    }
    if let fallback = rules["default"] {
      do throws(SVFAPError) { _ = try JSONSchema(schema).resolve(fallback, at: place) } catch {
        throw .failed("the default does not fit the schema: \(error.message)")
      }
    }
    for (key, value) in rules["properties"]?.objectValue?.members ?? [] { try check(value, at: "\(place)/\(key)") }
    if let items = rules["items"] { try check(items, at: "\(place)/items") }
  }
}
