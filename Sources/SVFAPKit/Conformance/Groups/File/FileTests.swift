import Base
import CSVFAPPlugin
import Plugins

/// The file of a plugin: what its linker made of it, and whether the library takes it.
enum FileTests {
  /// The test that all others but those of the file itself rest on.
  static let gate = "file.loads"

  static let all: [ConformanceTest] = [
    ConformanceTest("file.note", "the ABI note stands in the file, once, and fits this library", note),
    ConformanceTest("file.exports", "one name that begins with svfap_ is exported: svfap_plugin_v1", exports),
    ConformanceTest("file.imports", "nothing of libsvfap is linked", imports),
    ConformanceTest("file.stack", "the stack is not made executable", stack),
    ConformanceTest("file.relocations", "code is not written to when the file is loaded", relocations),
    ConformanceTest("file.runpath", "libraries are looked for beside the file and in the system only", runpath),
    ConformanceTest("file.nodelete", "the file is linked to stay loaded (-z nodelete)", nodelete),
    ConformanceTest(gate, "the library loads it, and its entry says what its note says", loads),
    ConformanceTest("file.name", "the file is named after the plugin's id and what it offers", gates: [gate], name),
  ]

  private static func note(_ context: CheckContext) throws(Verdict) {
    let notes = try SharedObject(context.options.path).pluginNotes
    guard let note = notes.first else {
      throw .failed(
        "there is no note .note.svfap; put SVFAP_PLUGIN_EXPORT of svfap_plugin.h in front of svfap_plugin_v1, and do not strip notes")
    }
    try expect(notes.count == 1, "there are \(notes.count) notes .note.svfap; expected one")
    let host = (major: UInt64(SVFAP_ABI_MAJOR), minor: UInt64(SVFAP_ABI_MINOR))
    try expect(note.major == host.major, "the note says major \(note.major); this library has \(host.major)")
    try expect(
      note.neededMinor <= note.minor,
      "the note needs minor \(note.neededMinor) of the host and says that it was built with minor \(note.minor); the first cannot be larger"
    )
  }

  private static func exports(_ context: CheckContext) throws(Verdict) {
    let symbols = try SharedObject(context.options.path).symbols
    let names = symbols.filter { $0.isDefined && $0.isVisible && $0.name.hasPrefix("svfap_") }.map(\.name)
    try expect(
      names == [PluginLibrary.symbol],
      "it exports \(names.isEmpty ? "nothing that begins with svfap_" : names.joined(separator: ", ")); expected \(PluginLibrary.symbol) alone: compile with -fvisibility=hidden"
    )
  }

  private static func imports(_ context: CheckContext) throws(Verdict) {
    let file = try SharedObject(context.options.path)
    let names = file.symbols.filter { !$0.isDefined && $0.name.hasPrefix("svfap_") }.map(\.name)
    try expect(
      names.isEmpty,
      "it expects \(names.joined(separator: ", ")) from the program that loads it; call the host through the table that init receives")
    let libraries = file.texts(1).filter { $0.hasPrefix("libsvfap") }
    try expect(libraries.isEmpty, "it is linked to \(libraries.joined(separator: ", ")); leave that out")
  }

  private static func stack(_ context: CheckContext) throws(Verdict) {
    // A file without this segment asks for an executable stack too.
    let segment = try SharedObject(context.options.path).segments.first { $0.kind == 0x6474_E551 }
    try expect(segment.map { $0.flags & 1 == 0 } ?? false, "it asks for an executable stack; link with -Wl,-z,noexecstack")
  }

  private static func relocations(_ context: CheckContext) throws(Verdict) {
    let file = try SharedObject(context.options.path)
    // DT_TEXTREL, and its flag in DT_FLAGS.
    let writes = file.value(22) != nil || (file.value(30) ?? 0) & 4 != 0
    try expect(!writes, "its code holds addresses that must be filled in (text relocations); compile with -fPIC")
    try expect(
      !file.segments.contains { $0.kind == 1 && $0.flags & 3 == 3 }, "a part of it is writable and executable at once; expected none")
  }

  private static func runpath(_ context: CheckContext) throws(Verdict) {
    let file = try SharedObject(context.options.path)
    let places = (file.texts(15) + file.texts(29)).flatMap { $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init) }
    let foreign = places.filter { $0 != "$ORIGIN" && !$0.hasPrefix("$ORIGIN/") }
    try expect(
      foreign.isEmpty,
      "it looks for libraries in \(foreign.map { $0.isEmpty ? "the current folder" : $0 }.joined(separator: ", ")); expected $ORIGIN or nothing (RUNPATH)"
    )
  }

  private static func nodelete(_ context: CheckContext) throws(Verdict) {
    // DF_1_NODELETE of DT_FLAGS_1.
    let flags = try SharedObject(context.options.path).value(0x6FFF_FFFB) ?? 0
    try expect(flags & 8 != 0, "it may be unloaded, and its threads and exit handlers with it; link with -Wl,-z,nodelete")
  }

  private static func loads(_ context: CheckContext) throws(Verdict) { _ = try context.plugin() }

  private static func name(_ context: CheckContext) throws(Verdict) {
    let plugin = try context.plugin()
    let name = plugin.path.split(separator: "/").last.map(String.init) ?? ""
    guard let parsed = PluginName.parse(file: name) else {
      throw .failed("the file is called \(name); expected svfap_head_\(plugin.id).so or svfap_video_\(plugin.id).so")
    }
    try expect(parsed.id == plugin.id, "the file is called \(name), the plugin calls itself \"\(plugin.id)\"")
    let offers = parsed.kind == .head ? plugin.taskHead != nil : plugin.videoSource != nil || plugin.videoSink != nil
    try expect(offers, "the file is called \(name), and the plugin offers \(plugin.interfaces.joined(separator: ", "))")
  }
}
