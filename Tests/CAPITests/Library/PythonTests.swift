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
}
