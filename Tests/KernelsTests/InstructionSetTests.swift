import Glibc
import Kernels
import TestSupport
import Testing

@Suite("Instruction sets")
struct InstructionSetTests {
  @Test("v1 is always there, and who has v4 has v3")
  func supported() {
    #expect(InstructionSet.v1.isSupported)
    #expect(!InstructionSet.v4.isSupported || InstructionSet.v3.isSupported)
  }

  /// Objects that kernels were compiled to, beside the program that runs the tests.
  private func objects(_ target: String) -> [String] {
    var path = [CChar](repeating: 0, count: 4096)
    guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else { return [] }
    // .../debug/svfapPackageTests.xctest, or the tool that loaded it: its argument then names the bundle.
    let candidates = [String(cString: path)] + CommandLine.arguments
    for candidate in candidates {
      guard let slash = candidate.lastIndex(of: "/") else { continue }
      let list = Command.run(["sh", "-c", "ls \"$1\"/*.o", "sh", "\(candidate[..<slash])/\(target).build"])
      if list.status == 0 { return list.stdout.split(separator: "\n").map(String.init) }
    }
    return []
  }

  /// A function compiled for AVX-512 under a weak name may be the one that the linker keeps for everybody: it would end
  /// the process on an older processor.
  @Test("code for newer processors hides behind no weak symbol", .enabled(if: Command.exists("nm")), arguments: ["KernelsV3", "KernelsV4"])
  func weakSymbols(target: String) throws {
    let files = objects(target)
    try #require(!files.isEmpty, "the objects of \(target) were not found")
    let outcome = Command.run(["nm"] + files)
    try #require(outcome.status == 0)
    let symbols = outcome.stdout.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count >= 2 }
    #expect(symbols.contains { $0[$0.count - 2] == "T" }, "no kernels are in the objects")
    let weak = symbols.filter { ["W", "V", "w", "v", "u"].contains($0[$0.count - 2]) }.compactMap(\.last)
    // The sanitizers bring weak data of their own.
    #expect(weak.filter { $0 != "__swift_reflection_version" && !$0.contains("asan") && !$0.hasPrefix("__odr") } == [])
  }
}
