import Base
import Glibc

/// A new empty folder that is removed, with all that is in it, when nobody holds it any more.
package final class TemporaryFolder: Sendable {
  package let path = Fixtures.temporaryFolder()

  package init() {}

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    for name in (try? Folder(path).names()) ?? [] {
      let inner = "\(path)/\(name)"
      var status = stat()
      if lstat(inner, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { remove(inner) } else { unlink(inner) }
    }
    rmdir(path)
  }
}
