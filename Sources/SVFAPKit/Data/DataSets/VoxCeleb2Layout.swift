import Base

/// VoxCeleb2: talking faces without labels, for pre-training.
package struct VoxCeleb2Layout: DataSetLayout {
  package let name = "voxceleb2"
  package let title = "VoxCeleb2 (talking faces, no labels, for pre-training)"
  package let expects = """
      dev/mp4/idNNNNN/<video>/NNNNN.mp4      1,092,009 clips of 224 x 224
    283 of them are known to be unreadable; --scan opens every file and writes a list of those that cannot be read.
    """
  package let labelColumns: [String] = []
  package let publishedCounts = ["pretrain": 1_092_009]

  package init() {}

  package func fill(_ build: DataSetBuild) throws(SVFAPError) {
    let videos = try build.folder.require(build.options.variant.map { [$0] } ?? ["dev/mp4", "mp4"], for: self)
    let draft = try build.manifest("pretrain", hasSubject: true)
    var strangers = 0
    let account = try VideoFinder.search(videos, build.context) { (video) throws(SVFAPError) in
      let parts = video.relative.split(separator: "/")
      guard parts.count == 3, parts[0].hasPrefix("id") else {
        strangers += 1
        return
      }
      try draft.add(video.path, subject: String(parts[0]))
    }
    if strangers > 0 {
      build.note(DataFinding(.skippedFile, .warning, "\(strangers) videos do not lie as id/video/clip and are left out", count: strangers))
    }
    for problem in account.problems { build.skip(problem.path, problem.reason) }
    guard draft.count > 0 else {
      throw SVFAPError(.notFound, "\(videos) holds no clip of VoxCeleb2. Expected:\n\(expects)", detail: ["path": videos])
    }
  }
}
