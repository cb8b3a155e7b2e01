import Base
import Glibc

/// A file that grows row by row under a temporary name and gets its own name when it is complete.
package final class StreamingFile {
  package let path: String
  private let temporary: String
  private var file: UnsafeMutablePointer<FILE>?

  /// - Throws: `notFound`, `io`.
  package init(_ path: String) throws(SVFAPError) {
    self.path = path
    // A name that nobody else has: two runs may write the same report at once, and the last one to finish stands.
    temporary = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
    file = fopen(temporary, "wbxe")
    guard file != nil else { throw SVFAPError.system("cannot write", path: path) }
  }

  deinit {
    if let file {
      fclose(file)
      unlink(temporary)
    }
  }

  /// Adds bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SVFAPError) {
    guard let file, fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count else {
      throw SVFAPError.system("cannot write", path: path)
    }
  }

  /// Adds text.
  package func write(_ text: String) throws(SVFAPError) {
    let bytes = Array(text.utf8)
    guard let file, fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw SVFAPError.system("cannot write", path: path) }
  }

  /// Replaces bytes that were written before.
  package func overwrite(at offset: Int, _ bytes: [UInt8]) throws(SVFAPError) {
    guard let file, fseek(file, offset, SEEK_SET) == 0, fwrite(bytes, 1, bytes.count, file) == bytes.count, fseek(file, 0, SEEK_END) == 0
    else { throw SVFAPError.system("cannot write", path: path) }
  }

  /// Makes the file appear under its name.
  package func finish() throws(SVFAPError) {
    guard let file else { return }
    self.file = nil
    let isFlushed = fflush(file) == 0 && ferror(file) == 0 && fsync(fileno(file)) == 0
    guard fclose(file) == 0, isFlushed, rename(temporary, path) == 0 else {
      let error = SVFAPError.system("cannot write", path: path)
      unlink(temporary)
      throw error
    }
  }
}
