/// How the frames of a folder are called, and what other programs would make of it.
package struct FrameNames: Sendable, Equatable {
  /// Pictures in the folder.
  package let count: Int
  /// Names that come in another order when they are sorted as text, as `sorted` and `glob` do: the first two that do.
  package let misplaced: [String]
  /// Endings that occur, in small letters.
  package let endings: [String]

  /// - Parameter names: names of all files of the folder.
  package init(_ names: [String]) {
    let pictures = names.filter { VideoFinder.pictureEndings.contains(VideoFinder.ending(of: $0)) }.sorted(by: naturallyPrecedes)
    count = pictures.count
    endings = Set(pictures.map { VideoFinder.ending(of: $0) }).sorted()
    let asText = pictures.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let first = zip(pictures, asText).first { $0 != $1 }
    misplaced = first.map { [$0.0, $0.1] } ?? []
  }

  /// The frames in a folder; nil if it cannot be looked into.
  package init?(folder: String) {
    guard let entries = try? FolderEntry.list(folder) else { return nil }
    self.init(entries.map(\.name))
  }
}
