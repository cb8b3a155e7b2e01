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
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    // Hidden, and a name that nobody else has: two runs may write the same report at once, and the last one to finish
    // stands. Names may have 255 bytes.
    let stem = String(decoding: path[slash...].utf8.prefix(150), as: UTF8.self)
    let temporary = "\(path[..<slash]).\(stem).\(getpid())-\(UInt32.random(in: 0 ... .max)).part"
    self.temporary = temporary
    file = fopen(temporary, "wbxe")
    guard file != nil else { throw SVFAPError.system("cannot write", path: path) }
  }

  deinit {
    if let file {
      _ = FileSizeSignal.held { fclose(file) }
      unlink(temporary)
    }
  }

  /// Adds bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SVFAPError) {
    guard let file, FileSizeSignal.held({ fwrite(bytes.baseAddress, 1, bytes.count, file) }) == bytes.count else {
      throw SVFAPError.system("cannot write", path: path)
    }
  }

  /// Adds text.
  package func write(_ text: String) throws(SVFAPError) {
    let bytes = Array(text.utf8)
    guard let file, FileSizeSignal.held({ fwrite(bytes, 1, bytes.count, file) }) == bytes.count else {
      throw SVFAPError.system("cannot write", path: path)
    }
  }

  /// Replaces bytes that were written before.
  package func overwrite(at offset: Int, _ bytes: [UInt8]) throws(SVFAPError) {
    let isWritten = FileSizeSignal.held {
      guard let file else { return false }
      return fseek(file, offset, SEEK_SET) == 0 && fwrite(bytes, 1, bytes.count, file) == bytes.count && fseek(file, 0, SEEK_END) == 0
    }
    guard isWritten else { throw SVFAPError.system("cannot write", path: path) }
  }

  /// Makes the file appear under its name.
  package func finish() throws(SVFAPError) {
    guard let file else { return }
    self.file = nil
    let isWhole = FileSizeSignal.held {
      let isFlushed = fflush(file) == 0 && ferror(file) == 0 && fsync(fileno(file)) == 0
      return fclose(file) == 0 && isFlushed
    }
    guard isWhole, rename(temporary, path) == 0 else {
      let error = SVFAPError.system("cannot write", path: path)
      unlink(temporary)
      throw error
    }
  }
}
