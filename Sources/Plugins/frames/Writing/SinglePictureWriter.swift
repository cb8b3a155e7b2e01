import CSVFAPPlugin
import Glibc
import PluginKit

/// Writes one picture, to a file or to memory.
///
/// The file appears under its name when it is complete and on the disk; before, there is only a temporary file, and
/// nothing at all before `finish`.
final class SinglePictureWriter: Writer {
  private let path: String?
  private let format: PictureFormat
  private let bytes: HostMemory
  private var isFinished = false

  /// - Parameter path: nil for memory.
  /// - Throws: `notFound` if there is no such folder, `io` if something other than a file has that name.
  init(_ path: String?, _ format: PictureFormat) throws(PluginError) {
    self.path = path.map(Self.resolved)
    self.format = format
    bytes = try HostMemory(capacity: 1 << 12)
    guard let path = self.path else { return }
    var facts = stat()
    guard stat(FilePath.split(path).folder, &facts) == 0 else { throw PluginError.system("cannot write", path: path) }
    if stat(path, &facts) == 0, facts.st_mode & S_IFMT != S_IFREG {
      throw PluginError(Status.io, "cannot write \(path): there is something that is not a file")
    }
  }

  /// The file behind a symbolic link: it is replaced, the link stays.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  func write(_ frame: svfap_frame) throws(PluginError) {
    guard !isFinished, bytes.count == 0 else {
      throw PluginError(
        Status.unsupported, "\(path ?? "a picture in memory") holds one picture; for several give the name of a folder, ending in \"/\"")
    }
    do throws(PluginError) {
      try format.encode(frame, into: bytes)
    } catch {
      bytes.removeAll()
      throw error
    }
  }

  func finish() throws(PluginError) -> UnsafeRawBufferPointer? {
    guard bytes.count > 0 else { throw PluginError(Status.invalidArgument, "no picture was written") }
    guard let path else { return UnsafeRawBufferPointer(start: bytes.pointer, count: bytes.count) }
    guard !isFinished else { return nil }
    let (folder, name) = FilePath.split(path)
    let temporary = "\(folder)/\(OutputFile.temporaryName(for: name))"
    try OutputFile.write(bytes, folder: AT_FDCWD, name: temporary, path: path, flushes: true)
    guard rename(temporary, path) == 0 else {
      let error = PluginError.system("cannot put in place", path: path)
      unlink(temporary)
      throw error
    }
    isFinished = true
    return nil
  }
}
