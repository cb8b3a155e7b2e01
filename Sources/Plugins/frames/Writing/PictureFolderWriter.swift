import CFrames
import CSVFAPPlugin
import Glibc
import PluginKit

/// Writes every frame as a picture of its own: 000000.png, 000001.png and so on in a folder.
///
/// The folder appears under its name when it is complete; until then it has a temporary name beside it, and goes away
/// with the writer if it is not finished. A folder that is there already is replaced if it holds nothing but pictures
/// that were numbered like these, and refused otherwise. Pictures are not flushed to the disk one by one: a power
/// failure soon after may lose them.
final class PictureFolderWriter: Writer {
  private let path: String
  private let format: PictureFormat
  private let bytes: HostMemory
  private let temporary: String
  private let descriptor: Int32
  private var count = 0
  private var isFinished = false

  /// - Throws: `notFound` if the folder above is not there, `io`.
  init(_ path: String, _ format: PictureFormat) throws(PluginError) {
    self.path = FilePath.withoutTrailingSlashes(path)
    self.format = format
    bytes = try HostMemory(capacity: 1 << 12)
    let (folder, name) = FilePath.split(self.path)
    guard !["", ".", "..", "/"].contains(name) else {
      throw PluginError(Status.invalidArgument, "\(path) names no folder that could be made; give it a name")
    }
    let temporary = "\(folder)/\(OutputFile.temporaryName(for: name))"
    self.temporary = temporary
    try NumberedPictures.checkReplaceable(self.path)
    guard mkdir(temporary, 0o777) == 0 else { throw PluginError.system("cannot make the folder", path: self.path) }
    descriptor = retryingOnInterrupt { open(temporary, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      let error = PluginError.system("cannot open the folder", path: temporary)
      rmdir(temporary)
      throw error
    }
  }

  deinit {
    if !isFinished {
      for index in 0..<count { unlinkat(descriptor, NumberedPictures.name(index), 0) }
      rmdir(temporary)
    }
    close(descriptor)
  }

  func write(_ frame: svfap_frame) throws(PluginError) {
    guard !isFinished else { throw PluginError(Status.invalidArgument, "\(path) is complete; no more frames can be added") }
    bytes.removeAll()
    try format.encode(frame, into: bytes)
    let name = NumberedPictures.name(count)
    try OutputFile.write(bytes, folder: descriptor, name: name, path: "\(path)/\(name)", flushes: false)
    count += 1
  }

  func finish() throws(PluginError) -> UnsafeRawBufferPointer? {
    guard !isFinished else { return nil }
    guard count > 0 else { throw PluginError(Status.invalidArgument, "no frame was written to \(path)") }
    // Onto nothing or an empty folder.
    if rename(temporary, path) != 0 {
      guard [EEXIST, ENOTEMPTY].contains(errno) else { throw PluginError.system("cannot put in place", path: path) }
      try NumberedPictures.checkReplaceable(path)
      guard files_exchange(temporary, path) == 0 else {
        throw PluginError.system("remove it first; cannot replace", path: path)
      }
      // The temporary name is now that of the old folder.
      NumberedPictures.remove(temporary)
    }
    isFinished = true
    return nil
  }
}
