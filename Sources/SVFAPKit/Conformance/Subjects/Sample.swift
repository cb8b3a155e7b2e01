/// What a source is tested with.
struct Sample {
  let path: String
  /// The regular file whose bytes decide what is read, which tests damage copies of; nil if there is none.
  let file: String?
  /// The file's folder if `path` is that folder.
  var isFolder: Bool { file != nil && file != path }
}
