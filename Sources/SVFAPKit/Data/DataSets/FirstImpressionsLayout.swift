import Base

/// ChaLearn First Impressions V2: fifteen seconds of people who talk to a camera, five traits from 0 to 1, one split.
package struct FirstImpressionsLayout: DataSetLayout {
  package let name = "first-impressions"
  package let title = "ChaLearn First Impressions V2 (apparent personality, 5 traits from 0 to 1, train, val and test)"
  package let expects = """
      annotation_{training,validation,test}.pkl     anywhere below the folder
      <video>.NNN.mp4                               anywhere below the folder, such as train/training80_01/...; names have dots inside
    The annotations are Python pickles: they are read as data, nothing in them is executed. The column "subject" is the video that a
    clip was cut from, so that clips of one person can be kept on one side.
    """
  /// The order of the personality head.
  package let labelColumns = ["extraversion", "neuroticism", "agreeableness", "conscientiousness", "openness"]
  package let publishedCounts = ["train": 6000, "val": 2000, "test": 2000]

  package init() {}

  package func fill(_ build: DataSetBuild) throws(SVFAPError) {
    let videos = try videosByName(build)
    var found = 0
    for (part, name) in [("train", "training"), ("val", "validation"), ("test", "test")] {
      guard let file = build.folder.find(Self.places.map { $0 + "annotation_\(name).pkl" }) else {
        build.note(DataFinding(.missingFile, .warning, "annotation_\(name).pkl is not there, so there is no list \"\(part)\"", count: 1))
        continue
      }
      found += 1
      let scores = try scores(file)
      let draft = try build.manifest(part, hasSubject: true)
      for clip in scores[0].keys.sorted(by: naturallyPrecedes) {
        var labels: [String] = []
        for (trait, values) in zip(labelColumns, scores) {
          guard let value = values[clip] else {
            throw SVFAPError(.format, "\(file): \(clip) has no score for \(trait)", detail: ["path": file, "where": clip])
          }
          labels.append("\(value)")
        }
        let path = videos[clip] ?? "\(build.folder.root)/\(clip)"
        try build.add([path], to: draft, labels: labels, subject: withoutEnding(withoutEnding(clip)))
      }
    }
    guard found > 0 else {
      _ = try build.folder.require(["annotation_training.pkl"], for: self)
      return
    }
  }

  /// Where archives put the annotations, besides the folders that are searched anyway.
  private static let places = ["", "Annotation/", "annotation/", "annotations/", "train/", "val/", "test/"]

  private func videosByName(_ build: DataSetBuild) throws(SVFAPError) -> [String: String] {
    var videos: [String: String] = [:]
    var repeated: [String] = []
    _ = try VideoFinder.search(build.folder.root, build.context) { (video) throws(SVFAPError) in
      guard let last = video.relative.split(separator: "/").last else { return }
      // Frames that were extracted from x.000.mp4 lie in a folder x.000 or x.000.mp4.
      let name = video.isFrameFolder && !last.hasSuffix(".mp4") ? "\(last).mp4" : String(last)
      if videos[name] == nil { videos[name] = video.path } else { repeated.append(video.path) }
    }
    if !repeated.isEmpty {
      build.note(
        DataFinding(
          .duplicatePath, .warning, "\(repeated.count) videos lie there twice; the first one in natural order is taken",
          count: repeated.count, examples: repeated))
    }
    return videos
  }

  /// Scores of all clips, a dictionary for each trait in the order of `labelColumns`.
  private func scores(_ file: String) throws(SVFAPError) -> [[String: Double]] {
    guard case .dictionary(let traits) = try PickleReader.read(file) else {
      throw SVFAPError(.format, "\(file) holds no dictionary of traits", detail: ["path": file])
    }
    var all: [[String: Double]] = []
    for trait in labelColumns {
      guard case .dictionary(let scores) = traits.items[trait] ?? .none else {
        throw SVFAPError(
          .format, "\(file) has no trait \"\(trait)\"; it has \(traits.items.keys.sorted().joined(separator: ", "))",
          detail: ["path": file, "expected": trait])
      }
      var values: [String: Double] = [:]
      for (clip, score) in scores.items {
        guard case .number(let value) = score, value >= 0, value <= 1 else {
          throw SVFAPError(
            .format, "\(file): the \(trait) of \(clip) is no number from 0 to 1", detail: ["path": file, "where": "\(trait)/\(clip)"])
        }
        values[clip] = value
      }
      all.append(values)
    }
    return all
  }
}
