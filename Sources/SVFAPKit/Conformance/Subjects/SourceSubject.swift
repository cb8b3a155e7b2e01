import Base
import CSVFAPPlugin
import Glibc
import Plugins

/// A video that a plugin reads, called as a host calls it, through the plugin's own table.
final class SourceSubject {
  /// What is kept of a frame.
  struct Seen: Equatable {
    let index: Int64
    let time: Double
    let width: Int64
    let height: Int64
    let isDamaged: Bool
    /// Of the pixels, row by row; 0 for a frame that is lost.
    let hash: UInt64
  }

  let context: CheckContext
  let table: svfap_video_source
  let handle: OpaquePointer
  let info: svfap_stream_info

  /// Whether frames can be sought at all.
  var seeks: Bool { table.seek != nil && info.seekable != 0 }

  /// - Throws: `failed` if the path does not open.
  init(_ context: CheckContext, _ path: String) throws(Verdict) {
    let plugin = try context.plugin()
    guard let table = plugin.videoSource else { throw .skipped("the plugin offers no video source") }
    let config = try Configurations(.source, context).usual(context)
    let made = Self.open(context, path, config: config.text())
    try made.result.succeed()
    guard let handle = made.handle else { throw .failed("open returned SVFAP_OK and gave no reader") }
    self.context = context
    self.table = table
    self.handle = handle
    var info = svfap_stream_info()
    info.struct_size = UInt64(MemoryLayout<svfap_stream_info>.size)
    let result = context.call("info") { table.info?(handle, &info) ?? svfap_status(SVFAP_E_PLUGIN) }
    self.info = info
    // From here on the reader is closed by deinit.
    try result.succeed()
  }

  deinit { context.call("close") { table.close?(handle) } }

  static func open(_ context: CheckContext, _ path: String, config: String) -> (result: CallResult, handle: OpaquePointer?) {
    var handle: OpaquePointer?
    let slots = (try? context.plugin()).map { ($0.host, $0.videoSource) }
    let result = context.call("open (\(path), configuration \(config.prefix(300)))") {
      withText(path) { path, pathSize in
        withText(config) { slots?.1?.open?(slots?.0, path, pathSize, $0, $1, &handle) ?? svfap_status(SVFAP_E_PLUGIN) }
      }
    }
    return (result, handle)
  }

  static func close(_ context: CheckContext, _ handle: OpaquePointer?) {
    let close = (try? context.plugin())?.videoSource?.close
    context.call("close") { close?(handle) }
  }

  static func probe(_ context: CheckContext, _ path: String, head: [UInt8]) throws(Verdict) -> (result: CallResult, score: Int32) {
    let plugin = try context.plugin()
    var score: Int32 = 0
    let result = context.call("probe (\(path), \(head.count) bytes)") {
      withText(path) { text, size in
        head.withUnsafeBufferPointer {
          plugin.videoSource?.probe?(plugin.host, text, size, $0.baseAddress, UInt64($0.count), &score) ?? svfap_status(SVFAP_E_PLUGIN)
        }
      }
    }
    return (result, score)
  }

  /// Calls `next`; the frame's pixels are valid until the next call.
  func next() -> (result: CallResult, frame: svfap_frame) {
    var frame = svfap_frame()
    frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
    let result = context.call("next") { table.next?(handle, &frame) ?? svfap_status(SVFAP_E_PLUGIN) }
    return (result, frame)
  }

  /// Calls `seek`.
  func seek(_ index: Int64) -> (result: CallResult, landed: Int64) {
    var landed: Int64 = -1
    let result = context.call("seek (\(index))") { table.seek?(handle, index, &landed) ?? svfap_status(SVFAP_E_PLUGIN) }
    return (result, landed)
  }

  /// The next frame, nil after the last.
  ///
  /// - Throws: `failed` if there is an error, or the frame makes no sense.
  func see() throws(Verdict) -> Seen? {
    let (result, frame) = next()
    if result.isEnd { return nil }
    try result.succeed()
    return try Self.look(frame)
  }

  /// The frames from here to the end, at most `limit`.
  func seeAll(limit: Int = 500) throws(Verdict) -> [Seen] {
    var frames: [Seen] = []
    while frames.count < limit, let frame = try see() { frames.append(frame) }
    return frames
  }

  /// Reads every byte of a frame's pixels.
  static func look(_ frame: svfap_frame) throws(Verdict) -> Seen {
    var hash: UInt64 = 0
    if let rgb = frame.rgb {
      let sides = Int64(1)...Int64(1 << 16)
      guard sides.contains(frame.width), sides.contains(frame.height), frame.row_bytes >= 3 * frame.width, frame.row_bytes <= 1 << 32 else {
        throw .failed(
          "next gave frame \(frame.index) of \(frame.width) x \(frame.height) with \(frame.row_bytes) bytes a row; expected at least 3 * width"
        )
      }
      hash = 0xCBF2_9CE4_8422_2325
      for row in 0..<Int(frame.height) {
        let start = rgb + row * Int(frame.row_bytes)
        for byte in 0..<3 * Int(frame.width) { hash = (hash ^ UInt64(start[byte])) &* 0x100_0000_01B3 }
      }
    } else {
      guard frame.damaged != 0 else { throw .failed("next gave frame \(frame.index) without pixels and not marked damaged") }
    }
    return Seen(
      index: frame.index, time: frame.time_s, width: frame.width, height: frame.height, isDamaged: frame.damaged != 0, hash: hash)
  }
}
