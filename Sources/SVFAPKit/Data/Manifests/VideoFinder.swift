import Base

/// Finds the videos below a folder: video files, and folders of pictures, each of which is one clip.
///
/// Folders are taken in natural order, links are followed, and a folder that is reached twice (links may make rings) is
/// looked into once. A folder is a clip if it holds pictures and neither videos nor other folders. Hidden names are left out.
package struct VideoFinder {
  /// A video that was found.
  package struct Video {
    /// The path as it can be opened.
    package let path: String
    /// The path below the folder that was searched.
    package let relative: String
    package let isFrameFolder: Bool
  }

  /// What came of a search.
  package struct Account: Sendable {
    package var files = 0
    package var frameFolders = 0
    /// Files that are no videos.
    package var otherFiles = 0
    /// Folders that were reached a second time.
    package var repeatedFolders = 0
    /// Names that could not be looked at, and why.
    package var problems: [SkippedFile] = []
  }

  /// Folders within folders that are entered.
  static let depthLimit = 64

  static let videoEndings: Set<String> = [
    "3gp", "asf", "avi", "f4v", "flv", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "ogv", "ts", "vob", "webm", "wmv",
  ]
  static let pictureEndings: Set<String> = ["jpeg", "jpg", "png"]

  private var account = Account()
  private var entered: Set<FileIdentity> = []

  /// Calls `found` for every video below `root`.
  ///
  /// - Throws: `notFound`, `io` if `root` cannot be looked into; `cancelled`; whatever `found` throws.
  package static func search(
    _ root: String, _ context: RunContext? = nil, found: (Video) throws(SVFAPError) -> Void
  ) throws(SVFAPError) -> Account {
    var finder = VideoFinder()
    if let identity = FileIdentity(of: root) { finder.entered.insert(identity) }
    let entries = try FolderEntry.list(root)
    try finder.take(entries, root: root, relative: "", depth: 0, context, found)
    return finder.account
  }

  /// Ending of a file name in small letters, without its dot; empty if it has none.
  static func ending(of name: String) -> String {
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercasedASCII
  }

  private mutating func take(
    _ entries: [FolderEntry], root: String, relative: String, depth: Int, _ context: RunContext?,
    _ found: (Video) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    var pictures = 0
    var others = 0
    var videos = 0
    var folders: [(name: String, identity: FileIdentity)] = []
    try context?.report("look through \(root)", done: Double(account.files + account.frameFolders), total: nil)
    for entry in entries {
      let path = relative.isEmpty ? entry.name : "\(relative)/\(entry.name)"
      switch entry.kind {
      case .other(let reason): account.problems.append(SkippedFile(path: "\(root)/\(path)", reason: reason))
      case .folder(let identity): folders.append((path, identity))
      case .file:
        let ending = Self.ending(of: entry.name)
        if Self.videoEndings.contains(ending) {
          videos += 1
          account.files += 1
          try found(Video(path: "\(root)/\(path)", relative: path, isFrameFolder: false))
        } else if Self.pictureEndings.contains(ending) {
          pictures += 1
        } else {
          others += 1
        }
      }
    }
    account.otherFiles += others
    if pictures > 0, videos == 0, folders.isEmpty {
      account.frameFolders += 1
      try found(Video(path: relative.isEmpty ? root : "\(root)/\(relative)", relative: relative, isFrameFolder: true))
    } else {
      account.otherFiles += pictures
    }
    for (path, identity) in folders { try enter(path, identity, root: root, depth: depth + 1, context, found) }
  }

  private mutating func enter(
    _ relative: String, _ identity: FileIdentity, root: String, depth: Int, _ context: RunContext?,
    _ found: (Video) throws(SVFAPError) -> Void
  ) throws(SVFAPError) {
    guard entered.insert(identity).inserted else {
      account.repeatedFolders += 1
      return
    }
    guard depth < Self.depthLimit else {
      account.problems.append(SkippedFile(path: "\(root)/\(relative)", reason: "more than \(Self.depthLimit) folders within folders"))
      return
    }
    let entries: [FolderEntry]
    do throws(SVFAPError) {
      entries = try FolderEntry.list("\(root)/\(relative)")
    } catch {
      account.problems.append(SkippedFile(path: "\(root)/\(relative)", reason: error.message))
      return
    }
    try take(entries, root: root, relative: relative, depth: depth, context, found)
  }
}

/// A file that is left out, and why.
package struct SkippedFile: Sendable, Equatable {
  package let path: String
  package let reason: String

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}
