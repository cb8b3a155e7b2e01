import Base

/// DFEW: faces from films, seven emotions, five folds.
package struct DFEWLayout: DataSetLayout {
  package let name = "dfew"
  package let title = "DFEW (faces from films, 7 emotions, 5 folds)"
  package let expects = """
      EmoLabel_DataSplit/{train,test}(single-labeled)/set_{1..5}.csv   header "video_name,label", labels 1 to 7
      Clip/clip_224x224/NNNNN/*.jpg      the official face crops, full length (or Clip/jpg_256, the same under the authors' name)
    Other copies with --variant: original, clip_224x224_avi, clip_224x224_16f. The last one is time-normalised: 16 frames a clip
    whatever its length; models trained on full-length clips read it wrongly, so it is taken only when asked for by name.
    """
  package let classes = ["happy", "sad", "neutral", "angry", "surprise", "disgust", "fear"]
  package let publishedCounts = [
    "fold1_train": 9356, "fold2_train": 9356, "fold3_train": 9357, "fold4_train": 9358, "fold5_train": 9361, "fold1_test": 2341,
    "fold2_test": 2341,
    "fold3_test": 2340, "fold4_test": 2339, "fold5_test": 2336,
  ]

  /// Copies that hold every frame, the published one first.
  private static let fullLength = ["clip_224x224", "jpg_256", "original", "clip_224x224_avi"]
  private static let timeNormalized = "clip_224x224_16f"

  package init() {}

  package func fill(_ build: DataSetBuild) throws(SVFAPError) {
    let lists = try build.folder.require(["EmoLabel_DataSplit"], for: self)
    let clips = try clipFolder(build)
    for fold in 1...5 {
      for part in ["train", "test"] {
        let rows = try ListRows(
          "\(lists)/\(part)(single-labeled)/set_\(fold).csv", separator: .comma, columns: 2, header: ["video_name", "label"])
        let draft = try build.manifest("fold\(fold)_\(part)")
        for row in rows.indices {
          guard let id = Int(rows[row, 0]), (1...99_999).contains(id) else {
            throw rows.fault(row, 0, "\"\(rows[row, 0])\" is no number of a clip")
          }
          guard let label = Int(rows[row, 1]), (0...7).contains(label) else {
            throw rows.fault(row, 1, "\"\(rows[row, 1])\" is no label from 0 to 7")
          }
          let padded = String(repeating: "0", count: 5 - String(id).count) + String(id)
          guard label > 0 else {
            build.skip("\(clips)/\(padded)", "label 0: raters did not agree on one emotion")
            continue
          }
          let candidates = [padded, "\(padded).avi", "\(padded).mp4", "\(id)", "\(id).mp4", "\(id).avi"].map { "\(clips)/\($0)" }
          try build.add(candidates, to: draft, labels: [build.label(label - 1)])
        }
      }
    }
  }

  private func clipFolder(_ build: DataSetBuild) throws(SVFAPError) -> String {
    if let variant = build.options.variant {
      if variant == Self.timeNormalized {
        build.note(
          DataFinding(
            .layoutVariant, .warning,
            "\(variant) is the time-normalised copy (16 frames a clip whatever its length); the published SVFAP results used full-length clips"
          ))
      }
      return try build.folder.require(["Clip/\(variant)", variant], for: self)
    }
    if let found = build.folder.find(Self.fullLength.flatMap { ["Clip/\($0)", $0] }) { return found }
    if build.folder.find(["Clip/\(Self.timeNormalized)", Self.timeNormalized]) != nil {
      throw SVFAPError(
        .notFound,
        "\(build.folder.root) holds only \(Self.timeNormalized), DFEW's time-normalised copy (16 frames a clip whatever its length); the published SVFAP results used Clip/clip_224x224. To take it nevertheless: --variant \(Self.timeNormalized)",
        detail: ["path": build.folder.root, "expected": "Clip/clip_224x224", "found": Self.timeNormalized])
    }
    return try build.folder.require(Self.fullLength.map { "Clip/\($0)" }, for: self)
  }
}
