import TestSupport
import Testing

@Suite("svfap-host manifest and check-data", .enabled(if: Driver.isBuilt, "make build comes first"))
struct DataCommandTests {
  @Test("manifest teaches what there is and what is expected")
  func teaches() {
    let sets = Driver.run("manifest")
    #expect(sets.status == 0 && sets.output.contains("voxceleb2") && sets.output.contains("table"))
    let expected = Driver.run("manifest", "ravdess")
    #expect(expected.status == 0 && expected.output.contains("Actor_NN/MM-VV-EE-II-SS-RR-AA.mp4"))
    let unknown = Driver.run("manifest", "ravdes", "/tmp")
    #expect(unknown.status == 1 && unknown.output.contains("did you mean \"ravdess\"?"))
  }

  @Test("manifest writes lists that check-data reads, and the exit status tells what is certainly wrong")
  func lists() {
    let folder = MadeFolder()
    folder.write("path,label,split\nmissing1,x,train\nmissing2,y,test\n", to: "list.csv")
    let none = Driver.run("manifest", "table", folder("list.csv"), "--out", folder("out"))
    #expect(none.status == 1 && none.output.contains("2 videos that the lists name are not there; they are left out"))
    let kept = Driver.run("manifest", "table", folder("list.csv"), "--out", folder("out"), "--keep-missing")
    #expect(kept.status == 0 && kept.output.contains("train.csv"))
    let checked = Driver.run("check-data", folder("out/train.csv"), folder("out/test.csv"))
    #expect(checked.status == 1 && checked.output.contains("wrong: 1 of 1 videos of the list \(folder("out/train.csv")) are not there"))
    #expect(checked.output.contains("warning: 1 classes of the list"))
    let json = Driver.run("check-data", folder("out/train.csv"), "--json")
    #expect(json.status == 1 && json.output.hasPrefix("{\"inputs\"") && json.output.hasSuffix("}\n"))
  }

  @Test("wrong command lines are refused with status 64")
  func wrongCommandLines() {
    #expect(Driver.run("check-data").status == 64)
    #expect(Driver.run("check-data", "x", "--recipe", "{}", "--model", "m").status == 64)
    #expect(Driver.run("manifest", "dfew", "a", "b").status == 64)
  }
}
