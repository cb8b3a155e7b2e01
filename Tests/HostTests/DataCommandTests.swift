import TestSupport
import Testing

@Suite("svfap-host manifest and check-data")
struct DataCommandTests {
  /// Exit status of the driver that `make build` leaves, and all that it wrote.
  private func host(_ arguments: String...) -> (status: Int32, output: String) {
    let driver = Fixtures.path("../../.build/release/svfap-host")
    guard let outcome = ChildProcess.run([driver] + arguments) else { return (-1, "\(driver) does not start: make build comes first") }
    return (outcome.status, outcome.output)
  }

  @Test("manifest teaches what there is and what is expected")
  func teaches() {
    let sets = host("manifest")
    #expect(sets.status == 0 && sets.output.contains("voxceleb2") && sets.output.contains("table"))
    let expected = host("manifest", "ravdess")
    #expect(expected.status == 0 && expected.output.contains("Actor_NN/MM-VV-EE-II-SS-RR-AA.mp4"))
    let unknown = host("manifest", "ravdes", "/tmp")
    #expect(unknown.status == 1 && unknown.output.contains("did you mean \"ravdess\"?"))
  }

  @Test("manifest writes lists that check-data reads, and the exit status tells what is certainly wrong")
  func lists() {
    let folder = MadeFolder()
    folder.write("path,label,split\nmissing1,x,train\nmissing2,y,test\n", to: "list.csv")
    let none = host("manifest", "table", folder("list.csv"), "--out", folder("out"))
    #expect(none.status == 1 && none.output.contains("2 videos that the lists name are not there; they are left out"))
    let kept = host("manifest", "table", folder("list.csv"), "--out", folder("out"), "--keep-missing")
    #expect(kept.status == 0 && kept.output.contains("train.csv"))
    let checked = host("check-data", folder("out/train.csv"), folder("out/test.csv"))
    #expect(checked.status == 1 && checked.output.contains("wrong: 1 of 1 videos of the list \(folder("out/train.csv")) are not there"))
    #expect(checked.output.contains("warning: 1 classes of the list"))
    let json = host("check-data", folder("out/train.csv"), "--json")
    #expect(json.status == 1 && json.output.hasPrefix("{\"inputs\"") && json.output.hasSuffix("}\n"))
  }

  @Test("wrong command lines are refused with status 64")
  func wrongCommandLines() {
    #expect(host("check-data").status == 64)
    #expect(host("check-data", "x", "--recipe", "{}", "--model", "m").status == 64)
    #expect(host("manifest", "dfew", "a", "b").status == 64)
  }
}
