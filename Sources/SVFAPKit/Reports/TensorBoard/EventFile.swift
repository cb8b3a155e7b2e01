import Base
import Glibc

/// A file of TensorBoard events (tensorflow/core/util/event.proto and framework/summary.proto): scalars, pictures, texts.
///
/// Every run or resumption of it writes a file of its own in the folder; TensorBoard reads them in the order of their names
/// as one. Events are with the operating system when a function returns.
package final class EventFile {
  package let path: String
  private let descriptor: Int32
  private var size = 0

  /// Makes the next file of a folder.
  ///
  /// - Parameter step: of a run that is resumed, the optimizer steps done: TensorBoard then forgets the events behind it,
  ///   which the run writes again. nil for a run that begins.
  /// - Throws: `io`, `noSpace`, `notFound`.
  package init(folder path: String, resumedAfter step: Int? = nil, at time: Double = wallClockSeconds()) throws(SVFAPError) {
    try makeFolder(path)
    let folder = try Folder(path)
    // The name begins with the time; a clock that was put back must not move this file before those that are there.
    let latest = try folder.names().compactMap(Self.seconds).max() ?? 0
    let seconds = max(Int(max(time, 0)), latest + 1)
    let name = Self.prefix + Self.tenDigits(seconds) + ".\(hostName()).\(getpid()).0"
    self.path = folder.path(of: name)
    descriptor = retryingOnInterrupt { openat(folder.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw SVFAPError.system("cannot write", path: folder.path(of: name)) }
    try write(at: time, step: nil) { $0.add(3, text: "brain.Event:2") }
    if let step {
      // SessionLog with status START = 1: "the session begins at this step".
      try write(at: time, step: step + 1) { $0.add(7) { $0.add(1, integer: 1) } }
    }
  }

  deinit { close(descriptor) }

  private static let prefix = "events.out.tfevents."

  private static func tenDigits(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(10 - digits.count, 0)) + digits
  }

  private static func seconds(ofName name: String) -> Int? {
    guard name.hasPrefix(prefix) else { return nil }
    return Int(name.dropFirst(prefix.count).prefix { $0 != "." })
  }

  /// Numbers by tag, as curves. NaN and infinities are kept.
  package func add(scalars: [(tag: String, value: Double)], step: Int, at time: Double = wallClockSeconds()) throws(SVFAPError) {
    try write(at: time, step: step) { event in
      event.add(5) { summary in
        for (tag, number) in scalars {
          summary.add(1) { value in
            value.add(1, text: tag)
            value.add(2, float: Float(number))
          }
        }
      }
    }
  }

  /// A picture.
  ///
  /// - Parameter png: a PNG file.
  /// - Throws: `format` if it is none; `io`, `noSpace`.
  package func add(picture png: [UInt8], tag: String, step: Int, at time: Double = wallClockSeconds()) throws(SVFAPError) {
    let size = try PNGSize(png)
    try write(at: time, step: step) { event in
      event.add(5) { summary in
        summary.add(1) { value in
          value.add(1, text: tag)
          value.add(4) { image in
            image.add(1, integer: size.height)
            image.add(2, integer: size.width)
            image.add(3, integer: size.channels)
            image.add(4, bytes: png)
          }
        }
      }
    }
  }

  /// A text, which TensorBoard shows as Markdown.
  package func add(text: String, tag: String, step: Int, at time: Double = wallClockSeconds()) throws(SVFAPError) {
    try write(at: time, step: step) { event in
      event.add(5) { summary in
        summary.add(1) { value in
          value.add(1, text: tag)
          // A tensor of type DT_STRING = 7 with one element, shown by the plugin "text".
          value.add(8) { tensor in
            tensor.add(1, integer: 7)
            tensor.add(2) { shape in shape.add(2) { $0.add(1, integer: 1) } }
            tensor.add(8, text: text)
          }
          value.add(9) { metadata in metadata.add(1) { $0.add(1, text: "text") } }
        }
      }
    }
  }

  /// One event: wall_time = 1, step = 2, and what `body` adds.
  private func write(at time: Double, step: Int?, _ body: (inout ProtobufWriter) -> Void) throws(SVFAPError) {
    var event = ProtobufWriter()
    event.add(1, double: time)
    if let step { event.add(2, integer: step) }
    body(&event)
    let bytes = RecordFrame.framed(event.bytes)
    var done = 0
    while done < bytes.count {
      let count = retryingOnInterrupt { bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } }
      guard count > 0 else {
        let error = SVFAPError.system("cannot write", path: path, errno: count == 0 ? EIO : errno)
        // A torn event would hide all that follow.
        ftruncate(descriptor, off_t(size))
        throw error
      }
      done += count
    }
    size += bytes.count
  }
}
