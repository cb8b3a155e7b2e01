import Base
import Glibc

/// `metrics.jsonl`: a JSON object a line for every record of a run, only ever appended to.
///
/// A record is with the operating system when `append` returns, so that a killed run loses none; `flush` puts them on the
/// disk, which belongs before every checkpoint: then the log never ends before the checkpoint does.
package final class MetricsLog {
  /// How far a log had come at a checkpoint, to be kept among the checkpoint's counters.
  package struct Position: Sendable, Equatable {
    /// Optimizer steps done.
    package let step: Int
    /// Lines written.
    package let records: Int

    package init(step: Int, records: Int) {
      self.step = step
      self.records = records
    }

    /// Before the first record.
    package static let start = Position(step: 0, records: 0)
  }

  package let path: String
  /// Lines in the file.
  package private(set) var records: Int
  /// Bytes that were behind the position, or torn, and were cut off when the log was opened.
  package let cutBytes: Int
  /// Records that the position counts and the file no longer has.
  package let missingRecords: Int
  private let descriptor: Int32
  private var size: Int

  /// Opens a log for appending, makes it if it is not there, and cuts off what lies behind `position`: the records of
  /// steps that will be taken again, and a line that a crash has torn.
  ///
  /// - Throws: `notFound`, `io`, `noSpace`.
  package init(_ path: String, from position: Position = .start) throws(SVFAPError) {
    self.path = path
    let descriptor = retryingOnInterrupt { open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw SVFAPError.system("cannot write", path: path) }
    do throws(SVFAPError) {
      let file = try InputFile(path)
      let end = try Self.end(of: file, at: position)
      guard retryingOnInterrupt({ ftruncate(descriptor, off_t(end.offset)) }) == 0 else {
        throw SVFAPError.system("cannot cut", path: path)
      }
      size = end.offset
      records = end.records
      cutBytes = file.size - end.offset
      missingRecords = position.records - end.records
    } catch {
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// The position after the records written so far.
  package func position(atStep step: Int) -> Position { Position(step: step, records: records) }

  /// Writes a record.
  ///
  /// - Parameter time: seconds since 1970.
  /// - Throws: `io`, `noSpace`; the log ends with the record before then.
  package func append(_ record: MetricsRecord, at time: Double = wallClockSeconds()) throws(SVFAPError) {
    let line = Array((record.json(at: time).text() + "\n").utf8)
    var done = 0
    while done < line.count {
      let count = retryingOnInterrupt { line[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } }
      guard count > 0 else {
        let error = SVFAPError.system("cannot write", path: path, errno: count == 0 ? EIO : errno)
        ftruncate(descriptor, off_t(size))
        throw error
      }
      done += count
    }
    size += line.count
    records += 1
  }

  /// Puts all records on the disk.
  package func flush() throws(SVFAPError) {
    guard retryingOnInterrupt({ fsync(descriptor) }) == 0 else { throw SVFAPError.system("cannot flush to the disk", path: path) }
  }

  /// Where the last record ends that is not behind `position`, and how many lines there are up to there. A line that is no
  /// record is kept if a record follows that is kept: only the end can be torn.
  private static func end(of file: InputFile, at position: Position) throws(SVFAPError) -> (offset: Int, records: Int) {
    var end = (offset: 0, records: 0)
    var lines = 0
    var offset = 0
    var pending: [UInt8] = []
    while offset < file.size {
      let bytes = try file.bytes(at: offset, count: min(1 << 16, file.size - offset))
      offset += bytes.count
      var start = 0
      while let stop = bytes[start...].firstIndex(of: 0x0A) {
        guard lines < position.records else { return end }
        pending += bytes[start..<stop]
        start = stop + 1
        lines += 1
        if let step = step(ofLine: pending) {
          guard step <= position.step else { return end }
          end = (offset - bytes.count + start, lines)
        }
        pending.removeAll(keepingCapacity: true)
      }
      pending += bytes[start...]
      guard pending.count <= lineLimit else { return end }
    }
    return end
  }

  /// Longest line that can be a record.
  private static let lineLimit = 1 << 22

  private static func step(ofLine line: [UInt8]) -> Int? {
    guard line.first == UInt8(ascii: "{"), let json = try? JSONValue(parsing: line) else { return nil }
    return json["step"]?.intValue
  }
}
