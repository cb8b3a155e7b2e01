import TestSupport
import Testing

@Suite("Released versions: what was promised still holds")
struct ReleasedTests {
  /// The folders of abi/ that hold a version.
  static let versions = Command.run(["sh", "-c", "ls -d [0-9]*"], directory: "\(Built.root)/abi").stdout.split(separator: "\n").map(
    String.init)

  /// The program and the plugins of a folder, built against headers and run against the library of this tree.
  private func runClient(_ sources: String, include: String, swapped: Bool = false) -> Command.Outcome {
    let folder = Fixtures.temporaryFolder()
    defer { _ = Command.run(["rm", "-rf", folder]) }
    var plugins: [String] = []
    for (source, name) in [("head", "svfap_head_kept-head"), ("source", "svfap_video_kept-source"), ("sink", "svfap_video_kept-sink")] {
      plugins.append("\(folder)/\(name).so")
      let build = [
        "cc", "-std=c99", "-shared", "-fPIC", "-fvisibility=hidden", "-Wl,-z,nodelete", "-I\(include)", "\(sources)/\(source).c",
      ]
      let outcome = Command.run(build + ["-lm", "-o", "\(folder)/\(name).so"])
      if outcome.status != 0 { return outcome }
    }
    if swapped { plugins[0] = plugins[1] }
    let release = "\(Built.root)/.build/release"
    let link = ["-L\(release)", "-lsvfap", "-lm", "-Wl,-rpath,\(release)", "-o", "\(folder)/client"]
    let outcome = Command.run(["cc", "-std=c99", "-O1", "-I\(include)", "\(sources)/client.c"] + link)
    return outcome.status != 0 ? outcome : Command.run(["env", "-i", "\(folder)/client"] + plugins + [folder])
  }

  @Test("a program and plugins of a released version, built against its headers, work with this library", arguments: versions)
  func client(version: String) throws {
    let folder = "\(Built.root)/abi/\(version)"
    let outcome = runClient(folder, include: "\(folder)/include")
    #expect(outcome.status == 0 && outcome.stdout.isEmpty && outcome.stderr.isEmpty, "\(outcome.stdout)\(outcome.stderr)")
    #expect(runClient(folder, include: "\(folder)/include", swapped: true).status == 1)
  }

  @Test("so do those that the next version will be remembered by, which call every function")
  func nextClient() throws {
    let folder = Fixtures.path("abi")
    let outcome = runClient(folder, include: Built.include)
    #expect(outcome.status == 0 && outcome.stdout.isEmpty && outcome.stderr.isEmpty, "\(outcome.stdout)\(outcome.stderr)")
    let client = String(decoding: Fixtures.bytes("\(folder)/client.c"), as: UTF8.self)
    #expect(ExportTests.declared.filter { !client.contains("\($0)(") } == [])
  }

  @Test("every name that a version exported is exported still, at the same version", arguments: versions)
  func symbols(version: String) throws {
    let names = lines("abi/\(version)/symbols.txt")
    #expect(names.count > 50 && Set(names).isSubset(of: SharedLibrary(Built.library).versionedExports))
  }

  @Test("types and functions have only been added to, says abidiff", arguments: versions)
  func types(version: String) throws {
    let outcome = compare(version, in: Built.root)
    #expect(outcome.status == 0, "\(outcome.stderr)")
  }

  @Test("layouts are as promised and as stated, for every kind of machine", arguments: ["x86_64", "aarch64", "riscv64", "s390x"])
  func layouts(machine: String) throws {
    for lock in ["abi/locks.c"] + Self.versions.map({ "abi/\($0)/locks.c" }) {
      let target = ["-ffreestanding", "--target=\(machine)-linux-gnu"]
      let outcome = compile("\(Built.root)/\(lock)", "clang", include: Built.include, target)
      #expect(outcome.status == 0, "\(lock): \(outcome.stderr)")
      if machine == "x86_64" { #expect(compile("\(Built.root)/\(lock)", "gcc", include: Built.include).status == 0) }
    }
    let narrow = compile("\(Built.root)/abi/locks.c", "clang", include: Built.include, ["-ffreestanding", "--target=i386-linux-gnu"])
    #expect(narrow.status != 0, "addresses of four bytes are another interface")
  }

  private func compile(_ source: String, _ family: String, include: String, _ extra: [String] = []) -> Command.Outcome {
    Command.run([Compilers.path(family), "-std=c11"] + Built.warnings + extra + ["-I\(include)", "-fsyntax-only", source])
  }

  private func compare(_ version: String, in tree: String) -> Command.Outcome {
    Command.run(["python3", "\(Built.root)/tools/abi/compare.py", "\(Built.root)/abi/\(version)/witness.abi", "--root", tree])
  }

  @Test("additions pass, and what would break programs or plugins of version 1.0 is noticed", arguments: HeaderChange.all)
  func changes(change: HeaderChange) throws {
    let tree = HeaderTree(version: "1.0")
    defer { tree.remove() }
    for edit in change.edits { tree.edit(edit.file, edit.old, edit.new) }
    let problems = tree.problems()
    let lock = compile("\(Built.root)/abi/1.0/locks.c", "gcc", include: "\(tree.path)/include")
    let types = compare("1.0", in: tree.path)
    if let refusal = change.refusal {
      #expect(problems.contains { $0.contains(refusal) }, "\(problems)")
      if change.isSeenInTypes { #expect(lock.status != 0) }
      // A number is nothing that debugging information tells.
      if change.isSeenInTypes, !refusal.contains("SVFAP_E_IO") { #expect(types.status == 1) }
    } else {
      #expect(problems == [])
      #expect(lock.status == 0, "\(lock.stderr)")
      #expect(types.status == 0, "\(types.stderr)")
    }
  }

  @Test("what a later minor brings is exported at its version, which holds all that the one before did")
  func laterMinor() throws {
    let tree = HeaderTree(version: "1.0")
    defer { tree.remove() }
    for edit in HeaderChange.all[0].edits { tree.edit(edit.file, edit.old, edit.new) }
    #expect(tree.problems() == [])
    let release = Command.run(["python3", "\(tree.path)/tools/abi/generate.py", "--release", tree.path])
    #expect(release.status == 0, "\(release.stderr)")
    let script = "-Wl,--version-script=\(tree.path)/exports/svfap.map"
    let library = "\(tree.path)/witness.so"
    let built = Command.run(["cc", "-shared", "-fPIC", "-I\(tree.path)/include", script, "\(tree.path)/witness.c", "-o", library])
    #expect(built.status == 0, "\(built.stderr)")
    let exports = SharedLibrary(library).versionedExports
    #expect(exports.filter { $0.hasSuffix("SVFAP_1.1") } == ["svfap_error_more SVFAP_1.1"])
    #expect(exports.filter { $0.hasSuffix("SVFAP_1.0") } == lines("abi/1.0/symbols.txt"))
    #expect(Command.run(["readelf", "-VW", library]).stdout.contains("Parent 1: SVFAP_1.0"))
  }

  @Test("a version that is kept is not overwritten by mistake")
  func freezing() throws {
    let tree = HeaderTree(version: "1.0")
    defer { tree.remove() }
    #expect(tree.problems() == [])
    tree.forgetReleases()
    let freeze = ["sh", "\(tree.path)/tools/abi/freeze.sh"]
    #expect(Command.run(freeze + ["0.9"]).status == 64)
    let first = Command.run(freeze + ["1.0"])
    #expect(first.status == 0, "\(first.stderr)")
    #expect(Command.run(["sh", "-c", "echo; find abi/1.0 -type f | sort"], directory: tree.path).stdout == Self.kept)
    #expect(compare("1.0", in: tree.path).status == 0)
    let second = Command.run(freeze + ["1.0"])
    #expect(second.status == 1 && second.stderr.contains("a released version never changes"), "\(second.stderr)")
    #expect(Command.run(freeze + ["1.0", "--again"]).status == 0)
  }

  private static let kept = """

    abi/1.0/client.c
    abi/1.0/head.c
    abi/1.0/include/svfap.h
    abi/1.0/include/svfap_plugin.h
    abi/1.0/include/svfap_types.h
    abi/1.0/locks.c
    abi/1.0/sink.c
    abi/1.0/source.c
    abi/1.0/symbols.txt
    abi/1.0/witness.abi

    """

  private func lines(_ file: String) -> [String] {
    String(decoding: Fixtures.bytes("\(Built.root)/\(file)"), as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
