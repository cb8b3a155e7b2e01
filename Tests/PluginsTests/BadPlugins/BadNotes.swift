import Base
import TestSupport

extension BadPlugin {
  /// Libraries whose note is not that of a plugin for this library. None of their code runs.
  static let notes: [BadPlugin] = [
    .source("no note", ["NO_NOTE"], .format, "is not a plugin of libsvfap", "no note .note.svfap", "SVFAP_PLUGIN_EXPORT"),
    .bytes("the note of somebody else", .format, "no note .note.svfap") { try $0.set(try $0.note + 12, 1, 0x54) },
    .bytes("a note whose name does not end", .format, "no note .note.svfap") { try $0.set(try $0.note + 17, 1, 0x58) },
    .bytes("a note with a longer name", .format, "no note .note.svfap") { try $0.set(try $0.note, 4, 7) },
    .bytes("a note of another type", .format, "no note .note.svfap") { try $0.set(try $0.note + 8, 4, 2) },
    .bytes("a note of 12 bytes", .format, "damaged note", "12 bytes, expected 16") { bytes in
      let (note, segment) = (try bytes.note, try bytes.segment(4))
      bytes.set(note + 4, 4, 12)
      // The four bytes behind it would be the start of another note.
      bytes.set(segment + 32, 8, note + 32 - bytes.number(at: segment + 8, 8))
    },
    .bytes("a note of 2^32 - 1 bytes", .format, "its notes are cut short") { try $0.set(try $0.note + 4, 4, -1) },
    .bytes("a note whose name has 2^32 - 1 bytes", .format, "its notes are cut short") { try $0.set(try $0.note, 4, -1) },
    .bytes("a note that is cut short", .format, "its notes are cut short") { bytes in
      let segment = try bytes.segment(4)
      try bytes.set(segment + 32, 8, try bytes.note + 30 - bytes.number(at: segment + 8, 8))
    },
    .bytes("notes aligned to 3 bytes", .format, "its notes are aligned to 3 bytes") { try $0.set(try $0.segment(4) + 48, 8, 3) },
    .bytes("notes beyond the end", .format, "behind its end at byte") { try $0.set(try $0.segment(4) + 8, 8, 1 << 30) },
    .bytes("notes of 2 MiB", .format, "its notes have more than \(1 << 20) bytes") { bytes in
      bytes.all += [UInt8](repeating: 0, count: 3 << 20)
      try bytes.set(try bytes.segment(4) + 32, 8, 2 << 20)
    },
    .source(
      "two notes that differ", ["SECOND_NOTE={6, 16, 1, \"SVFAP\", 1, 0, 0, 80}"], .format, "two notes .note.svfap that differ",
      "entry of 72 bytes", "entry of 80 bytes", "expected one"),
    .bytes("version 0", .abi, "version 0.0 of the plugin interface", "expected 1.x") { try $0.setNote(0, 0) },
    .bytes("version 2", .abi, "version 2.0 of the plugin interface", "expected 1.x", "svfap_plugin.h of this library") {
      try $0.setNote(0, 2)
    },
    .bytes("version 2^32 - 1", .abi, "version 4294967295.0", "expected 1.x") { try $0.setNote(0, -1) },
    .bytes("in need of version 1.999", .abi, "needs version 1.999", "use a newer libsvfap") { try $0.setNote(2, 999) },
    .source("in need of the next minor", ["SVFAP_PLUGIN_NEEDED_MINOR=SVFAP_ABI_MINOR+1"], .abi, "needs version 1.", "or a later one"),
    .bytes("an entry of 71 bytes", .abi, "an entry of 71 bytes, expected 72 or more") { try $0.setNote(3, 71) },
    .bytes("an entry of no bytes", .abi, "an entry of 0 bytes, expected 72 or more") { try $0.setNote(3, 0) },
  ]

  /// Libraries without the symbol, or with symbols that nobody has.
  static let symbols: [BadPlugin] = [
    .source("the symbol of another version", ["svfap_plugin_v1=svfap_plugin_v2"], .format, "no symbol \"svfap_plugin_v1\""),
    BadPlugin(name: "the symbol is hidden", code: .format, words: ["no symbol \"svfap_plugin_v1\""]) { workshop in
      try workshop.build(
        "entry", as: file,
        flags: ["-shared", "-Wl,--exclude-libs,ALL", "-Wl,--version-script=\(workshop.file("hide.map", Array("{local: *;};".utf8)))"])
    },
    BadPlugin(name: "the symbol is needed, not defined", code: .format, words: ["undefined symbol: svfap_plugin_v1"]) { workshop in
      try workshop.build(
        "#include <svfap_plugin.h>\nSVFAP_PLUGIN_EXPORT\nconst void *needed(void) { return &svfap_plugin_v1; }\n__attribute__((visibility(\"default\"))) const svfap_plugin *const kept = &svfap_plugin_v1;\n",
        as: file)
    },
    BadPlugin(name: "the symbol is another library's", code: .format, words: ["no symbol \"svfap_plugin_v1\""]) { workshop in
      let other = try workshop.build("entry", as: "other.so")
      try workshop.build(
        "#include <svfap_plugin.h>\nSVFAP_PLUGIN_EXPORT\n__attribute__((visibility(\"default\"))) const svfap_plugin *const kept = &svfap_plugin_v1;\n",
        as: file, flags: ["-shared", "-Wl,--no-as-needed", other])
    },
    .source(
      "a symbol that nobody has", ["IN_INIT=int not_there(void); not_there()"], .format, "cannot be loaded", "undefined symbol: not_there"),
    .source(
      "a symbol of libsvfap that it does not have", ["IN_INIT=void svfap_secret(void); svfap_secret()"], .format,
      "undefined symbol: svfap_secret"),
    BadPlugin(name: "a library that is not there", code: .format, words: ["libnotthere.so", "cannot open shared object file"]) { workshop in
      let other = try workshop.build(
        "int other(void) { return 1; }\n", as: "libnotthere.so", flags: ["-shared", "-Wl,-soname,libnotthere.so"])
      try workshop.build("entry", as: file, flags: ["-shared", "-Wl,--no-as-needed", other])
      unlinkFile(other)
    },
    BadPlugin(name: "the symbol is a number", code: .plugin, words: ["has 4 bytes, expected 72, as its note says"]) { workshop in
      try workshop.build(
        "#define svfap_plugin_v1 declared\n#include <svfap_plugin.h>\n#undef svfap_plugin_v1\nSVFAP_PLUGIN_EXPORT\n__attribute__((visibility(\"default\"))) const int svfap_plugin_v1 = 3;\n",
        as: file)
    },
  ]
}
