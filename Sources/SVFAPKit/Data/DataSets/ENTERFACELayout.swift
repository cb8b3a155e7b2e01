import Base

/// eNTERFACE'05: 43 subjects speak five sentences in six emotions, five folds of subjects.
package struct ENTERFACELayout: DataSetLayout {
  package let name = "enterface05"
  package let title = "eNTERFACE'05 (43 subjects, 6 emotions, 5 folds without common subjects)"
  package let expects = """
      subject N/<emotion>/sentence M/sN_xx_M.avi     as it unpacks, also with "_" or "-" for the spaces; or frame folders of these names
    The folder tells the emotion; file names are not consistent (s2_an_2 lies in "sentence 1", subject 3 has s_3_fe_5).
    The published folds leave subject 6 out; --keep-broken puts it into fold 1.
    """
  package let classes = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]
  package let publishedCounts = [
    "fold1_train": 1017, "fold2_train": 1017, "fold3_train": 1020, "fold4_train": 1017, "fold5_train": 1077, "fold1_test": 270,
    "fold2_test": 270,
    "fold3_test": 267, "fold4_test": 270, "fold5_test": 210,
  ]

  private static let folds = SubjectFolds(test: [1...10, 11...19, 20...28, 29...37, 38...44])
  private static let leftOut = 6

  package init() {}

  package func fill(_ build: DataSetBuild) throws(SVFAPError) {
    var clips: [SubjectClip] = []
    var strangers: [String] = []
    _ = try VideoFinder.search(build.folder.root, build.context) { (video) throws(SVFAPError) in
      let folders = video.relative.split(separator: "/").map { $0.lowercasedASCII }
      guard let place = folders.firstIndex(where: { Self.subject(of: $0) != nil }), let subject = Self.subject(of: folders[place]),
        let emotion = folders[(place + 1)...].lazy.compactMap({ classes.firstIndex(of: $0) }).first
      else {
        strangers.append(video.path)
        return
      }
      let problem = subject == Self.leftOut ? "subject 6, which the published folds leave out" : nil
      clips.append(SubjectClip(path: video.path, label: build.label(emotion), subject: subject, problem: problem))
    }
    for path in strangers { build.skip(path, "it does not lie in a folder of a subject and an emotion") }
    // Subject 6 is no part of the published counts: it must not look like a missing clip.
    let counted = clips.filter { $0.problem == nil || build.options.keepsBroken }
    for clip in clips where clip.problem != nil && !build.options.keepsBroken { build.skip(clip.path, clip.problem ?? "") }
    try build.add(counted, folds: Self.folds) { "subject_\($0)" }
  }

  /// Number in a folder name such as "subject 12", "subject_12" or "subject-12".
  private static func subject(of folder: String) -> Int? {
    guard folder.hasPrefix("subject") else { return nil }
    let digits = folder.dropFirst("subject".count).drop { " _-".contains($0) }
    guard let number = Int(digits), folds.fold(of: number) != nil else { return nil }
    return number
  }
}
