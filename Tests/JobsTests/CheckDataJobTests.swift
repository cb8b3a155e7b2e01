import Base
import Jobs
import TestSupport
import Testing

@Suite("The job check-data")
struct CheckDataJobTests {
  private let skin: (UInt8, UInt8, UInt8) = (220, 160, 130)

  private func kinds(_ result: JSONObject) -> Set<String> {
    Set(result["findings"]?.arrayValue?.compactMap { $0["kind"]?.stringValue } ?? [])
  }

  private func check(_ inputs: [String], _ more: JSONObject = [:]) throws -> JSONObject {
    var options: JSONObject = ["inputs": .array(inputs.map { .string($0) })]
    for (key, value) in more.members { options[key] = value }
    return try run("check-data", .object(options), runtimeWithFrames())
  }

  @Test("clips as the model expects them give no warning")
  func sound() throws {
    let folder = MadeFolder()
    for clip in 0..<4 { MadePicture.clip("\(clip)", in: folder, frames: 20 + clip, color: skin) }
    let result = try check([folder.path])
    #expect(
      kinds(result).isDisjoint(with: [
        "unreadable", "size", "aspect", "grey", "swappedColors", "frameNameOrder", "timeNormalized", "brightness",
      ]))
    #expect(result["failed"]?.intValue == 0)
    #expect(result["looked_at"]?.intValue == 4)
    #expect(result["data"]?["sizes"]?["160 x 160"]?.intValue == 4)
    #expect(result["data"]?["frame_counts"]?["minimum"]?.intValue == 20)
    #expect(result["data"]?["frame_counts"]?["maximum"]?.intValue == 23)
    let values = try #require(result["data"]?["mean"]?.arrayValue)
    let mean = values.map { $0.doubleValue ?? 0 }
    #expect(abs(mean[0] - (220 + 55) / 510.0) < 1e-9 && abs(mean[2] - (130 + 32) / 510.0) < 1e-9)
  }

  @Test("a time-normalised copy, shuffled names, grey and swapped clips are told")
  func wrongClips() throws {
    let folder = MadeFolder()
    for clip in 0..<3 { MadePicture.clip("short/\(clip)", in: folder, frames: 16, color: skin) { "\($0).png" } }
    MadePicture.clip("grey/1", in: folder, frames: 4, color: (180, 180, 180))
    MadePicture.clip("swapped/1", in: folder, frames: 4, color: (130, 160, 220))
    MadePicture.clip("small/1", in: folder, frames: 4, size: 100, color: skin)
    #expect(kinds(try check([folder("short")])).isSuperset(of: ["timeNormalized", "frameNameOrder"]))
    #expect(kinds(try check([folder("grey")])).contains("grey"))
    #expect(kinds(try check([folder("swapped")])).contains("swappedColors"))
    #expect(kinds(try check([folder("small")])).contains("size"))
  }

  @Test("clips that cannot be read are counted with their reasons; the others are looked at")
  func unreadable() throws {
    let folder = MadeFolder()
    MadePicture.clip("good", in: folder, frames: 4, color: skin)
    folder.write("no picture", to: "bad/1.png")
    let result = try check([folder.path])
    #expect(result["failed"]?.intValue == 0)
    #expect(result["data"]?["unreadable"]?.intValue == 1)
    let failure = try #require(result["data"]?["failures"]?.arrayValue?.first)
    #expect(failure["path"]?.stringValue == folder("bad"))
    #expect(failure["reason"]?.stringValue?.contains("bad/1.png") == true)
    #expect(try check([folder("bad")])["failed"]?.intValue == 1)
  }

  @Test("lists are checked against the model's classes, the disk and each other")
  func lists() throws {
    let folder = MadeFolder()
    MadePicture.clip("a", in: folder, frames: 4, color: skin)
    MadePicture.clip("b", in: folder, frames: 4, color: skin)
    folder.write("path,label,subject\na,calm,1\nb,exited,2\nnone,calm,3\n", to: "train.csv")
    folder.write("path,label,subject\nb,excited,2\n", to: "test.csv")
    let model = folder("model.safetensors")
    _ = try run("create", ["size": "tiny", "labels": ["calm", "excited"], "out": .string(model)], runtimeWithHead())
    let result = try check([folder("train.csv"), folder("test.csv")], ["model": .string(model)])
    #expect(kinds(result).isSuperset(of: ["unknownLabel", "missingFile", "sharedPath", "sharedSubject", "missingClass"]))
    #expect(result["failed"]?.intValue == 1)
    let unknown = try #require(result["findings"]?.arrayValue?.first { $0["kind"]?.stringValue == "unknownLabel" })
    #expect(unknown["examples"]?.arrayValue?.first?.stringValue == "\"exited\" (\(folder("train.csv")):3)")
  }

  @Test("the sample is spread over the list, the same for one seed, and bounded")
  func sample() throws {
    let folder = MadeFolder()
    for clip in 0..<12 { MadePicture.clip("\(clip)", in: folder, frames: 1 + clip, size: 8, color: skin) }
    let counts = { (result: JSONObject) in result["data"]?["frame_counts"]?.text() }
    let first = try check([folder.path], ["sample": 4, "seed": 5])
    #expect(first["looked_at"]?.intValue == 4 && first["entries"]?.intValue == 12)
    #expect(try counts(check([folder.path], ["sample": 4, "seed": 5])) == counts(first))
    // One of each quarter: the shortest clip comes from the first three, the longest from the last three.
    #expect((1...3).contains(first["data"]?["frame_counts"]?["minimum"]?.intValue ?? 0))
    #expect((10...12).contains(first["data"]?["frame_counts"]?["maximum"]?.intValue ?? 0))
    #expect(try check([folder("11")], ["frames": 3])["data"]?["decoded_frames"]?.intValue == 3)
  }

  @Test("a recipe may be typed; a model and a recipe together are refused")
  func recipes() throws {
    let folder = MadeFolder()
    MadePicture.clip("a", in: folder, frames: 5, color: skin)
    let result = try check([folder.path], ["recipe": ["mean": [0.1, 0.1, 0.1], "clip_length": 8]])
    #expect(kinds(result).contains("brightness"))
    #expect(result["recipe"]?["clip_length"]?.intValue == 8)
    #expect(throws: SVFAPError.self) { try check([folder.path], ["recipe": ["mea": [0.1, 0.1, 0.1]]]) }
    #expect(throws: SVFAPError.self) { try check([folder.path], ["recipe": [:], "model": "m.safetensors"]) }
    #expect(throws: SVFAPError.self) { try check([folder("none")]) }
    #expect(throws: SVFAPError.self) { try check([]) }
  }
}
