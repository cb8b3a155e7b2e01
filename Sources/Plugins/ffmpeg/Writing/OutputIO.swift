import CFFmpeg
import Glibc
import PluginKit

/// How libav writes to `OutputBytes`.
final class OutputIO: LibavBytes {
  /// errno of a write that failed, 0 if none did.
  private(set) var failure: Int32 = 0
  private let target: any OutputBytes
  private let channel: ByteChannel
  private var position = 0

  init(_ target: any OutputBytes) throws(PluginError) {
    self.target = target
    channel = try ByteChannel(writes: true, purpose: "writing a video")
    channel.connect(self)
  }

  var context: UnsafeMutablePointer<AVIOContext> { channel.context }

  func read(into target: UnsafeMutablePointer<UInt8>?, count: Int32) -> Int32 { ffmpeg_io_failed }

  func write(_ bytes: UnsafePointer<UInt8>?, count: Int32) -> Int32 {
    // After a failure the rest would only hide it.
    guard failure == 0 else { return -failure }
    failure = target.write(UnsafeRawBufferPointer(start: bytes, count: Int(count)), at: position)
    guard failure == 0 else { return -failure }
    position += Int(count)
    return count
  }

  func seek(_ offset: Int64, _ origin: Int32) -> Int64 {
    switch origin & ~AVSEEK_FORCE {
    case AVSEEK_SIZE: return Int64(target.size)
    case SEEK_SET where offset >= 0 && offset <= Int64(target.size):
      position = Int(offset)
      return offset
    default: return Int64(ffmpeg_invalid_argument)
    }
  }
}
