import Base
import Glibc
import Plugins
import TestSupport
import Testing

@Suite("Which files are loaded as plugins")
struct PluginFileTests {
  private let workshop = PluginWorkshop()

  /// The bytes of a plugin that loads.
  private func plugin() throws -> [UInt8] { Fixtures.bytes(try workshop.build("entry", as: "whole.so")) }

  @Test("only by absolute path")
  func paths() throws {
    _ = try workshop.build("entry", as: "plugin.so")
    for path in ["plugin.so", "./plugin.so", "../plugin.so"] {
      let error = try refusal(path)
      #expect(error.code == .invalidArgument && error.message.contains("is not absolute"))
    }
    #expect(failure { try PluginRegistry(directory: nil).load(path: "") }?.code == .invalidArgument)
    #expect(failure { try PluginRegistry(directory: nil).load(path: "\(workshop.path)/plugin.so\0x") }?.code == .invalidArgument)
  }

  @Test("what is not there, and what is no file")
  func noFiles() throws {
    #expect(try refusal("\(workshop.path)/none.so").code == .notFound)
    #expect(try refusal("\(workshop.path)/none/none.so").code == .notFound)
    mkdir("\(workshop.path)/folder.so", 0o755)
    mkfifo("\(workshop.path)/fifo.so", 0o644)
    for name in ["folder.so", "fifo.so"] {
      let error = try refusal("\(workshop.path)/\(name)")
      #expect(error.code == .policy && error.message.contains("it is not a regular file"))
    }
    #expect(try refusal("/dev/null").code == .policy)
  }

  @Test("no symbolic links")
  func links() throws {
    let path = try workshop.build("entry", as: "plugin.so")
    symlink(path, "\(workshop.path)/link.so")
    let error = try refusal("\(workshop.path)/link.so")
    #expect(error.code == .policy && error.message.contains("it is a symbolic link"))
    link(path, "\(workshop.path)/hard.so")
    let registry = PluginRegistry(directory: nil)
    #expect(try registry.load(path: path) === registry.load(path: "\(workshop.path)/hard.so"), "one file under two names is one plugin")
  }

  @Test("nothing that others may write", arguments: [0o664, 0o646, 0o666, 0o777] as [mode_t])
  func modes(mode: mode_t) throws {
    let path = try workshop.build("entry", as: "plugin.so")
    chmod(path, mode)
    let error = try refusal(path)
    #expect(error.code == .policy && error.message.contains("others may write to it"))
    #expect(error.message.contains("chmod go-w \(path)"), "what to do about it")
    chmod(path, 0o600)
    #expect(try PluginRegistry(directory: nil).load(path: path).id == "entry")
  }

  @Test("nothing in a folder that others may write, but in one where they may only add")
  func folders() throws {
    let path = try workshop.build("entry", as: "plugin.so")
    for mode: mode_t in [0o770, 0o707, 0o777] {
      chmod(workshop.path, mode)
      let error = try refusal(path)
      #expect(error.code == .policy && error.message.contains("others may write to its directory"))
    }
    chmod(workshop.path, 0o1777)
    #expect(try PluginRegistry(directory: nil).load(path: path).id == "entry")
    chmod(workshop.path, 0o700)
  }

  @Test("nothing that belongs to somebody else", .enabled(if: geteuid() == 0, "only root can give files away"))
  func owners() throws {
    let path = try workshop.build("entry", as: "plugin.so")
    chown(path, 65534, 65534)
    #expect(try refusal(path).message.contains("it belongs to user 65534"))
    chown(path, 0, 0)
    chown(workshop.path, 65534, 65534)
    #expect(try refusal(path).message.contains("its directory belongs to user 65534"))
    chown(workshop.path, 0, 0)
  }

  @Test(
    "files that are no shared libraries",
    arguments: [
      ("empty", [], "does not begin as an ELF file"), ("script", Array("#!/bin/sh\nexit 0\n".utf8), "does not begin as an ELF file"),
      ("magic only", [0x7F, 0x45, 0x4C, 0x46], "cut short"), ("zeros", [UInt8](repeating: 0, count: 4096), "does not begin"),
      ("ELF then zeros", [0x7F, 0x45, 0x4C, 0x46] + [UInt8](repeating: 0, count: 4096), "another kind of processors"),
    ] as [(String, [UInt8], String)])
  func noLibraries(name: String, bytes: [UInt8], reason: String) throws {
    let error = try refusal(workshop.file("\(name).so", bytes))
    #expect(error.code == .format)
    #expect(error.message.contains(reason), "\(error.message)")
  }

  @Test(
    "libraries of another kind of machine, programs and object files",
    arguments: [
      (4, [1], "32-bit"), (5, [2], "another kind"), (18, [0xB7 ^ 0x89, 0x77], "another kind of processor"),
      (16, [2], "program or an object"),
      (16, [1], "program or an object"), (54, [7], "table of segments"), (56, [0, 0], "table of segments"),
      (56, [0xFF, 0xFF], "table of segments"),
      (32, [UInt8](repeating: 0xFF, count: 8), "table of segments lies behind"), (32, [0, 0, 0, 0, 0, 0, 0, 0x7F], "behind its end"),
    ] as [(Int, [UInt8], String)])
  func headers(offset: Int, bytes: [UInt8], reason: String) throws {
    var library = try plugin()
    library.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    let error = try refusal(workshop.file("changed.so", library))
    #expect(error.code == .format)
    #expect(error.message.contains(reason), "\(error.message)")
  }

  @Test("a library that is cut short anywhere is refused, and does not end the process")
  func truncations() throws {
    let library = try plugin()
    var refused = 0
    for count in stride(from: 0, to: library.count, by: max(library.count / 60, 1)) {
      let path = workshop.file("cut\(count).so", Array(library[..<count]))
      let error = failure { try PluginRegistry(directory: nil).load(path: path) }
      // Behind what is mapped lie only symbols for debuggers: without those a plugin is whole.
      if let error {
        #expect(error.code == .format, "\(error.message)")
        refused += 1
      }
    }
    #expect(refused > 40)
  }

  @Test("a library that is no plugin is refused before any of its code runs")
  func noPlugin() throws {
    let marker = "\(workshop.path)/marker"
    let source = """
      #include <fcntl.h>
      __attribute__((constructor)) static void start(void) { open("\(marker)", O_CREAT | O_WRONLY, 0600); }
      __attribute__((visibility("default"))) int svfap_plugin_v2 = 3;
      """
    let error = try refusal(workshop.build(source, as: "library.so"))
    #expect(error.code == .format && error.message.contains("no symbol \"svfap_plugin_v1\""))
    #expect(access(marker, F_OK) != 0, "its constructor ran")
    let program = try workshop.build("int main(void) { return 0; }\n", as: "program.so", flags: [])
    #expect(try refusal(program).code == .format)
  }

  @Test("a library that needs what is not there says what")
  func missingSymbol() throws {
    let source = """
      #include <svfap_plugin.h>
      extern int not_there(void);
      static svfap_status init(const svfap_host *host) { return host == 0 ? not_there() : 0; }
      SVFAP_PLUGIN_EXPORT const svfap_plugin svfap_plugin_v1 = {SVFAP_PLUGIN_MAGIC, sizeof(svfap_plugin), 0, 1, "x", "1", "MIT", "x", 0, 1, init};
      """
    let error = try refusal(workshop.build(source, as: "needy.so"))
    #expect(error.code == .format && error.message.contains("not_there"), "\(error.message)")
    #expect(!error.message.contains("/proc/self"), "the message speaks of the file that was given")
  }
}
