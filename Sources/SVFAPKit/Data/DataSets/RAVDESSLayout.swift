import Base

/// RAVDESS: 24 actors, speech clips, eight emotions, six folds of subjects.
package struct RAVDESSLayout: DataSetLayout {
  package let name = "ravdess"
  package let title = "RAVDESS (24 actors, speech, 8 emotions, 6 folds without common subjects)"
  package let expects = """
      Actor_NN/MM-VV-EE-II-SS-RR-AA.mp4     at any depth, such as Video_Speech_Actor_01/Actor_01/...; or frame folders of these names
    MM 01 is picture and sound, 02 the picture alone, 03 sound; VV 01 is speech, 02 song. The published lists take the 1,440 speech
    clips of modality 02; --variant 01 takes the other copy of the same performances.
    """
  package let classes = ["neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"]
  package var publishedCounts: [String: Int] {
    Dictionary(uniqueKeysWithValues: (1...6).flatMap { [("fold\($0)_train", 1200), ("fold\($0)_test", 240)] })
  }

  private static let folds = SubjectFolds(test: [1...4, 5...8, 9...12, 13...16, 17...20, 21...24])

  package init() {}

  package func fill(_ build: DataSetBuild) throws(SVFAPError) {
    var clips: [Int: [SubjectClip]] = [:]
    var song = 0
    let account = try VideoFinder.search(build.folder.root, build.context) { (video) throws(SVFAPError) in
      let name = String(video.relative.split(separator: "/").last ?? "")
      let numbers = (video.isFrameFolder ? name : withoutEnding(name)).split(separator: "-", omittingEmptySubsequences: false).map {
        Int($0) ?? -1
      }
      guard numbers.count == 7, (1...2).contains(numbers[0]), (1...8).contains(numbers[2]), Self.folds.fold(of: numbers[6]) != nil else {
        return
      }
      guard numbers[1] == 1 else {
        song += 1
        return
      }
      clips[numbers[0], default: []].append(SubjectClip(path: video.path, label: build.label(numbers[2] - 1), subject: numbers[6]))
    }
    if song > 0 {
      build.note(DataFinding(.skippedFile, .note, "\(song) song clips left out: the published results use speech", count: song))
    }
    let modality = try modality(build, among: clips)
    if modality == 1, build.options.variant == nil {
      build.note(
        DataFinding(
          .layoutVariant, .note, "no clips of modality 02 (picture alone) here: modality 01 is taken, the same performances with sound"))
    }
    if clips.isEmpty, account.files + account.frameFolders > 0 {
      throw SVFAPError(
        .notFound, "\(build.folder.root) holds videos, but none is named as RAVDESS names them. Expected:\n\(expects)",
        detail: ["path": build.folder.root])
    }
    try build.add(clips[modality] ?? [], folds: Self.folds) { ($0 < 10 ? "Actor_0" : "Actor_") + String($0) }
  }

  private func modality(_ build: DataSetBuild, among clips: [Int: [SubjectClip]]) throws(SVFAPError) -> Int {
    guard let variant = build.options.variant else { return clips[2] != nil ? 2 : 1 }
    guard let modality = Int(variant), (1...2).contains(modality) else {
      throw SVFAPError(
        .config, "RAVDESS has the variants 01 (picture and sound) and 02 (picture alone), not \"\(variant)\"", detail: ["found": variant])
    }
    return modality
  }
}
