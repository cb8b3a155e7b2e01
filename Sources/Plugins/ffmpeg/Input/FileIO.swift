import CFFmpeg
import Glibc
import PluginKit

/// How libav reads a `VideoFile`.
final class FileIO: LibavBytes {
  let file: VideoFile
  /// Whether a wish to stop ends reading. Only while a demuxer opens or seeks, which can take long and is given up as a whole;
  /// in the middle of reading, a packet would be torn.
  var isInterruptible = false
  /// errno of a read that failed, 0 if none did.
  private(set) var failure: Int32 = 0
  private var position = 0
  private let channel: ByteChannel

  init(_ file: VideoFile) throws(PluginError) {
    self.file = file
    channel = try ByteChannel(writes: false, purpose: "reading \(file.path)")
    channel.connect(self)
  }

  var context: UnsafeMutablePointer<AVIOContext> { channel.context }

  /// Whether libav should give up what it is doing.
  var mustStop: Bool { isInterruptible && PluginHost.isCancelled }

  func read(into target: UnsafeMutablePointer<UInt8>?, count: Int32) -> Int32 {
    guard let target, count > 0 else { return ffmpeg_invalid_argument }
    if mustStop { return ffmpeg_interrupted }
    let added = file.read(at: position, into: target, count: Int(count))
    if added < 0 {
      failure = Int32(-added)
      return -failure
    }
    position += added
    return added > 0 ? Int32(added) : ffmpeg_end_of_file
  }

  func write(_ bytes: UnsafePointer<UInt8>?, count: Int32) -> Int32 { ffmpeg_io_failed }

  func seek(_ offset: Int64, _ origin: Int32) -> Int64 {
    let target: (Int, Bool)
    switch origin & ~AVSEEK_FORCE {
    case AVSEEK_SIZE: return Int64(file.size)
    case SEEK_SET: target = (Int(offset), false)
    case SEEK_CUR: target = position.addingReportingOverflow(Int(offset))
    case SEEK_END: target = file.size.addingReportingOverflow(Int(offset))
    default: return Int64(ffmpeg_invalid_argument)
    }
    guard !target.1, target.0 >= 0 else { return Int64(ffmpeg_invalid_argument) }
    position = target.0
    return Int64(position)
  }
}
