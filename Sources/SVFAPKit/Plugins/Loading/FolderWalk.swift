import Base
import CBaseShims
import Glibc

/// The way to the folder of a plugin, walked from "/" step by step and folder by folder. Each is held open while the next
/// one is looked up in it, so that nothing on the way can be exchanged between the look and the step.
///
/// Whoever may write to one of the folders could put another file in the plugin's place, so each must belong to root or
/// this user, and others may write to none: but for a sticky folder such as /tmp, in which everybody adds files and
/// nobody moves those of others. Further up a user's private group, which has the user's own number, counts as the user.
///
/// Where the plugin stands in the tree `svfap` beside the library, the folders down to the library's own are not judged:
/// whoever may write there can replace the library itself.
struct FolderWalk {
  private let path: String
  private var folder: Int32
  /// Where `folder` is, for messages.
  private var place: [Substring] = []
  private var linksLeft = 40

  /// Opens the folder that a file is in.
  ///
  /// - Parameter path: absolute path of the file.
  /// - Returns: a descriptor, which the caller closes, good for looking things up; and the name of the file in the folder.
  /// - Throws: `notFound`, `policy`, `io`.
  static func open(folderOf path: String) throws(SVFAPError) -> (descriptor: Int32, name: String) {
    let steps = path.split(separator: "/", omittingEmptySubsequences: false)
    var walk = FolderWalk(path: path, folder: base_open_step(AT_FDCWD, "/"))
    guard walk.folder >= 0 else { throw walk.failure() }
    do throws(SVFAPError) {
      try walk.judge(isLast: steps.count <= 2)
      try walk.go(steps.dropLast())
    } catch {
      close(walk.folder)
      throw error
    }
    return (walk.folder, steps.last.map(String.init) ?? "")
  }

  private func failure() -> SVFAPError { SVFAPError.system("cannot look at the folder of the plugin", path: path) }

  private mutating func go(_ steps: some Sequence<Substring>) throws(SVFAPError) {
    var left = Array(steps.reversed())
    while let step = left.popLast() {
      guard !step.isEmpty, step != "." else { continue }
      let next = base_open_step(folder, String(step))
      guard next >= 0 else { throw failure() }
      var status = stat()
      guard fstat(next, &status) == 0 else {
        let error = failure()
        close(next)
        throw error
      }
      switch status.st_mode & S_IFMT {
      case S_IFLNK:
        defer { close(next) }
        let target = try target(of: next, status, step)
        if target.hasPrefix("/") {
          let root = base_open_step(folder, "/")
          guard root >= 0 else { throw failure() }
          enter(root, [])
        }
        left += target.split(separator: "/").reversed()
      case S_IFDIR:
        enter(next, step == ".." ? Array(place.dropLast()) : place + [step])
        try judge(isLast: left.allSatisfy { $0.isEmpty || $0 == "." })
      default:
        close(next)
        errno = ENOTDIR
        throw failure()
      }
    }
  }

  private mutating func enter(_ next: Int32, _ place: [Substring]) {
    close(folder)
    (folder, self.place) = (next, place)
  }

  /// Where a symbolic link leads. In a sticky folder anybody can make one.
  private mutating func target(of link: Int32, _ status: stat, _ name: Substring) throws(SVFAPError) -> Substring {
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      throw PluginFile.refusal(
        path, "the link \(text(place + [name])), which leads to it, belongs to user \(status.st_uid)",
        "only links of root and of this user are followed")
    }
    linksLeft -= 1
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(link, "", &buffer, buffer.count)
    if linksLeft < 0 { errno = ELOOP }
    guard linksLeft >= 0, count >= 0 else { throw failure() }
    return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)[...]
  }

  private func text(_ place: [Substring]) -> String { "/" + place.joined(separator: "/") }

  /// - Parameter isLast: whether it is the folder that the file is in.
  private func judge(isLast: Bool) throws(SVFAPError) {
    let name = text(place)
    if let library = PluginDirectory.library, path.hasPrefix("\(library)/svfap/"),
      library == name || "\(library)/".hasPrefix("\(name)/") || name == "/"
    {
      return
    }
    var status = stat()
    guard fstat(folder, &status) == 0 else { throw failure() }
    let which = isLast ? "its folder" : "the folder \(name), which leads to it,"
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      throw PluginFile.refusal(path, "\(which) belongs to user \(status.st_uid)", "only folders of root and of this user are used")
    }
    var others: mode_t = 0o022
    if !isLast, status.st_gid == status.st_uid { others = 0o002 }
    guard status.st_mode & others == 0 || status.st_mode & mode_t(S_ISVTX) != 0 else {
      throw PluginFile.refusal(
        path, "others may write to \(isLast ? which : "the folder \(name), which leads to it")",
        "take that right away with: chmod go-w \(name)")
    }
  }
}
