import TestSupport
import Testing

@Suite("Headers: they compile alone, in every language that C programs are written in")
struct HeaderTests {
  private static let standards = ["c99", "c11", "c17", "c++11", "c++14", "c++17", "c++20"]
  private static let headers = ["svfap.h", "svfap_types.h", "svfap_plugin.h"]

  /// The compiler of a family for a standard, nil if it is not installed.
  private func compiler(_ family: String, _ standard: String) -> String? {
    let names = ["gcc": "g++", "clang": "clang++"]
    let name = standard.hasPrefix("c++") ? names[family] ?? family : family
    return Command.exists(name) ? name : nil
  }

  @Test("no warning, once or twice included", arguments: ["gcc", "clang"], standards)
  func compiles(family: String, standard: String) throws {
    guard let compiler = compiler(family, standard) else {
      // gcc is what this project needs; clang is looked at where it is there.
      #expect(family == "clang")
      return
    }
    let isCPlusPlus = standard.hasPrefix("c++")
    for header in Self.headers {
      let source = "\(Built.folder)/\(family)-\(standard)-\(header).\(isCPlusPlus ? "cc" : "c")"
      let text = "#include \"\(header)\"\n#include \"\(header)\"\nextern int used;\nint used = SVFAP_OK;\n"
      Fixtures.write(Array(text.utf8), to: source)
      let extra = isCPlusPlus || family == "clang" ? [] : ["-Wc++-compat"]
      let outcome = Command.run([compiler, "-std=\(standard)"] + Built.warnings + extra + ["-I\(Built.include)", "-fsyntax-only", source])
      #expect(outcome.status == 0, "\(compiler) -std=\(standard) \(header): \(outcome.stderr)")
    }
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
