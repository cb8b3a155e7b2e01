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

  @Test("exports, header and version script name the same functions")
  func exports() throws {
    #expect(Self.declared.count > 50)
    #expect(Set(Self.declared).count == Self.declared.count)
    #expect(library.exports == Self.declared.sorted())
    #expect(exportedNames() == Self.declared.sorted())
  }

  @Test("name, dependencies, search path, and that it stays loaded")
  func dynamicSection() throws {
    #expect(library.dynamic("SONAME") == ["libsvfap.so.1"])
    let allowed = [
      "libm.so.6", "libc.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libopenblas.so.0", "libjson-c.so.5", "ld-linux-x86-64.so.2",
    ]
    let needed = library.dynamic("NEEDED")
    #expect(Set(needed).isSubset(of: Set(allowed)), "\(needed)")
    #expect(needed.contains("libopenblas.so.0"))
    for kind in ["RUNPATH", "RPATH"] { #expect(library.dynamic(kind).allSatisfy { $0 == "$ORIGIN" }) }
    #expect(library.dynamic("FLAGS_1").contains { $0.contains("NODELETE") })
  }

  @Test("plugins export their entry and nothing else, link nothing of the library, and stay loaded")
  func plugins() throws {
    let names = Command.run(["ls", Built.pluginDirectory]).stdout.split(separator: "\n").map(String.init)
    #expect(names.count >= 6)
    for name in names {
      let plugin = SharedLibrary("\(Built.pluginDirectory)/\(name)")
      #expect(plugin.exports.allSatisfy { $0 == "svfap_plugin_v1" }, "\(name): \(plugin.exports)")
      #expect(!name.contains("_head_") || plugin.exports.count == 1, "\(name)")
      #expect(!plugin.imports.contains { $0.hasPrefix("svfap_") }, "\(name)")
      #expect(!plugin.dynamic("NEEDED").contains { $0.hasPrefix("libswift") || $0.hasPrefix("libsvfap") }, "\(name)")
      for kind in ["RUNPATH", "RPATH"] { #expect(plugin.dynamic(kind).allSatisfy { $0 == "$ORIGIN" }, "\(name)") }
      #expect(plugin.dynamic("FLAGS_1").contains { $0.contains("NODELETE") }, "\(name)")
    }
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
