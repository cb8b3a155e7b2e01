import Base

/// MAFW: people in the wild, eleven emotions, five folds.
package struct MAFWLayout: DataSetLayout {
  package let name = "mafw"
  package let title = "MAFW (people in the wild, 11 emotions, 5 folds)"
  package let expects = """
      Train & Test Set/single/no_caption/set_{1..5}/{train,test}.txt    lines such as "00001.mp4 anger"
      data/frames/<id>/*.png     frames that you extracted, or data/clips/<id>.mp4 as it ships
    Frames are preferred where both are there (--variant clips takes the videos). SVFAP saw cropped faces, not whole pictures.
    """
  package let classes = [
    "anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise", "contempt", "anxiety", "helplessness", "disappointment",
  ]
  package let publishedCounts = [
    "fold1_train": 7333, "fold2_train": 7335, "fold3_train": 7339, "fold4_train": 7340, "fold5_train": 7341, "fold1_test": 1839,
    "fold2_test": 1837,
    "fold3_test": 1833, "fold4_test": 1832, "fold5_test": 1831,
  ]

  package init() {}

  package func fill(_ build: DataSetBuild) throws(SVFAPError) {
    let lists = try build.folder.require(["Train & Test Set/single/no_caption", "single/no_caption", "no_caption"], for: self)
    let clips = try build.folder.require(
      build.options.variant.map { ["data/\($0)", $0] } ?? ["data/frames", "data/clips", "frames", "clips"], for: self)
    for fold in 1...5 {
      for part in ["train", "test"] {
        let rows = try ListRows("\(lists)/set_\(fold)/\(part).txt", separator: .space, columns: 2)
        let draft = try build.manifest("fold\(fold)_\(part)")
        for row in rows.indices {
          guard let index = classes.firstIndex(of: rows[row, 1].lowercasedASCII) else {
            throw rows.fault(row, 1, "unknown emotion \"\(rows[row, 1])\"; MAFW's single set has \(classes.joined(separator: ", "))")
          }
          let file = rows[row, 0]
          try build.add(["\(clips)/\(withoutEnding(file))", "\(clips)/\(file)"], to: draft, labels: [build.label(index)])
        }
      }
    }
  }
}

/// A file name without its last ending: names may have more dots.
func withoutEnding(_ name: String) -> String {
  guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
  return String(name[..<dot])
}
