import CFFmpeg
import Glibc
import PluginKit

/// How libav reads a `VideoFile`: through callbacks, so that it never opens anything itself.
final class FileIO {
  private static let bufferSize = 1 << 16

  let file: VideoFile
  let context: UnsafeMutablePointer<AVIOContext>
  /// Whether a wish to stop ends reading. Only while a demuxer opens or seeks, which can take long and is given up as a whole;
  /// in the middle of reading, a packet would be torn.
  var isInterruptible = false
  /// errno of a read that failed, 0 if none did.
  private(set) var failure: Int32 = 0
  private var position = 0
  private let state: UnsafeMutablePointer<Unowned>

  /// What libav's pointer leads to: it must not keep this object alive.
  private struct Unowned {
    unowned(unsafe) var io: FileIO?
  }

  init(_ file: VideoFile) throws(PluginError) {
    self.file = file
    state = .allocate(capacity: 1)
    state.initialize(to: Unowned(io: nil))
    let buffer = av_malloc(Self.bufferSize)
    guard
      let context = avio_alloc_context(
        buffer?.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferSize), 0, state,
        { opaque, target, count in FileIO.from(opaque)?.read(into: target, count: count) ?? ffmpeg_io_failed }, nil,
        { opaque, offset, origin in FileIO.from(opaque)?.seek(offset, origin) ?? Int64(ffmpeg_io_failed) })
    else {
      av_free(buffer)
      state.deallocate()
      throw PluginError.noMemory("reading \(file.path)")
    }
    self.context = context
    state.pointee.io = self
  }

  deinit {
    // libav may have put another buffer in the place of the first.
    av_free(context.pointee.buffer)
    var context: UnsafeMutablePointer<AVIOContext>? = context
    avio_context_free(&context)
    state.deallocate()
  }

  private static func from(_ opaque: UnsafeMutableRawPointer?) -> FileIO? {
    opaque?.assumingMemoryBound(to: Unowned.self).pointee.io
  }

  /// Whether libav should give up what it is doing.
  var mustStop: Bool { isInterruptible && PluginHost.isCancelled }

  private func read(into target: UnsafeMutablePointer<UInt8>?, count: Int32) -> Int32 {
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

  private func seek(_ offset: Int64, _ origin: Int32) -> Int64 {
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
