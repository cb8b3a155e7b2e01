import Base

/// A NumPy array file (.npy, version 1) of float32 rows; the number of rows is filled in at the end.
package final class NumpyFile {
  private let file: StreamingFile
  private let width: Int
  private var rows = 0

  package init(_ path: String, width: Int) throws(SVFAPError) {
    file = try StreamingFile(path)
    self.width = width
    try write(Self.header(rows: 0, width: width))
  }

  package func add(row: UnsafePointer<Float>) throws(SVFAPError) {
    try file.write(UnsafeRawBufferPointer(start: row, count: width * 4))
    rows += 1
  }

  package func finish() throws(SVFAPError) {
    try file.overwrite(at: 0, Self.header(rows: rows, width: width))
    try file.finish()
  }

  private func write(_ bytes: [UInt8]) throws(SVFAPError) {
    let result: Result<Void, SVFAPError> = bytes.withUnsafeBytes { buffer in
      do throws(SVFAPError) { return .success(try file.write(buffer)) } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Always 128 bytes, whatever the number of rows: magic, version 1.0, length of what follows, a Python literal.
  private static func header(rows: Int, width: Int) -> [UInt8] {
    let fields = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(width)), }"
    let text = fields + String(repeating: " ", count: 128 - 10 - 1 - fields.utf8.count) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(text.utf8)
  }
}
