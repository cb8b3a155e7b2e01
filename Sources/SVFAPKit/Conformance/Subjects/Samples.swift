import Base
import CSVFAPPlugin
import Glibc
import Plugins

/// Finds or makes a sample for a source: the user's own, what the plugin's own sink writes, raw video that is written here,
/// or a path that names no file, such as "synthetic:". Whatever the source's `probe` knows is taken.
///
/// Made once for a check: its tests, each in a process of its own, share a folder.
struct Samples {
  private let context: CheckContext
  static let frames = 40
  static let width = 48
  static let height = 32

  init(_ context: CheckContext) { self.context = context }

  /// - Throws: `skipped` if there is none.
  func any() throws(Verdict) -> Sample {
    if let given = context.options.sample { return Sample(path: given, file: try Self.file(in: given)) }
    let plugin = try context.plugin()
    for name in ["\(plugin.id):", "\(plugin.id):1"] where score(name, head: []) > 0 { return Sample(path: name, file: nil) }
    if let made = try written(plugin) { return made }
    let raw = context.path("sample.y4m")
    if try isMade(raw, { path throws(Verdict) in try Self.writeY4M(path) }), score(raw, head: try Self.head(of: raw)) > 0 {
      return Sample(path: raw, file: raw)
    }
    throw .skipped("there is nothing to read: give a video or a folder of pictures with --sample")
  }

  /// What the plugin's own sink writes, if the source knows it.
  private func written(_ plugin: LoadedPlugin) throws(Verdict) -> Sample? {
    guard plugin.videoSink != nil else { return nil }
    guard let name = try? SinkSubject.path(context, "sample") else { return nil }
    let isFolder = name.hasSuffix("/")
    let place = isFolder ? String(name.dropLast()) : name
    _ = try isMade(place) { (path) throws(Verdict) in
      let sink = try SinkSubject(context, isFolder ? path + "/" : path, width: Self.width, height: Self.height)
      try sink.writeAll(Self.frames)
    }
    let file = try Self.file(in: place)
    let head = isFolder ? [] : try Self.head(of: file)
    return score(place, head: head) > 0 ? Sample(path: place, file: file) : nil
  }

  /// Whether a sample is there, made by this process or an earlier one. It gets its name when it is whole.
  private func isMade(_ path: String, _ make: (String) throws(Verdict) -> Void) throws(Verdict) -> Bool {
    if access(path, F_OK) == 0 { return true }
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    // The same ending, by which sinks choose what they write.
    let draft = "\(path[..<slash])/making-\(path[slash...].dropFirst())"
    try make(draft)
    return rename(draft, path) == 0
  }

  /// What the source's `probe` says.
  private func score(_ path: String, head: [UInt8]) -> Int32 {
    (try? SourceSubject.probe(context, path, head: head))?.score ?? 0
  }

  /// The file whose bytes decide: the path itself, or the first file of a folder.
  private static func file(in path: String) throws(Verdict) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .failed("the sample \(path) is not there: \(systemErrorText(errno))") }
    guard status.st_mode & S_IFMT == S_IFDIR else { return path }
    let names = try attempt { () throws(SVFAPError) in try Folder(path).names() }
    guard let name = names.first else { throw .failed("the sample \(path) is an empty folder") }
    return "\(path)/\(name)"
  }

  /// The first bytes of a file, as hosts show them to `probe`.
  static func head(of path: String) throws(Verdict) -> [UInt8] {
    try attempt { () throws(SVFAPError) in
      let file = try InputFile(path)
      return try file.bytes(at: 0, count: min(file.size, 4096))
    }
  }

  /// Raw YUV4MPEG2, 4:4:4, of a picture that moves.
  private static func writeY4M(_ path: String) throws(Verdict) {
    var bytes = Array("YUV4MPEG2 W\(width) H\(height) F25:1 Ip A1:1 C444\n".utf8)
    for frame in 0..<frames {
      bytes += Array("FRAME\n".utf8)
      for plane in 0..<3 {
        for row in 0..<height { for column in 0..<width { bytes.append(UInt8(16 + (row * 3 + column * (plane + 1) + frame * 7) % 220)) } }
      }
    }
    try write(bytes, to: path)
  }

  /// Writes a file of a test's own.
  static func write(_ bytes: some Collection<UInt8>, to path: String) throws(Verdict) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .failed("cannot write \(path): \(systemErrorText(errno))") }
    defer { close(file) }
    let whole = Array(bytes)
    var written = 0
    while written < whole.count {
      let count = whole.withUnsafeBytes { Glibc.write(file, $0.baseAddress.map { $0 + written }, $0.count - written) }
      guard count > 0 else { throw .failed("cannot write \(path): \(systemErrorText(errno))") }
      written += count
    }
  }
}
