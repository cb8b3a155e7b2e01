import TestSupport
import Testing

@Suite("What is installed: others build on it, in an empty folder and with no Swift in sight")
struct PackagingTests {
  @Test("programs and plugins in C and C++ build with pkg-config and CMake, and run; the manual page tells every option")
  func users() throws {
    try #require(!Installed.prefix.isEmpty)
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    let outcome = Command.run(["env", "-i", Fixtures.path("packaging/check.sh"), Installed.prefix, folder, Built.root], seconds: 300)
    #expect(outcome.status == 0, "\(outcome.stdout)\(outcome.stderr)")
    let said = outcome.stdout.split(separator: "\n").map(String.init)
    #expect(said.contains("ok pkg-config: programs in C and C++") && said.contains("ok pkg-config: a plugin"))
    #expect(said.contains("ok manual page"))
    #expect(said.contains("ok cmake: versions") || said.contains("skipped cmake: it is not installed"), "\(said)")
  }

  @Test("files, names and modes of a prefix")
  func files() throws {
    try #require(!Installed.prefix.isEmpty)
    let found = Command.run(["sh", "-c", "find . -type f -printf '%m %p\\n'"], directory: Installed.prefix).stdout.split(separator: "\n")
      .map(
        String.init)
    let version = Command.run([Built.host, "--version"]).stdout.split(separator: " ").dropFirst().first.map(String.init) ?? ""
    for file in [
      "755 ./bin/svfap-host", "644 ./include/svfap.h", "644 ./include/svfap.hpp", "644 ./include/svfap_plugin.h",
      "644 ./include/svfap_types.h",
      "644 ./lib/libsvfap.so.\(version)", "644 ./lib/cmake/svfap/svfapConfig.cmake", "644 ./lib/cmake/svfap/svfapConfigVersion.cmake",
      "644 ./lib/pkgconfig/svfap.pc", "644 ./lib/pkgconfig/svfap-plugin.pc", "644 ./lib/svfap/plugins-1/svfap_head_classification.so",
      "644 ./share/man/man1/svfap-host.1",
    ] { #expect(found.contains(file), "\(file)") }
    let leftovers = Command.run(["grep", "-rlE", "@[A-Z_]+@", "\(Installed.prefix)/lib/pkgconfig", "\(Installed.prefix)/lib/cmake"])
    #expect(leftovers.stdout.isEmpty, "\(leftovers.stdout)")
    let interface = Command.run(["grep", "-E", "^#define SVFAP_ABI_M(AJOR|INOR)", "\(Built.include)/svfap_types.h"]).stdout
    let numbers = interface.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    let package = String(decoding: Fixtures.bytes("\(Installed.prefix)/lib/pkgconfig/svfap.pc"), as: UTF8.self)
    #expect(numbers.count == 2 && package.contains("abi_major=\(numbers[0])\nabi_minor=\(numbers[1])\n"), "\(package)")
  }

  @Test("docs/plugins.md, followed to the letter in an empty folder, leads to a head that is loaded, trained and used")
  func page() throws {
    try #require(!Installed.prefix.isEmpty)
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    let environment = ["PATH=\(Installed.prefix)/bin:/usr/bin:/bin", "PKG_CONFIG_PATH=\(Installed.prefix)/lib/pkgconfig"]
    let outcome = Command.run(
      ["env", "-i"] + environment + ["python3", Fixtures.path("python/follow_page.py"), "\(Built.root)/docs/plugins.md"], directory: folder,
      seconds: 300)
    #expect(outcome.status == 0, "\(outcome.stdout)\(outcome.stderr)")
    // The compiler has nothing to say of mine.c.
    #expect(outcome.stdout.contains("ok 1 - file.note: ") && outcome.stdout.contains(" passed, 0 failed, "), "\(outcome.stdout)")
    #expect(!outcome.stdout.contains("mine.c:") && outcome.stdout.contains("mine 1.0.0 (MIT)"), "\(outcome.stdout)")
    #expect(outcome.stdout.contains("start_s,end_s,success,reason,padded_frames,mood"), "\(outcome.stdout)")
  }

  @Test("the Python package installs with pip, with its type hints, and finds the installed library")
  func pip() throws {
    try #require(!Installed.prefix.isEmpty)
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    // A copy, because pip builds in the folder of the package.
    #expect(Command.run(["cp", "-r", "\(Built.root)/bindings/python", "\(folder)/package"]).status == 0)
    guard Command.run(["python3", "-m", "venv", "\(folder)/venv"]).status == 0 else {
      print("pip is not tried: this Python makes no virtual environments")
      return
    }
    let pip = Command.run(
      ["\(folder)/venv/bin/pip", "install", "--disable-pip-version-check", "--no-cache-dir", "--retries", "1", "\(folder)/package"],
      seconds: 240)
    if pip.status != 0, pip.stderr.contains("No matching distribution found for setuptools") {
      print("pip is not tried: setuptools, which it builds with, cannot be fetched here")
      return
    }
    #expect(pip.status == 0, "\(pip.stdout)\(pip.stderr)")
    #expect(Command.run(["sh", "-c", "test -f \(folder)/venv/lib/python3*/site-packages/svfap/py.typed"]).status == 0)
    let script =
      "import svfap; print(svfap.__file__); print(svfap.library_version()); print(svfap.Model.create({'size': 'tiny'}).labels[0])"
    let outcome = Command.run(
      ["env", "-i", "SVFAP_LIBRARY=\(Installed.prefix)/lib/libsvfap.so.1", "\(folder)/venv/bin/python", "-c", script], directory: "/")
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stdout.hasPrefix("\(folder)/venv/") && outcome.stdout.hasSuffix("happy\n"), "\(outcome.stdout)")
  }
}
