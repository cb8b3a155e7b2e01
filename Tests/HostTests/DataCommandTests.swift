import TestSupport
import Testing

@Suite("svfap-host manifest and check-data")
struct DataCommandTests {
  /// Runs the driver that `make build` left.
  private func host(_ arguments: String..., file: String = #filePath) -> Command.Outcome {
    // .../Tests/HostTests/DataCommandTests.swift -> .../.build/release/svfap-host
    let root = "/" + file.split(separator: "/").dropLast(3).joined(separator: "/")
    return Command.run(["\(root)/.build/release/svfap-host"] + arguments)
  }

  @Test("manifest teaches what there is and what is expected")
  func teaches() {
    let sets = host("manifest")
    #expect(sets.status == 0 && sets.stdout.contains("voxceleb2") && sets.stdout.contains("table"))
    let expected = host("manifest", "ravdess")
    #expect(expected.status == 0 && expected.stdout.contains("Actor_NN/MM-VV-EE-II-SS-RR-AA.mp4"))
    let unknown = host("manifest", "ravdes", "/tmp")
    #expect(unknown.status == 1 && unknown.stderr.contains("did you mean \"ravdess\"?"))
  }

  @Test("manifest writes lists that check-data reads, and the exit status tells what is certainly wrong")
  func lists() {
    let folder = MadeFolder()
    folder.write("path,label,split\nmissing1,x,train\nmissing2,y,test\n", to: "list.csv")
    let none = host("manifest", "table", folder("list.csv"), "--out", folder("out"))
    #expect(none.status == 1 && none.stderr.contains("2 videos that the lists name are not there; they are left out"))
    let kept = host("manifest", "table", folder("list.csv"), "--out", folder("out"), "--keep-missing")
    #expect(kept.status == 0 && kept.stdout.contains("train.csv"))
    let checked = host("check-data", folder("out/train.csv"), folder("out/test.csv"))
    #expect(checked.status == 1 && checked.stdout.contains("wrong: 1 of 1 videos of the list \(folder("out/train.csv")) are not there"))
    #expect(checked.stderr.contains("warning: 1 classes of the list"))
    let json = host("check-data", folder("out/train.csv"), "--json")
    #expect(json.status == 1 && json.stdout.hasPrefix("{\"inputs\"") && json.stderr.isEmpty)
  }

  @Test("wrong command lines are refused with status 64")
  func wrongCommandLines() {
    #expect(host("check-data").status == 64)
    #expect(host("check-data", "x", "--recipe", "{}", "--model", "m").status == 64)
    #expect(host("manifest", "dfew", "a", "b").status == 64)
  }
}
