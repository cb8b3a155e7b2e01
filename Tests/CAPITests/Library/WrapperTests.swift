import TestSupport
import Testing

@Suite("svfap.hpp: the wrapper for C++")
struct WrapperTests {
  private static let flags =
    Built.warnings + ["-Wshadow", "-Wconversion", "-Wsign-conversion", "-Wold-style-cast"] + [
      "-I\(Built.include)", "-I\(Built.root)/bindings/cpp",
    ]

  /// Compiles a program in C++, nil if the compiler is not installed.
  private func compile(_ compiler: String, _ standard: String, _ source: String) -> (path: String, diagnostics: String)? {
    guard Command.exists(compiler) else { return nil }
    let path = "\(Built.folder)/\(source.split(separator: "/").last ?? "program")-\(compiler)-\(standard)"
    let release = "\(Built.root)/.build/release"
    let outcome = Command.run(
      [compiler, "-std=\(standard)", "-O1"] + Self.flags + [source, "-o", path, "-L\(release)", "-lsvfap", "-Wl,-rpath,\(release)"])
    return (path, outcome.stdout + outcome.stderr)
  }

  @Test(
    "every object works, and no warning, in C++17 and C++20: ownership, exceptions through callbacks, numbers without copies",
    arguments: ["g++", "clang++"], ["c++17", "c++20"])
  func works(compiler: String, standard: String) throws {
    guard let (program, diagnostics) = compile(compiler, standard, Fixtures.path("programs/cpp_wrapper.cpp")) else {
      // g++ is what this project needs; clang is looked at where it is there.
      #expect(compiler == "clang++")
      return
    }
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    let outcome = Command.run(["env", "-i", program, Fixtures.path("goldens/finetune_tiny.safetensors"), Built.countingPlugin, folder])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stdout.isEmpty)
  }

  @Test("every function of svfap.h is behind it")
  func complete() throws {
    let wrapper = String(decoding: Fixtures.bytes("\(Built.root)/bindings/cpp/svfap.hpp"), as: UTF8.self)
    let words = Set(wrapper.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
    // An error becomes an exception, which knows its status.
    #expect(Set(ExportTests.declared).subtracting(words) == ["svfap_error_status"])
  }

  @Test("its example prints a line for every window and what went wrong")
  func example() throws {
    let (program, diagnostics) = try #require(
      compile("g++", "c++17", "\(Built.root)/bindings/cpp/example/annotate.cpp"))
    #expect(diagnostics.isEmpty, "\(diagnostics)")
    let model = "\(Built.folder)/annotated.safetensors"
    #expect(Command.run([Built.host, "create", "--size", "tiny", "--out", model]).status == 0)
    let outcome = Command.run(["env", "-i", program, model, "synthetic:1"])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    let lines = outcome.stdout.split(separator: "\n")
    #expect(lines.first?.hasPrefix("    0.00 -     2.56 s  ") == true)
    #expect(lines.last?.hasPrefix("\(lines.count - 1) windows; {") == true, "\(outcome.stdout)")
    let failed = Command.run(["env", "-i", program, model, "/no/such/video.mp4"])
    #expect(failed.status == 1 && failed.stderr.contains("cannot open /no/such/video.mp4"), "\(failed.stderr)")
    #expect(Command.run(["env", "-i", program]).status == 64)
  }
}
