import Glibc
import TestSupport
import Testing

@Suite("libsvfap.so: exactly what the header says, and nothing of the toolchain")
struct ExportTests {
  private let library = SharedLibrary(Built.library)

  /// Functions that svfap.h declares.
  static let declared: [String] = {
    let text = String(decoding: Fixtures.bytes("\(Built.include)/svfap.h"), as: UTF8.self)
    return text.split(separator: "\n").filter { $0.hasPrefix("svfap_status svfap_") }
      .compactMap { $0.split(separator: " ")[1].split(separator: "(").first.map(String.init) }
  }()

  @Test("exports, header and version script name the same functions, each at the version that brought it")
  func exports() throws {
    #expect(Self.declared.count > 50)
    #expect(Set(Self.declared).count == Self.declared.count)
    #expect(library.exports == Self.declared.sorted())
    #expect(exportedNames().sorted() == Self.declared.sorted())
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    #expect(Command.run(["python3", "\(Built.root)/tools/abi/generate.py", "--release", folder]).status == 0)
    let symbols = String(decoding: Fixtures.bytes("\(folder)/symbols.txt"), as: UTF8.self).split(separator: "\n").map(String.init)
    #expect(library.versionedExports == symbols)
  }

  private static let system: Set = [
    "libm.so.6", "libc.so.6", "libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1",
  ]
  /// What the plugins that read files need beside json-c.
  private static let media = ["ffmpeg": ["libavformat", "libavcodec", "libavutil", "libswscale"], "frames": ["libjpeg", "libpng16"]]

  @Test("name, dependencies, search path, protection, and that it stays loaded")
  func dynamicSection() throws {
    #expect(library.dynamic("SONAME") == ["libsvfap.so.1"])
    #expect(library.faults(allowed: Self.system.union(["libopenblas.so.0", "libjson-c.so.5"])) == [])
    #expect(library.dynamic("NEEDED").contains("libopenblas.so.0"))
  }

  @Test("plugins export their entry and nothing else, link nothing of the library, and stay loaded")
  func plugins() throws {
    let names = Command.run(["ls", Built.pluginDirectory]).stdout.split(separator: "\n").map(String.init)
    #expect(names.count >= 6)
    for name in names {
      let plugin = SharedLibrary("\(Built.pluginDirectory)/\(name)")
      #expect(plugin.exports == ["svfap_plugin_v1"], "\(name)")
      #expect(!plugin.imports.contains { $0.hasPrefix("svfap_") }, "\(name)")
      let media = Self.media.first { name.hasSuffix("_\($0.key).so") }?.value ?? []
      let needed = plugin.dynamic("NEEDED").filter { library in media.contains { library.hasPrefix("\($0).so.") } }
      #expect(needed.count == media.count, "\(name)")
      #expect(plugin.faults(allowed: Self.system.union(needed + ["libjson-c.so.5"])) == [], "\(name)")
    }
  }

  @Test(
    "a library with a fault is noticed",
    arguments: [
      ("-Wl,-rpath,/opt/lib", "RUNPATH /opt/lib"), ("-Wl,--disable-new-dtags,-rpath,$ORIGIN", "RPATH $ORIGIN"),
      ("-Wl,-z,execstack", "an executable stack"), ("-Wl,-z,norelro", "tables of addresses stay writable"),
      ("-Wl,--no-as-needed,-lresolv", "needs libresolv.so.2"), ("-shared", "it may be unloaded"),
    ])
  func faulty(option: String, fault: String) throws {
    let (source, file) = ("\(Built.folder)/faulty.c", "\(Built.folder)/faulty-\(fault.split(separator: " ")[0]).so")
    Fixtures.write(Array("int svfap_odd(void);\nint svfap_odd(void) { return 1; }\n".utf8), to: source)
    let stays = fault == "it may be unloaded" ? [] : ["-Wl,-z,nodelete"]
    let built = Command.run(["cc", "-shared", "-fPIC", source, "-o", file, option] + stays)
    #expect(built.status == 0, "\(built.stderr)")
    #expect(SharedLibrary(file).faults(allowed: Self.system) == [fault])
    #expect(SharedLibrary(file).exports == ["svfap_odd"])
  }

  @Test("a program that takes the address of every function links and runs, with no Swift in its environment")
  func linksAll() throws {
    let pointers = Self.declared.map { "(function)\($0)" }.joined(separator: ", ")
    let source = "\(Built.folder)/link_all.c"
    let text = """
      #include <svfap.h>
      typedef void (*function)(void);
      int main(void) {
        function all[] = {\(pointers)};
        int missing = 0;
        for (unsigned i = 0; i < sizeof all / sizeof *all; i++) missing += all[i] == 0;
        return missing;
      }

      """
    Fixtures.write(Array(text.utf8), to: source)
    let (program, diagnostics) = Built.program(source, named: "link_all")
    #expect(diagnostics.isEmpty)
    #expect(Command.run(["env", "-i", program]).status == 0)
  }

  @Test("svfap-host runs with an empty environment")
  func host() throws {
    let outcome = Command.run(["env", "-i", Built.host, "--help"])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(SharedLibrary(Built.host).dynamic("NEEDED").contains("libsvfap.so.1"))
    #expect(!SharedLibrary(Built.host).dynamic("NEEDED").contains { $0.hasPrefix("libswift") })
  }
}
