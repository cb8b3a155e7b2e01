import TestSupport
import Testing

@Suite("Headers: they compile alone, in every language that C programs are written in")
struct HeaderTests {
  private static let standards = ["c99", "c11", "c17", "c++11", "c++14", "c++17", "c++20"]
  private static let headers = ["svfap.h", "svfap_types.h", "svfap_plugin.h"]

  /// What a compiler says of a header that is included twice and nothing else.
  private func compile(_ header: String, in include: String, _ family: String, _ standard: String) -> Command.Outcome {
    let source = "\(Built.folder)/\(family)-\(standard)-\(header).\(standard.hasPrefix("c++") ? "cc" : "c")"
    let text = "#include \"\(header)\"\n#include \"\(header)\"\nextern int used;\nint used = SVFAP_OK;\n"
    Fixtures.write(Array(text.utf8), to: source)
    let options = ["-std=\(standard)"] + Compilers.warnings(family, standard: standard) + ["-I\(include)", "-fsyntax-only", source]
    return Command.run([Compilers.path(family, standard: standard)] + options)
  }

  @Test("no warning of any kind, once or twice included", arguments: ["gcc", "clang"], standards)
  func compiles(family: String, standard: String) throws {
    for header in Self.headers {
      let outcome = compile(header, in: Built.include, family, standard)
      #expect(outcome.status == 0, "\(family) -std=\(standard) \(header): \(outcome.stderr)")
    }
  }

  @Test(
    "what one language or compiler would not take is noticed",
    arguments: [
      ("c99", "typedef struct odd { struct odd *class; } odd; _Static_assert(1, \"\");"),
      ("c++11", "typedef struct odd { int *class; } odd;"),
      ("c11", "void svfap_odd();"), ("c17", "#if SVFAP_ODD\n#endif"),
      ("c++17", "#define SVFAP_ODD ((char *)\"\")\nextern char *odd; static char *odd2 = SVFAP_ODD;"),
    ])
  func notices(standard: String, addition: String) throws {
    let tree = HeaderTree()
    defer { tree.remove() }
    tree.edit("include/svfap_types.h", "/** Largest number", "\(addition)\n/** Largest number")
    for family in ["gcc", "clang"] { #expect(compile("svfap.h", in: "\(tree.path)/include", family, standard).status != 0, "\(family)") }
  }

  @Test("a plugin in C is also a plugin in C++: its entry is exported under the name of the header", arguments: ["cc", "g++"])
  func plugin(compiler: String) throws {
    let file = "\(Built.folder)/counting-\(compiler).so"
    let language = compiler == "g++" ? ["-x", "c++", "-std=c++11", "-Wno-missing-field-initializers"] : ["-std=c99", "-Wc++-compat"]
    let outcome = Command.run(
      [compiler] + language + Built.warnings
        + ["-shared", "-fPIC", "-fvisibility=hidden", "-I\(Built.include)", Fixtures.path("plugins/counting.c"), "-o", file])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(SharedLibrary(file).exports == ["svfap_plugin_v1"])
  }
}
