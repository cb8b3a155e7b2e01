import CFFmpeg
import PluginKit

/// Bytes that libav reads or writes through callbacks, so that it never opens anything itself.
///
/// The calls return what libav's callbacks do: a count or position, or a negative error.
protocol LibavBytes: AnyObject {
  func read(into target: UnsafeMutablePointer<UInt8>?, count: Int32) -> Int32
  func write(_ bytes: UnsafePointer<UInt8>?, count: Int32) -> Int32
  func seek(_ offset: Int64, _ origin: Int32) -> Int64
}

/// libav's end of `LibavBytes`, which it does not keep alive.
final class ByteChannel {
  private static let bufferSize = 1 << 16

  let context: UnsafeMutablePointer<AVIOContext>
  private let state: UnsafeMutablePointer<Unowned>

  /// What libav's pointer leads to.
  private struct Unowned {
    unowned(unsafe) var bytes: (any LibavBytes)?
  }

  /// - Parameter purpose: what memory is needed for, for the message if there is none.
  init(writes: Bool, purpose: String) throws(PluginError) {
    state = .allocate(capacity: 1)
    state.initialize(to: Unowned(bytes: nil))
    let buffer = av_malloc(Self.bufferSize)
    guard
      let context = avio_alloc_context(
        buffer?.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferSize), writes ? 1 : 0, state,
        { ByteChannel.bytes($0)?.read(into: $1, count: $2) ?? ffmpeg_io_failed },
        { ByteChannel.bytes($0)?.write($1, count: $2) ?? ffmpeg_io_failed },
        { ByteChannel.bytes($0)?.seek($1, $2) ?? Int64(ffmpeg_io_failed) })
    else {
      av_free(buffer)
      state.deallocate()
      throw PluginError.noMemory(purpose)
    }
    self.context = context
  }

  deinit {
    // libav may have put another buffer in the place of the first.
    av_free(context.pointee.buffer)
    var context: UnsafeMutablePointer<AVIOContext>? = context
    avio_context_free(&context)
    state.deallocate()
  }

  /// Lets `bytes`, the owner of this channel, answer from now on.
  func connect(_ bytes: any LibavBytes) { state.pointee.bytes = bytes }

  private static func bytes(_ opaque: UnsafeMutableRawPointer?) -> (any LibavBytes)? {
    opaque?.assumingMemoryBound(to: Unowned.self).pointee.bytes
  }
}
