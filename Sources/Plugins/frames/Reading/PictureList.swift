import Glibc
import PluginKit

/// Picture files that are the frames of a video, one after the other.
protocol PictureList: AnyObject {
  /// Number of frames.
  var count: Int { get }
  /// Entries beside them that are no frames.
  var otherCount: Int { get }
  /// Path of a frame's file, for people.
  func name(_ index: Int) -> String
  /// Opens a frame's file.
  ///
  /// - Returns: a descriptor that belongs to the caller.
  func open(_ index: Int) throws(PluginError) -> Int32
}

/// A single picture: a video of one frame.
final class PictureFile: PictureList {
  private let path: String
  let count = 1
  let otherCount = 0

  init(_ path: String) { self.path = path }

  func name(_ index: Int) -> String { path }

  func open(_ index: Int) throws(PluginError) -> Int32 {
    let file = retryingOnInterrupt { Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard file >= 0 else { throw PluginError.system("cannot open", path: path) }
    return file
  }
}
