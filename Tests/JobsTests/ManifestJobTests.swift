import Base
import Data
import Jobs
import TestSupport
import Testing

@Suite("The job manifest")
struct ManifestJobTests {
  private func makeFERV39k() -> MadeFolder {
    let folder = MadeFolder()
    folder.write("Action/Sad/0010 Sad\nAction/Happy/0001 Happy\n", to: "data/4_setups/All_scenes/train_All.csv")
    folder.write("Crime/Fear/0300 Fear\nCrime/Sad/0301 Sad\n", to: "data/4_setups/All_scenes/test_All.csv")
    for clip in ["Action/Sad/0010", "Action/Happy/0001", "Crime/Fear/0300"] { folder.frames("data/2_ClipsforFaceCrop/\(clip)") }
    return folder
  }

  private func options(_ folder: MadeFolder, _ more: JSONObject = [:]) -> JSONValue {
    var options: JSONObject = ["set": "ferv39k", "folder": .string(folder("data")), "out": .string(folder("out"))]
    for (key, value) in more.members { options[key] = value }
    return .object(options)
  }

  private func warnings(_ result: JSONObject) -> [String] { result["warnings"]?.arrayValue?.compactMap(\.stringValue) ?? [] }

  @Test("writes a list for each part, with counts, classes and warnings")
  func writes() throws {
    let folder = makeFERV39k()
    let result = try run("manifest", options(folder))
    let train = try Manifest(file: folder("out/train.csv"))
    #expect(train.map(\.path) == [folder("data/2_ClipsforFaceCrop/Action/Sad/0010"), folder("data/2_ClipsforFaceCrop/Action/Happy/0001")])
    #expect(train.map(\.labels) == [["sad"], ["happy"]])
    #expect(try Manifest(file: folder("out/test.csv")).map(\.labels) == [["fear"]])
    #expect(result["classes"]?.arrayValue?.count == 7)
    #expect(result["failed"]?.intValue == 0)
    #expect(result["manifests"]?.arrayValue?[0]["classes"]?["sad"]?.intValue == 1)
    #expect(result["text"]?.stringValue?.contains("classes in order: happy,sad,neutral,angry,surprise,disgust,fear") == true)
    #expect(warnings(result).contains { $0.contains("Crime/Sad/0301") })
    #expect(warnings(result).contains("train lists 2 videos, the published list 31088"))
  }

  @Test("paths relative to the data set are read with it as the root")
  func relative() throws {
    let folder = makeFERV39k()
    _ = try run("manifest", options(folder, ["relative": true]))
    #expect(try Manifest(file: folder("out/train.csv"))[0].path == folder("out/2_ClipsforFaceCrop/Action/Sad/0010"))
    var reading = ManifestOptions()
    reading.root = folder("data")
    #expect(try Manifest(file: folder("out/train.csv"), options: reading)[0].path == folder("data/2_ClipsforFaceCrop/Action/Sad/0010"))
  }

  @Test("files that cannot be read are left out and listed; the list is a skip list for the next run")
  func scan() throws {
    let folder = makeFERV39k()
    MadePicture.clip("data/2_ClipsforFaceCrop/Action/Sad/0010", in: folder, frames: 2, size: 8, color: (200, 150, 100)) { "\($0 + 1).jpg" }
    let result = try run("manifest", options(folder, ["scan": true]), runtimeWithFrames())
    #expect(try Manifest(file: folder("out/train.csv")).map(\.path) == [folder("data/2_ClipsforFaceCrop/Action/Sad/0010")])
    #expect(try Manifest(file: folder("out/test.csv")).isEmpty)
    #expect(result["skipped"]?.intValue == 2)
    let skipped = try Manifest(file: folder("out/skipped.csv"))
    #expect(skipped.labelNames == ["reason"])
    #expect(skipped.map(\.path) == ["Action/Happy/0001", "Crime/Fear/0300"].map { folder("data/2_ClipsforFaceCrop/\($0)") })
    #expect(skipped.allSatisfy { !$0.labels[0].isEmpty })
    let again = try run("manifest", options(folder, ["skip_list": .string(folder("out/skipped.csv")), "out": .string(folder("again"))]))
    #expect(try Manifest(file: folder("again/train.csv")).count == 1)
    #expect(again["skipped"]?.intValue == 2)
  }

  @Test("a run that ends with no clip at all has failed")
  func nothing() throws {
    let folder = MadeFolder()
    folder.write("Action/Sad/0010 Sad\n", to: "data/4_setups/All_scenes/train_All.csv")
    folder.write("Crime/Fear/0300 Fear\n", to: "data/4_setups/All_scenes/test_All.csv")
    folder.touch("data/2_ClipsforFaceCrop/readme")
    #expect(try run("manifest", options(folder))["failed"]?.intValue == 1)
  }

  @Test("people on both sides of a split are told")
  func sharedSubjects() throws {
    let folder = MadeFolder()
    folder.write("path,label,subject,split\na.mp4,x,anna,train\nb.mp4,x,anna,test\n", to: "data/list.csv")
    folder.touch("data/a.mp4", "data/b.mp4")
    let result = try run("manifest", ["set": "table", "folder": .string(folder("data")), "out": .string(folder("out"))])
    #expect(warnings(result).contains { $0.contains("1 subjects are in the list test and in the list train: anna") })
  }

  @Test("without a folder it tells what is expected, without a set which there are")
  func teaches() throws {
    #expect(try run("manifest", [:])["sets"]?.arrayValue?.count == DataSetCatalog.all.count)
    let told = try run("manifest", ["set": "dfew"])
    #expect(told["text"]?.stringValue?.contains("EmoLabel_DataSplit") == true)
  }

  @Test("options that make no sense are errors before anything is written")
  func wrongOptions() {
    let folder = makeFERV39k()
    #expect(throws: SVFAPError.self) { try run("manifest", options(folder, ["set": "fev39k"])) }
    #expect(throws: SVFAPError.self) { try run("manifest", options(folder, ["folds": 1])) }
    #expect(throws: SVFAPError.self) { try run("manifest", options(folder, ["folder": .string(folder("none"))])) }
    #expect(throws: SVFAPError.self) { try InputFile(folder("out/train.csv")) }
  }
}
