import Base

/// Any folder of videos, for pre-training.
package struct VideosLayout: DataSetLayout {
  package let name = "videos"
  package let title = "any folder of videos or frame folders, no labels, for pre-training"
  package let expects = """
      anything: all video files below the folder, and every folder that holds pictures only (a clip of frames), in natural order
    """
  package let labelColumns: [String] = []

  package init() {}

  package func fill(_ build: DataSetBuild) throws(SVFAPError) {
    let draft = try build.manifest("pretrain")
    let account = try VideoFinder.search(build.folder.root, build.context) { (video) throws(SVFAPError) in try draft.add(video.path) }
    for problem in account.problems { build.skip(problem.path, problem.reason) }
    if account.otherFiles > 0 {
      build.note(
        DataFinding(.skippedFile, .note, "\(account.otherFiles) files are neither videos nor frames of a clip", count: account.otherFiles))
    }
    if account.repeatedFolders > 0 {
      build.note(
        DataFinding(
          .skippedFile, .note, "\(account.repeatedFolders) links lead to folders that were taken already", count: account.repeatedFolders))
    }
    guard draft.count > 0 else {
      throw SVFAPError(
        .notFound, "\(build.folder.root) holds no videos and no folders of JPEG or PNG frames", detail: ["path": build.folder.root])
    }
  }
}
