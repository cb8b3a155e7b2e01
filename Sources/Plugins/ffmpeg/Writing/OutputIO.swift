import CFFmpeg
import Glibc
import PluginKit

/// How libav writes to `OutputBytes`: through callbacks, so that it never opens anything itself.
final class OutputIO {
  private static let bufferSize = 1 << 16

  let context: UnsafeMutablePointer<AVIOContext>
  /// errno of a write that failed, 0 if none did.
  private(set) var failure: Int32 = 0
  private let target: any OutputBytes
  private var position = 0
  private let state: UnsafeMutablePointer<Unowned>

  /// What libav's pointer leads to: it must not keep this object alive.
  private struct Unowned {
    unowned(unsafe) var io: OutputIO?
  }

  init(_ target: any OutputBytes) throws(PluginError) {
    self.target = target
    state = .allocate(capacity: 1)
    state.initialize(to: Unowned(io: nil))
    let buffer = av_malloc(Self.bufferSize)
    guard
      let context = avio_alloc_context(
        buffer?.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferSize), 1, state, nil,
        { opaque, bytes, count in OutputIO.from(opaque)?.write(bytes, Int(count)) ?? ffmpeg_io_failed },
        { opaque, offset, origin in OutputIO.from(opaque)?.seek(offset, origin) ?? Int64(ffmpeg_io_failed) })
    else {
      av_free(buffer)
      state.deallocate()
      throw PluginError.noMemory("writing a video")
    }
    self.context = context
    state.pointee.io = self
  }

  deinit {
    av_free(context.pointee.buffer)
    var context: UnsafeMutablePointer<AVIOContext>? = context
    avio_context_free(&context)
    state.deallocate()
  }

  private static func from(_ opaque: UnsafeMutableRawPointer?) -> OutputIO? {
    opaque?.assumingMemoryBound(to: Unowned.self).pointee.io
  }

  private func write(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    // After a failure the rest would only hide it.
    guard failure == 0 else { return -failure }
    failure = target.write(UnsafeRawBufferPointer(start: bytes, count: count), at: position)
    guard failure == 0 else { return -failure }
    position += count
    return Int32(count)
  }

  private func seek(_ offset: Int64, _ origin: Int32) -> Int64 {
    switch origin & ~AVSEEK_FORCE {
    case AVSEEK_SIZE: return Int64(target.size)
    case SEEK_SET where offset >= 0 && offset <= Int64(target.size):
      position = Int(offset)
      return offset
    default: return Int64(ffmpeg_invalid_argument)
    }
  }
}
