import Base

/// CREMA-D: 91 actors speak twelve sentences, six emotions, five folds of subjects.
package struct CREMADLayout: DataSetLayout {
  package let name = "crema-d"
  package let title = "CREMA-D (91 actors, 6 emotions, 5 folds without common subjects)"
  package let expects = """
      VideoFlash/1001_DFA_ANG_XX.flv     actor_sentence_emotion_level, as the repository ships them (git lfs pull)
    or a folder of face crops made of them (--variant face_aligned), videos or frame folders of the same names.
    Known to be broken and left out: 1076_MTI_NEU_XX, 1076_MTI_SAD_XX, 1064_TIE_SAD_XX, 1064_IEO_DIS_MD (--keep-broken keeps
    them, as the published lists do).
    """
  package let classes = ["anger", "disgust", "fear", "happiness", "neutral", "sadness"]
  package let publishedCounts = [
    "fold1_train": 5979, "fold2_train": 5972, "fold3_train": 5966, "fold4_train": 5966, "fold5_train": 5885, "fold1_test": 1463,
    "fold2_test": 1470,
    "fold3_test": 1476, "fold4_test": 1476, "fold5_test": 1557,
  ]

  private static let codes = ["ANG", "DIS", "FEA", "HAP", "NEU", "SAD"]
  /// The folds of the published lists.
  private static let folds = SubjectFolds(test: [1001...1018, 1019...1036, 1037...1054, 1055...1072, 1073...1091])
  private static let broken = [
    "1076_MTI_NEU_XX": "hardly any frames", "1076_MTI_SAD_XX": "hardly any frames", "1064_TIE_SAD_XX": "hardly any frames",
    "1064_IEO_DIS_MD": "a whole minute with all emotions in it",
  ]

  package init() {}

  package func fill(_ build: DataSetBuild) throws(SVFAPError) {
    let videos = try build.folder.require(build.options.variant.map { [$0] } ?? ["VideoFlash", "face_aligned", "VideoMP4"], for: self)
    var clips: [SubjectClip] = []
    var stems: Set<String> = []
    var strangers = 0
    for entry in try FolderEntry.list(videos) {
      let stem = withoutEnding(entry.name)
      let parts = stem.split(separator: "_", omittingEmptySubsequences: false)
      guard parts.count == 4, let subject = Int(parts[0]), Self.folds.fold(of: subject) != nil,
        let emotion = Self.codes.firstIndex(of: String(parts[2]))
      else {
        strangers += 1
        continue
      }
      let path = "\(videos)/\(entry.name)"
      guard stems.insert(stem).inserted else {
        build.skip(path, "a second file of the same clip")
        continue
      }
      let problem = Self.broken[stem].map { "known to be broken: \($0)" } ?? pointerProblem(entry, path)
      clips.append(SubjectClip(path: path, label: build.label(emotion), subject: subject, problem: problem))
    }
    if strangers > 0 {
      build.note(DataFinding(.skippedFile, .note, "\(strangers) names in \(videos) are no clips of CREMA-D", count: strangers))
    }
    try build.add(clips, folds: Self.folds) { String($0) }
  }

  /// A repository that was cloned without Git LFS holds small text files in place of the videos.
  private func pointerProblem(_ entry: FolderEntry, _ path: String) -> String? {
    guard case .file(let size) = entry.kind, size > 0, size < 1024, let file = try? InputFile(path),
      let head = try? file.bytes(at: 0, count: min(size, 22))
    else { return nil }
    return head == Array("version https://git-lfs".utf8.prefix(22)) ? "a Git LFS pointer, not the video: run \"git lfs pull\"" : nil
  }
}
