import Base

/// Folds that keep every subject on one side, by ranges of subject numbers.
struct SubjectFolds {
  /// Numbers of the subjects that are tested in each fold.
  let test: [ClosedRange<Int>]

  /// The fold, from 0, that a subject is tested in; nil for a number that no fold knows.
  func fold(of subject: Int) -> Int? { test.firstIndex { $0.contains(subject) } }
}

/// A clip of a data set whose folds are made of subjects.
struct SubjectClip {
  let path: String
  let label: String
  let subject: Int
  /// Why it should be left out, if it is known to be broken.
  var problem: String?
}

extension DataSetBuild {
  /// Writes "foldN_train" and "foldN_test" of all clips.
  ///
  /// - Throws: `notFound` if there are no clips.
  func add(_ clips: [SubjectClip], folds: SubjectFolds, subjectName: (Int) -> String) throws(SVFAPError) {
    guard !clips.isEmpty else {
      throw SVFAPError(
        .notFound, "\(folder.root) holds no clip of \(layout.title). Expected:\n\(layout.expects)", detail: ["path": folder.root])
    }
    for fold in folds.test.indices {
      let train = try manifest("fold\(fold + 1)_train", hasSubject: true)
      let test = try manifest("fold\(fold + 1)_test", hasSubject: true)
      for clip in clips {
        let draft = folds.fold(of: clip.subject) == fold ? test : train
        if let problem = clip.problem, !options.keepsBroken {
          skip(clip.path, problem, from: draft.name)
        } else {
          try add([clip.path], to: draft, labels: [clip.label], subject: subjectName(clip.subject))
        }
      }
    }
  }
}
