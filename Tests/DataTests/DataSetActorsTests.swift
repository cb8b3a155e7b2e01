import Base
import Data
import TestSupport
import Testing

@Suite("Data sets with folds of subjects: CREMA-D, RAVDESS, eNTERFACE05")
struct DataSetActorsTests {
  private func subjects(_ entries: [ManifestEntry]) -> Set<String> { Set(entries.compactMap(\.subject)) }

  // MARK: CREMA-D

  @Test("CREMA-D: emotion and actor from the name, actors in the published folds")
  func cremaD() throws {
    let folder = MadeFolder()
    for actor in [1001, 1018, 1019, 1036, 1037, 1054, 1055, 1072, 1073, 1091] {
      for code in ["ANG", "DIS", "FEA", "HAP", "NEU", "SAD"] { folder.touch("VideoFlash/\(actor)_DFA_\(code)_XX.flv") }
    }
    folder.touch("VideoFlash/README.txt", "VideoFlash/2000_DFA_ANG_XX.flv", "VideoFlash/1001_DFA_XXX_XX.flv")
    let data = try DataSetManifests.read(CREMADLayout(), in: folder.path)
    #expect(
      (1...5).map { subjects(data["fold\($0)_test"]) } == [
        ["1001", "1018"], ["1019", "1036"], ["1037", "1054"], ["1055", "1072"], ["1073", "1091"],
      ])
    for fold in 1...5 { #expect(data["fold\(fold)_test"].count + data["fold\(fold)_train"].count == 60) }
    let first = data["fold1_test"][0]
    #expect(first.path == folder("VideoFlash/1001_DFA_ANG_XX.flv") && first.labels == ["anger"])
    #expect(data["fold1_test"].prefix(6).map { $0.labels[0] } == data.layout.classes)
    #expect(data.findings.contains { $0.kind == .skippedFile && $0.count == 3 })
  }

  @Test("CREMA-D: the four broken clips are left out with reasons, or kept")
  func cremaDBroken() throws {
    let folder = MadeFolder()
    let broken = ["1064_IEO_DIS_MD", "1064_TIE_SAD_XX", "1076_MTI_NEU_XX", "1076_MTI_SAD_XX"]
    for name in broken + ["1064_IEO_ANG_LO", "1076_IEO_ANG_LO"] { folder.touch("VideoFlash/\(name).flv") }
    let data = try DataSetManifests.read(CREMADLayout(), in: folder.path)
    #expect(data.skipped.map(\.path).sorted() == broken.map { folder("VideoFlash/\($0).flv") })
    #expect(data.skipped.allSatisfy { $0.reason.hasPrefix("known to be broken: ") })
    #expect(data["fold4_test"].count == 1 && data["fold5_test"].count == 1 && data["fold1_train"].count == 2)
    // What is left out on purpose does not look like a missing clip.
    #expect(data.findings.contains { $0.message == "fold1_train lists 6 videos, the published list 5979" })
    var options = DataSetOptions()
    options.keepsBroken = true
    let kept = try DataSetManifests.read(CREMADLayout(), in: folder.path, options: options)
    #expect(kept["fold1_train"].count == 6 && kept.skipped.isEmpty)
  }

  @Test("CREMA-D: pointers of Git LFS are no videos")
  func cremaDPointers() throws {
    let folder = MadeFolder()
    folder.write("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n", to: "VideoFlash/1001_DFA_ANG_XX.flv")
    folder.write("FLV\u{1} not a pointer", to: "VideoFlash/1001_DFA_DIS_XX.flv")
    let data = try DataSetManifests.read(CREMADLayout(), in: folder.path)
    #expect(data.skipped.map(\.path) == [folder("VideoFlash/1001_DFA_ANG_XX.flv")])
    #expect(data.skipped[0].reason.contains("git lfs pull"))
    #expect(data["fold1_test"].count == 1)
  }

  @Test("CREMA-D: folders of face crops are taken by name, each clip once")
  func cremaDFaces() throws {
    let folder = MadeFolder()
    folder.frames("face_aligned/1001_DFA_ANG_XX")
    folder.touch("face_aligned/1001_DFA_ANG_XX.mp4")
    var options = DataSetOptions()
    options.variant = "face_aligned"
    let data = try DataSetManifests.read(CREMADLayout(), in: folder.path, options: options)
    #expect(data["fold1_test"].map(\.path) == [folder("face_aligned/1001_DFA_ANG_XX")])
    #expect(data.skipped.map(\.reason) == ["a second file of the same clip"])
  }

  // MARK: RAVDESS

  private func makeRAVDESS(_ folder: MadeFolder, modalities: [String], ending: String = ".mp4") {
    for actor in 1...24 {
      let two = actor < 10 ? "0\(actor)" : "\(actor)"
      for modality in modalities {
        for emotion in 1...8 { folder.touch("Video_Speech_Actor_\(two)/Actor_\(two)/\(modality)-01-0\(emotion)-01-01-01-\(two)\(ending)") }
        folder.touch("Video_Song_Actor_\(two)/Actor_\(two)/\(modality)-02-01-01-01-01-\(two)\(ending)")
      }
    }
  }

  @Test("RAVDESS: speech of modality 02, six folds of four actors")
  func ravdess() throws {
    let folder = MadeFolder()
    makeRAVDESS(folder, modalities: ["01", "02"])
    folder.touch("Video_Speech_Actor_01/Actor_01/03-01-01-01-01-01-01.wav", "notes.mp4")
    let data = try DataSetManifests.read(RAVDESSLayout(), in: folder.path)
    #expect(data.manifests.count == 12)
    for fold in 1...6 {
      #expect(
        subjects(data["fold\(fold)_test"])
          == Set((1...4).map { "Actor_" + ((fold - 1) * 4 + $0 < 10 ? "0" : "") + "\((fold - 1) * 4 + $0)" }))
      #expect(data["fold\(fold)_test"].count == 32 && data["fold\(fold)_train"].count == 160)
    }
    #expect(
      data["fold1_test"].prefix(8).map { $0.labels[0] } == ["neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"])
    #expect(data["fold1_test"].allSatisfy { $0.path.contains("/02-01-") })
    #expect(data.findings.contains { $0.kind == .skippedFile && $0.count == 48 && $0.message.contains("song") })
  }

  @Test("RAVDESS: the other modality on request, or where it is the only one")
  func ravdessModality() throws {
    let folder = MadeFolder()
    makeRAVDESS(folder, modalities: ["01", "02"])
    var options = DataSetOptions()
    options.variant = "01"
    #expect(
      try DataSetManifests.read(RAVDESSLayout(), in: folder.path, options: options)["fold1_test"].allSatisfy { $0.path.contains("/01-01-") }
    )
    options.variant = "03"
    #expect(failureOf { try DataSetManifests.read(RAVDESSLayout(), in: folder.path, options: options) }?.code == .config)
    let other = MadeFolder()
    makeRAVDESS(other, modalities: ["01"])
    let data = try DataSetManifests.read(RAVDESSLayout(), in: other.path)
    #expect(data["fold2_test"].count == 32 && data.findings.first(.layoutVariant) != nil)
  }

  @Test("RAVDESS: frame folders of the same names")
  func ravdessFrames() throws {
    let folder = MadeFolder()
    folder.frames("face_aligned/Actor_05/02-01-03-01-01-01-05")
    let data = try DataSetManifests.read(RAVDESSLayout(), in: folder.path)
    #expect(data["fold2_test"].map(\.labels) == [["happy"]])
    #expect(data["fold1_train"].map(\.subject) == ["Actor_05"])
  }

  @Test("RAVDESS: other videos are refused")
  func ravdessOther() {
    let folder = MadeFolder()
    folder.touch("a.mp4")
    #expect(failureOf { try DataSetManifests.read(RAVDESSLayout(), in: folder.path) }?.message.contains("none is named as RAVDESS") == true)
  }

  // MARK: eNTERFACE05

  @Test("eNTERFACE05: the folder tells subject and emotion, spaces or not", arguments: [" ", "_", "-"])
  func enterface(_ space: String) throws {
    let folder = MadeFolder()
    for subject in [1, 2, 10, 11, 19, 20, 28, 29, 37, 38, 44] {
      folder.touch("enterface database/subject\(space)\(subject)/anger/sentence\(space)1/s\(subject)_an_1.avi")
      folder.touch("enterface database/subject\(space)\(subject)/surprise/sentence\(space)2/s_\(subject)_su_2.avi")
    }
    // File names of the real set that contradict their folders.
    folder.touch("enterface database/subject\(space)2/anger/sentence\(space)1/s2_an_2.avi", "enterface database/readme.avi")
    let data = try DataSetManifests.read(ENTERFACELayout(), in: folder.path)
    let tested = (1...5).map { subjects(data["fold\($0)_test"]).compactMap { Int($0.dropFirst("subject_".count)) }.sorted() }
    #expect(tested == [[1, 2, 10], [11, 19], [20, 28], [29, 37], [38, 44]])
    #expect(data["fold1_test"].count == 7 && data["fold1_train"].count == 16)
    #expect(data["fold3_test"].map(\.labels) == [["anger"], ["surprise"], ["anger"], ["surprise"]])
    #expect(data.skipped.map(\.path) == [folder("enterface database/readme.avi")])
  }

  @Test("eNTERFACE05: subject 6 is left out as published, or goes to fold 1")
  func enterfaceSubject6() throws {
    let folder = MadeFolder()
    folder.touch("subject 5/fear/sentence 1/s5_fe_1.avi", "subject 6/fear/s6_fe.avi")
    let data = try DataSetManifests.read(ENTERFACELayout(), in: folder.path)
    #expect(subjects(data["fold1_test"]) == ["subject_5"])
    #expect(data.skipped.map(\.path) == [folder("subject 6/fear/s6_fe.avi")])
    var options = DataSetOptions()
    options.keepsBroken = true
    #expect(
      try subjects(DataSetManifests.read(ENTERFACELayout(), in: folder.path, options: options)["fold1_test"]) == ["subject_5", "subject_6"])
  }
}
