import Base
import Data
import TestSupport
import Testing

@Suite("Data sets with lists of their own: DFEW, FERV39k, MAFW")
struct DataSetListsTests {
  // MARK: DFEW

  /// Clips 1 to 5 with labels 1 to 5, clip k tested in fold k.
  private func makeDFEW(_ clips: String = "Clip/clip_224x224", in folder: MadeFolder) {
    for fold in 1...5 {
      var train = "video_name,label\r\n"
      for clip in 1...5 where clip != fold { train += "\(clip),\(clip)\r\n" }
      folder.write(train, to: "EmoLabel_DataSplit/train(single-labeled)/set_\(fold).csv")
      folder.write("video_name,label\r\n\(fold),\(fold)\r\n", to: "EmoLabel_DataSplit/test(single-labeled)/set_\(fold).csv")
    }
    for clip in 1...5 { folder.frames("\(clips)/0000\(clip)") }
  }

  @Test("DFEW: five folds of frame folders, labels from 1 by name")
  func dfew() throws {
    let folder = MadeFolder()
    makeDFEW(in: folder)
    let data = try DataSetManifests.read(DFEWLayout(), in: folder.path)
    #expect(data.manifests.map(\.name) == (1...5).flatMap { ["fold\($0)_train", "fold\($0)_test"] })
    #expect(data["fold2_test"].map(\.path) == [folder("Clip/clip_224x224/00002")])
    #expect(data["fold2_test"].map(\.labels) == [["sad"]])
    #expect(data["fold2_train"].map(\.labels) == [["happy"], ["neutral"], ["angry"], ["surprise"]])
    #expect(data.layout.classes == ["happy", "sad", "neutral", "angry", "surprise", "disgust", "fear"])
  }

  @Test("DFEW: numbers of classes on request")
  func dfewIndices() throws {
    let folder = MadeFolder()
    makeDFEW(in: folder)
    var options = DataSetOptions()
    options.writesIndices = true
    #expect(try DataSetManifests.read(DFEWLayout(), in: folder.path, options: options)["fold5_test"][0].labels == ["4"])
  }

  @Test("DFEW: the folder may lie deeper, and the authors' name of the frames is known")
  func dfewDeeper() throws {
    let folder = MadeFolder()
    let inner = MadeFolder()
    makeDFEW("Clip/jpg_256", in: inner)
    folder.link("DFEW-part2", to: inner.path)
    let data = try DataSetManifests.read(DFEWLayout(), in: folder.path)
    #expect(data["fold1_test"][0].path.hasSuffix("/Clip/jpg_256/00001"))
  }

  @Test("DFEW: the time-normalised copy is taken only when asked for, and then with a warning")
  func dfewTimeNormalized() throws {
    let folder = MadeFolder()
    makeDFEW("Clip/clip_224x224_16f", in: folder)
    let error = failureOf { try DataSetManifests.read(DFEWLayout(), in: folder.path) }
    #expect(error?.code == .notFound)
    #expect(error?.message.contains("time-normalised") == true && error?.message.contains("--variant clip_224x224_16f") == true)
    var options = DataSetOptions()
    options.variant = "clip_224x224_16f"
    let data = try DataSetManifests.read(DFEWLayout(), in: folder.path, options: options)
    #expect(data["fold1_train"].count == 4)
    #expect(data.findings.first(.layoutVariant)?.severity == .warning)
  }

  @Test("DFEW: videos without padded names are found too")
  func dfewOriginal() throws {
    let folder = MadeFolder()
    makeDFEW(in: folder)
    for clip in 1...5 { folder.touch("Clip/original/\(clip).mp4") }
    var options = DataSetOptions()
    options.variant = "original"
    #expect(
      try DataSetManifests.read(DFEWLayout(), in: folder.path, options: options)["fold3_test"][0].path == folder("Clip/original/3.mp4"))
  }

  @Test("DFEW: missing clips are counted once over all folds and left out, or kept")
  func dfewMissing() throws {
    let folder = MadeFolder()
    makeDFEW(in: folder)
    folder.write("video_name,label\n1,1\n700,3\n", to: "EmoLabel_DataSplit/test(single-labeled)/set_1.csv")
    folder.write("video_name,label\n2,2\n700,3\n16372,0\n", to: "EmoLabel_DataSplit/train(single-labeled)/set_2.csv")
    let data = try DataSetManifests.read(DFEWLayout(), in: folder.path)
    #expect(data["fold1_test"].count == 1)
    let missing = try #require(data.findings.first(.missingFile))
    #expect(missing.count == 1 && missing.examples == [folder("Clip/clip_224x224/00700")])
    #expect(data.skipped.map(\.path) == [folder("Clip/clip_224x224/16372")])
    var options = DataSetOptions()
    options.keepsMissing = true
    #expect(try DataSetManifests.read(DFEWLayout(), in: folder.path, options: options)["fold1_test"].count == 2)
  }

  @Test("counts that differ from the published ones are told")
  func counts() throws {
    let folder = MadeFolder()
    makeDFEW(in: folder)
    let data = try DataSetManifests.read(DFEWLayout(), in: folder.path)
    let found = data.findings.filter { $0.kind == .countDiffers }
    #expect(found.count == 10)
    #expect(found.first?.message == "fold1_train lists 4 videos, the published list 9356")
  }

  @Test("lists that make no sense are errors with file and line")
  func brokenLists() throws {
    let folder = MadeFolder()
    makeDFEW(in: folder)
    let list = "EmoLabel_DataSplit/train(single-labeled)/set_1.csv"
    for (text, place) in [
      ("video_name,label\n1,8\n", "2:3"), ("video_name,label\nx,1\n", "2:1"), ("name,label\n1,1\n", "1:1"),
      ("video_name,label,x\n1,1,1\n", "1:1"),
    ] {
      folder.write(text, to: list)
      let error = failureOf { try DataSetManifests.read(DFEWLayout(), in: folder.path) }
      #expect(error?.code == .format)
      #expect(error?.message.hasPrefix("\(folder(list)):\(place): ") == true, "\(error?.message ?? "no error")")
    }
  }

  @Test("a folder of something else is refused with what is expected")
  func otherFolder() {
    let folder = MadeFolder()
    let error = failureOf { try DataSetManifests.read(DFEWLayout(), in: folder.path) }
    #expect(error?.code == .notFound)
    #expect(error?.message.contains("EmoLabel_DataSplit") == true)
    #expect(failureOf { try DataSetManifests.read(DFEWLayout(), in: folder("none")) }?.code == .notFound)
    folder.touch("file")
    #expect(failureOf { try DataSetManifests.read(DFEWLayout(), in: folder("file")) }?.message.contains("is a file") == true)
  }

  // MARK: FERV39k

  @Test("FERV39k: one split, scenes and emotions in the path", arguments: ["2_ClipsforFaceCrop", "2_ClipsforFaceCrop/2_ClipsforFaceCrop"])
  func ferv39k(_ clips: String) throws {
    let folder = MadeFolder()
    folder.write("Action/Sad/0010 Sad\nDailyLife/Happy/0001 Happy\n", to: "4_setups/All_scenes/train_All.csv")
    folder.write("Crime/Fear/0300 Fear\nCrime/Fear/0301 Fear\n", to: "4_setups/All_scenes/test_All.csv")
    for clip in ["Action/Sad/0010", "DailyLife/Happy/0001", "Crime/Fear/0300"] { folder.frames("\(clips)/\(clip)") }
    let data = try DataSetManifests.read(FERV39kLayout(), in: folder.path)
    #expect(data["train"].map(\.path) == [folder("\(clips)/Action/Sad/0010"), folder("\(clips)/DailyLife/Happy/0001")])
    #expect(data["train"].map(\.labels) == [["sad"], ["happy"]])
    #expect(data["test"].map(\.labels) == [["fear"]])
    #expect(data.findings.first(.missingFile)?.examples == [folder("\(clips)/Crime/Fear/0301")])
  }

  @Test("FERV39k: an unknown emotion is an error with its line")
  func ferv39kUnknown() {
    let folder = MadeFolder()
    folder.write("Action/Sad/0010 Sadly\n", to: "4_setups/All_scenes/train_All.csv")
    folder.frames("2_ClipsforFaceCrop/Action/Sad/0010")
    #expect(failureOf { try DataSetManifests.read(FERV39kLayout(), in: folder.path) }?.message.contains("train_All.csv:1:17: ") == true)
  }

  // MARK: MAFW

  private func makeMAFW(_ folder: MadeFolder) {
    for fold in 1...5 {
      folder.write("00001.mp4 anger\n00002.mp4 disappointment\n", to: "Train & Test Set/single/no_caption/set_\(fold)/train.txt")
      folder.write("0003.x.mp4 helplessness\n", to: "Train & Test Set/single/no_caption/set_\(fold)/test.txt")
    }
  }

  @Test("MAFW: frames are preferred, names may hold dots")
  func mafwFrames() throws {
    let folder = MadeFolder()
    makeMAFW(folder)
    for clip in ["00001", "00002", "0003.x"] {
      folder.frames("data/frames/\(clip)", ending: "png")
      folder.touch("data/clips/\(clip).mp4")
    }
    let data = try DataSetManifests.read(MAFWLayout(), in: folder.path)
    #expect(data.manifests.count == 10)
    #expect(data["fold4_train"].map(\.path) == [folder("data/frames/00001"), folder("data/frames/00002")])
    #expect(data["fold4_train"].map(\.labels) == [["anger"], ["disappointment"]])
    #expect(data["fold4_test"].map(\.path) == [folder("data/frames/0003.x")])
    var options = DataSetOptions()
    options.variant = "clips"
    #expect(
      try DataSetManifests.read(MAFWLayout(), in: folder.path, options: options)["fold1_test"][0].path == folder("data/clips/0003.x.mp4"))
  }

  @Test("MAFW: the videos are taken as they ship where nobody extracted frames")
  func mafwClips() throws {
    let folder = MadeFolder()
    makeMAFW(folder)
    folder.touch("data/clips/00001.mp4", "data/clips/00002.mp4", "data/clips/0003.x.mp4")
    let data = try DataSetManifests.read(MAFWLayout(), in: folder.path)
    #expect(data["fold5_train"].map(\.path) == [folder("data/clips/00001.mp4"), folder("data/clips/00002.mp4")])
    #expect(data.findings.first(.missingFile) == nil)
  }
}
