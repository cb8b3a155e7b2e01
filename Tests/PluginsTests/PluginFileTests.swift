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
      #expect(error.code == .policy && error.message.contains("others may write to its folder"))
    }
    chmod(workshop.path, 0o1777)
    #expect(try PluginRegistry(directory: nil).load(path: path).id == "entry")
    chmod(workshop.path, 0o700)
  }

  @Test("nor below such a folder, however far up it is")
  func foldersAbove() throws {
    let (up, folder) = ("\(workshop.path)/up", "\(workshop.path)/up/between/folder")
    for name in [up, "\(up)/between", folder] { mkdir(name, 0o755) }
    let path = try workshop.build("entry", as: "up/between/folder/plugin.so")
    for (name, isLast) in [(up, false), ("\(up)/between", false), (folder, true)] {
      chmod(name, 0o777)
      let error = try refusal(path)
      #expect(error.code == .policy && error.message.contains("others may write to \(isLast ? "its folder" : "the folder \(name), which")"))
      #expect(error.message.contains("chmod go-w \(name)"))
      // Everybody adds files to a sticky folder, and nobody moves those of others.
      chmod(name, 0o1777)
      #expect(failure { try PluginRegistry(directory: nil).load(path: path) } == nil)
      chmod(name, 0o755)
    }
  }

  @Test("a user's own group may write further up, another group may not", .enabled(if: geteuid() == 0, "only root can give files away"))
  func groups() throws {
    mkdir("\(workshop.path)/in", 0o755)
    let path = try workshop.build("entry", as: "in/plugin.so")
    chmod(workshop.path, 0o775)
    #expect(try PluginRegistry(directory: nil).load(path: path).id == "entry")
    chown(workshop.path, 0, 50)
    #expect(try refusal(path).message.contains("others may write to the folder \(workshop.path)"))
    chmod(workshop.path, 0o700)
  }

  @Test("folders may be links, to where the same rules hold")
  func linkedFolders() throws {
    let (real, open) = ("\(workshop.path)/real", "\(workshop.path)/open")
    for (name, mode) in [(real, 0o755), (open, 0o777)] as [(String, mode_t)] {
      mkdir(name, mode)
      chmod(name, mode)
    }
    try workshop.build("entry", as: "real/plugin.so")
    try workshop.build("entry", as: "open/plugin.so")
    symlink("real", "\(workshop.path)/link")
    symlink(open, "\(workshop.path)/away")
    symlink("../../\(workshop.path.split(separator: "/").last ?? "")/link/.", "\(real)/back")
    symlink("loop", "\(workshop.path)/loop")
    let registry = PluginRegistry(directory: nil)
    for name in ["link", "real/back", "./link/../real//", "link/back/back"] {
      #expect(try registry.load(path: "\(workshop.path)/\(name)/plugin.so").id == "entry", "\(name)")
    }
    #expect(registry.loaded.count == 1, "all are one file")
    #expect(try refusal("\(workshop.path)/away/plugin.so").message.contains("others may write to its folder"))
    #expect(try refusal("\(open)/../real/plugin.so").message.contains("others may write to the folder \(open)"), "on the way there")
    #expect(try refusal("\(workshop.path)/loop/plugin.so").message.contains("Too many levels of symbolic links"))
    #expect(try refusal("\(workshop.path)/real/plugin.so/plugin.so").code == .notFound)
    if geteuid() == 0 {
      lchown("\(workshop.path)/link", 65534, 65534)
      #expect(try refusal("\(workshop.path)/link/plugin.so").message.contains("belongs to user 65534"))
    }
  }

  @Test("nothing that this user may not read", .enabled(if: geteuid() != 0, "root may read everything"))
  func unreadable() throws {
    let path = try workshop.build("entry", as: "plugin.so")
    chmod(path, 0)
    let error = try refusal(path)
    #expect(error.code == .io && error.message.contains("Permission denied"))
  }

  @Test("nothing that belongs to somebody else", .enabled(if: geteuid() == 0, "only root can give files away"))
  func owners() throws {
    let path = try workshop.build("entry", as: "plugin.so")
    chown(path, 65534, 65534)
    #expect(try refusal(path).message.contains("it belongs to user 65534"))
    chown(path, 0, 0)
    chown(workshop.path, 65534, 65534)
    #expect(try refusal(path).message.contains("its folder belongs to user 65534"))
    chown(workshop.path, 0, 0)
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
}
