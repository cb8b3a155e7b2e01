import Base
import Glibc
import TestSupport

func unlinkFile(_ path: String) { unlink(path) }

extension BadPlugin {
  private static func letters(_ count: Int) -> String { String(repeating: "a", count: count) }

  /// Entries that are not what their notes or the header say.
  static let entries: [BadPlugin] = [
    .source("no magic number", ["MAGIC=0"], .plugin, "starts with 0x0, expected the magic number 0x50465653"),
    .source("the magic number the other way round", ["MAGIC=0x53564650"], .plugin, "starts with 0x53564650, expected"),
    .source("an entry of version 2", ["MAJOR=2"], .plugin, "its entry says version 2.0, expected 1.0, as its note says"),
    .source("an entry of version 0", ["MAJOR=0"], .plugin, "its entry says version 0.0, expected 1.0"),
    .source("an entry of another minor", ["MINOR=5"], .plugin, "its entry says version 1.5, expected 1.0, as its note says"),
    .bytes("a note of another minor", .plugin, "its entry says version 1.0, expected 1.5, as its note says") { try $0.setNote(1, 5) },
    .source("an entry that says 16 bytes", ["SIZE=16"], .plugin, "its entry says 16 bytes, expected 72, as its note says"),
    .source("an entry that says 0 bytes", ["SIZE=0"], .plugin, "its entry says 0 bytes, expected 72"),
    .source("an entry that says 4 GiB", ["SIZE=0xffffffff"], .plugin, "its entry says 4294967295 bytes, expected 72"),
    .bytes("a note that says 4 GiB", .plugin, "has 72 bytes, expected 4294967295, as its note says") { try $0.setNote(3, -1) },
    .source("no id", ["ID=0"], .plugin, "its id is missing"),
    .source("an empty id", ["ID=\"\""], .plugin, "its id is empty"),
    .source("an id with a capital", ["ID=\"Entry\""], .plugin, "its id \"Entry\" is not made of a-z, 0-9 and '-' only"),
    .source("an id that is a path", ["ID=\"a/../b\""], .plugin, "its id \"a/../b\" is not made of"),
    .source("an id with an underscore", ["ID=\"a_b\""], .plugin, "its id \"a_b\" is not made of"),
    .source("an id of 65 letters", ["ID=\"\(letters(65))\""], .plugin, "1 to 64 of them"),
    .source("an id of 300 letters", ["ID=\"\(letters(300))\""], .plugin, "its id is longer than 256 bytes"),
    .source("no version", ["VERSION=0"], .plugin, "its version is missing"),
    .source("an empty version", ["VERSION=\"\""], .plugin, "its version is empty"),
    .source("a summary of two lines", ["SUMMARY=\"two\\nlines\""], .plugin, "its summary holds characters that cannot be printed"),
    .source("a summary that is not UTF-8", ["SUMMARY=\"\\xff\""], .plugin, "its summary holds characters that cannot be printed"),
    .source("a summary that commands a terminal", ["SUMMARY=\"\\033[2J\""], .plugin, "its summary holds characters"),
    .source("no init function", ["INIT=0"], .plugin, "it has no init function"),
  ]

  /// Interfaces and their tables.
  static let interfaces: [BadPlugin] = [
    .source("no interfaces", ["COUNT=0"], .plugin, "it offers 0 interfaces, expected 1 to 64"),
    .source("65 interfaces", ["COUNT=65"], .plugin, "it offers 65 interfaces, expected 1 to 64"),
    .source("2^64 - 1 interfaces", ["COUNT=0xffffffffffffffff"], .plugin, "it offers 18446744073709551615 interfaces, expected 1 to 64"),
    .source("no list of interfaces", ["LIST=0", "COUNT=1"], .plugin, "1 interfaces and no list of them"),
    .source("an interface without a name", ["INTERFACES={0, &head}"], .plugin, "its interface name 0 is missing"),
    .source("an interface with an empty name", ["INTERFACES={\"\", &head}"], .plugin, "its interface name 0 is empty"),
    .source(
      "an interface name of 257 letters", ["INTERFACES={\"\(letters(257))\", &head}"], .plugin, "its interface name 0 is longer than 256"),
    .source("an interface name with a tab", ["INTERFACES={\"a\\tb\", &head}"], .plugin, "its interface name 0 holds characters"),
    .source("an interface without a table", ["INTERFACES={SVFAP_TASK_HEAD, 0}"], .plugin, "\"svfap.task-head\" has no table"),
    .source(
      "a table that is not aligned", ["INTERFACES={SVFAP_TASK_HEAD, crooked + 1}"], .plugin, "\"svfap.task-head\" is not aligned to 8"),
    .source(
      "an interface twice", ["INTERFACES={SVFAP_TASK_HEAD, &head}, {SVFAP_TASK_HEAD, &head}"], .plugin,
      "it offers the interface \"svfap.task-head\" twice"),
    .source("a table of 8 bytes", ["TABLE_SIZE=8"], .plugin, "svfap_task_head has 8 bytes; 120 are needed"),
    .source("a table that lacks a slot", ["TABLE_SIZE=112"], .plugin, "svfap_task_head has 112 bytes; 120 are needed"),
    .source("a table of 5000 bytes", ["TABLE_SIZE=5000"], .plugin, "svfap_task_head has 5000 bytes; 4096 are the most"),
    .source("a table of 2^64 - 1 bytes", ["TABLE_SIZE=-1"], .plugin, "svfap_task_head has 18446744073709551615 bytes"),
    .source(
      "a source's table of no bytes", ["INTERFACES={SVFAP_VIDEO_SOURCE, crooked}"], .plugin,
      "svfap_video_source has 0 bytes; 64 are needed"),
    .source(
      "a sink's table of no bytes", ["INTERFACES={SVFAP_VIDEO_SINK, crooked}"], .plugin, "svfap_video_sink has 0 bytes; 56 are needed"),
    .source("a head without forward", ["FORWARD=0"], .plugin, "required slot \"forward\" of its table svfap_task_head is empty"),
    .source(
      "a source without slots", ["INTERFACES={SVFAP_VIDEO_SOURCE, hollow}", "HOLLOW=64"], .plugin,
      "required slot \"probe\" of its table svfap_video_source is empty"),
    .source(
      "a sink without slots", ["INTERFACES={SVFAP_VIDEO_SINK, hollow}", "HOLLOW=56"], .plugin,
      "required slot \"probe\" of its table svfap_video_sink is empty"),
  ]

  /// Plugins that refuse to start.
  static let starts: [BadPlugin] = [
    .source(
      "a refusal with a reason", ["STATUS=SVFAP_E_UNSUPPORTED", "MESSAGE=\"not on this machine\""], .unsupported,
      "refuses to work: not on this machine"),
    .source("a refusal without a reason", ["STATUS=SVFAP_E_NO_MEMORY"], .noMemory, "\"entry\" could not start and gave no reason"),
    .source("an unknown status", ["STATUS=12345"], .plugin, "unknown status 12345"),
    .source("a negative status", ["STATUS=-1"], .plugin, "unknown status -1"),
  ]
}
