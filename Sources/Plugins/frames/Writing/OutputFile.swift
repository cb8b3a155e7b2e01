import Glibc
import PluginKit

/// What is written until it is complete, and where it goes then.
enum OutputFile {
  /// A name in the same folder that nobody uses, so that putting the result in place is a rename.
  static func temporaryName(for name: String) -> String { ".\(name).\(getpid())-\(UInt32.random(in: 0 ... .max)).part" }

  /// Makes a file that is not there yet and writes all bytes.
  ///
  /// - Parameters:
  ///   - folder: descriptor of the folder, or AT_FDCWD.
  ///   - path: what messages call the file.
  /// - Throws: `io`, `noSpace`; then nothing is left.
  static func write(_ bytes: HostMemory, folder: Int32, name: String, path: String, flushes: Bool) throws(PluginError) {
    let file = retryingOnInterrupt { openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    guard file >= 0 else { throw PluginError.system("cannot write", path: path) }
    var isWritten = true
    var done = 0
    while isWritten, done < bytes.count {
      let count = retryingOnInterrupt { Glibc.write(file, bytes.pointer + done, bytes.count - done) }
      isWritten = count > 0
      done += max(count, 0)
    }
    if isWritten, flushes { isWritten = fsync(file) == 0 }
    let number = errno
    let isClosed = close(file) == 0
    guard isWritten, isClosed else {
      let error = PluginError.system("cannot write", path: path, errno: isWritten ? errno : number)
      unlinkat(folder, name, 0)
      throw error
    }
  }
}
