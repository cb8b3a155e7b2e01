import TestSupport
import Testing

@Suite("Python binding")
struct PythonTests {
  /// Runs the tests of bindings/python, in an environment that holds nothing of Swift.
  private func unittest(_ extra: [String], path: [String] = []) -> Command.Outcome {
    let package = "\(Built.root)/bindings/python"
    let search = (path + [package]).joined(separator: ":")
    let environment =
      [
        "PATH=/usr/local/bin:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE=1", "PYTHONPATH=\(search)", "SVFAP_LIBRARY=\(Built.library)",
        "SVFAP_TEST_GOLDENS=\(Fixtures.path("goldens"))", "SVFAP_TEST_PLUGIN=\(Built.countingPlugin)",
      ] + extra
    let python = Command.run(["sh", "-c", "command -v python3"]).stdout.split(separator: "\n").first.map(String.init) ?? "python3"
    return Command.run(
      ["env", "-i"] + environment + [python, "-W", "error", "-m", "unittest", "discover", "-s", "\(package)/tests"], seconds: 300)
  }

  @Test("its own tests pass, with NumPy if it is there, the base model included")
  func own() throws {
    _ = try BaseModel.computed(isPretraining: false)
    let outcome = unittest(["SVFAP_TEST_BASE=\(BaseModel.path(isPretraining: false))"])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stderr.contains("Ran ") && !outcome.stderr.contains("Ran 0 tests"))
  }

  @Test("its own tests pass without NumPy")
  func withoutNumPy() throws {
    let outcome = unittest([], path: [Fixtures.path("python/without_numpy")])
    #expect(outcome.status == 0, "\(outcome.stderr)")
  }

  @Test("its declarations are those of the header")
  func declarations() throws {
    let outcome = Command.run(["python3", "\(Built.root)/tools/check_bindings.py"])
    #expect(outcome.status == 0, "\(outcome.stderr)")
    #expect(outcome.stdout.hasPrefix("\(ExportTests.declared.count) functions"))
  }

  @Test("a header that has moved on is noticed", arguments: ["int32_t padded_frames;", "uint64_t index, svfap_text *name"])
  func drift(changed: String) throws {
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    _ = Command.run(["mkdir", "-p", "\(folder)/bindings/python/svfap", "\(folder)/tools"])
    _ = Command.run(["cp", "-r", Built.include, "\(folder)/include"])
    _ = Command.run(["cp", "\(Built.root)/bindings/python/svfap/_abi.py", "\(folder)/bindings/python/svfap/_abi.py"])
    _ = Command.run(["cp", "\(Built.root)/tools/check_bindings.py", "\(folder)/tools/check_bindings.py"])
    let check = ["python3", "\(folder)/tools/check_bindings.py"]
    #expect(Command.run(check).status == 0)
    let header = String(decoding: Fixtures.bytes("\(folder)/include/svfap.h"), as: UTF8.self)
    let moved = header.replacing(changed, with: changed.replacing("32", with: "64").replacing("uint64_t index", with: "uint32_t index"))
    #expect(moved != header)
    Fixtures.write(Array(moved.utf8), to: "\(folder)/include/svfap.h")
    let outcome = Command.run(check)
    #expect(outcome.status == 1)
    #expect(outcome.stderr.contains("_abi.py is not what the header says"))
    #expect(Command.run(check + ["--write"]).status == 0)
  }
}
