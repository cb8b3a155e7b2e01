import Base

/// FERV39k: faces from films in 22 scenes, seven emotions, one split.
package struct FERV39kLayout: DataSetLayout {
  package let name = "ferv39k"
  package let title = "FERV39k (faces from films in 22 scenes, 7 emotions, one split)"
  package let expects = """
      4_setups/All_scenes/{train,test}_All.csv       no header, lines such as "Action/Sad/0010 Sad"
      2_ClipsforFaceCrop/<Scene>/<Emotion>/<NNNN>/*.jpg
    """
  package let classes = ["happy", "sad", "neutral", "angry", "surprise", "disgust", "fear"]
  package let publishedCounts = ["train": 31_088, "test": 7847]

  package init() {}

  package func fill(_ build: DataSetBuild) throws(SVFAPError) {
    let lists = try build.folder.require(["4_setups/All_scenes", "All_scenes"], for: self)
    // Archives often unpack into a folder of the same name once more.
    let clips = try build.folder.require(
      build.options.variant.map { [$0] } ?? ["2_ClipsforFaceCrop/2_ClipsforFaceCrop", "2_ClipsforFaceCrop"], for: self)
    for part in ["train", "test"] {
      let rows = try ListRows("\(lists)/\(part)_All.csv", separator: .space, columns: 2)
      let draft = try build.manifest(part)
      for row in rows.indices {
        guard let index = classes.firstIndex(of: rows[row, 1].lowercasedASCII) else {
          throw rows.fault(row, 1, "unknown emotion \"\(rows[row, 1])\"; FERV39k has \(classes.joined(separator: ", "))")
        }
        try build.add(["\(clips)/\(rows[row, 0])"], to: draft, labels: [build.label(index)])
      }
    }
  }
}
