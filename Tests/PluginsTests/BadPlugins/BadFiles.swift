import Base
import Glibc
import TestSupport

extension BadPlugin {
  /// Files that the rules for places, owners and modes refuse, whatever is in them.
  static let files: [BadPlugin] = [
    .place("a symbolic link", .policy, "it is a symbolic link", "give the path of the file itself") { path, folder in
      rename(path, "\(folder)/real.so")
      symlink("real.so", path)
    },
    .place("a link to nothing", .policy, "it is a symbolic link") { path, folder in
      unlink(path)
      symlink("\(folder)/none.so", path)
    },
    .place("a folder", .policy, "it is not a regular file") { path, _ in
      unlink(path)
      mkdir(path, 0o755)
    },
    .place("a FIFO", .policy, "it is not a regular file") { path, _ in
      unlink(path)
      mkfifo(path, 0o644)
    },
    .place("a socket", .policy, "it is not a regular file") { path, _ in
      unlink(path)
      mknod(path, S_IFSOCK | 0o644, 0)
    },
    .place("writable by all", .policy, "others may write to it", "chmod go-w") { path, _ in chmod(path, 0o646) },
    .place("writable by its group", .policy, "others may write to it", "chmod go-w") { path, _ in chmod(path, 0o664) },
    .place("in a folder that all may write", .policy, "others may write to its folder", "chmod go-w") { _, folder in chmod(folder, 0o777) },
    .place("too large", .limit, "\(1 << 30) bytes", "at most \(256 << 20)") { path, _ in truncate(path, 1 << 30) },
    BadPlugin(name: "nothing", code: .notFound, words: ["No such file"]) { _ in },
  ]

  /// Files that are no shared libraries for this machine.
  static let libraries: [BadPlugin] = [
    .text("empty", [], .format, "does not begin as an ELF file does"),
    .text("a script", Array("#!/bin/sh\necho plugin\n".utf8), .format, "does not begin as an ELF file does"),
    .text("zeros", [UInt8](repeating: 0, count: 4096), .format, "does not begin as an ELF file does"),
    .text("four bytes of ELF", [0x7F, 0x45, 0x4C, 0x46], .format, "it is cut short, 4 bytes"),
    .text("ELF and zeros", [0x7F, 0x45, 0x4C, 0x46] + [UInt8](repeating: 0, count: 4096), .format, "another kind of processors"),
    .bytes("for 32-bit processors", .format, "32-bit") { $0.set(4, 1, 1) },
    .bytes("for big-endian processors", .format, "another kind of processors") { $0.set(5, 1, 2) },
    .bytes("for another machine", .format, "another kind of processor (243)") { $0.set(18, 2, 243) },
    .bytes("said to be a program", .format, "a program or an object file") { $0.set(16, 2, 2) },
    .bytes("said to be an object file", .format, "a program or an object file") { $0.set(16, 2, 1) },
    .bytes("a core file", .format, "a program or an object file") { $0.set(16, 2, 4) },
    .bytes("segments of another size", .format, "table of segments makes no sense") { $0.set(54, 2, 7) },
    .bytes("no segments", .format, "table of segments makes no sense") { $0.set(56, 2, 0) },
    .bytes("65535 segments", .format, "table of segments makes no sense") { $0.set(56, 2, 0xFFFF) },
    .bytes("segments beyond all", .format, "table of segments lies behind its end") { $0.set(32, 8, -1) },
    .bytes("a part beyond the end", .format, "behind its end at byte") { try $0.set(try $0.segment(1) + 32, 8, 1 << 40) },
    .bytes("a part at the end of numbers", .format, "behind its end at byte") { try $0.set(try $0.segment(1) + 8, 8, -1) },
    .bytes("linked statically", .format, "it is linked statically") { try $0.set(try $0.segment(2), 4, 0) },
    .bytes("cut off in its header", .format, "it is cut short, 63 bytes") { $0.all.removeLast($0.all.count - 63) },
    .bytes("cut off in its table of segments", .format, "table of segments lies behind its end") { $0.all.removeLast($0.all.count - 200) },
    .bytes("cut off in the middle", .format, "it is cut short") { $0.all.removeLast($0.all.count / 2) },
    BadPlugin(name: "a program", code: .format, words: ["is not a plugin of libsvfap", "no note .note.svfap"]) { workshop in
      try workshop.build("int main(void) { return 0; }\n", as: file, flags: ["-pie"])
    },
    BadPlugin(name: "a static program", code: .format, words: ["a program or an object file"]) { workshop in
      try workshop.build("int main(void) { return 0; }\n", as: file, flags: ["-static", "-no-pie"])
    },
    BadPlugin(name: "an object file", code: .format, words: ["a program or an object file"]) {
      try $0.build("entry", as: file, flags: ["-c"])
    },
  ]
}
