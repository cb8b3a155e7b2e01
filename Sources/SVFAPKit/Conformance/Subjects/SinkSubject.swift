import Base
import CSVFAPPlugin
import Glibc
import Plugins

/// A video or picture that a plugin writes, called as a host calls it, through the plugin's own table.
final class SinkSubject {
  let context: CheckContext
  let table: svfap_video_sink
  let handle: OpaquePointer
  let width: Int
  let height: Int

  /// - Parameter path: "" writes to memory.
  /// - Throws: `failed` if it does not open.
  init(_ context: CheckContext, _ path: String, width: Int = 48, height: Int = 32, config: JSONValue? = nil) throws(Verdict) {
    let plugin = try context.plugin()
    guard let table = plugin.videoSink else { throw .skipped("the plugin offers no video sink") }
    let config = if let config { config } else { try Configurations(.sink, context).usual(context) }
    let made = Self.open(context, path, width: width, height: height, config: config.text())
    try made.result.succeed()
    guard let handle = made.handle else { throw .failed("open returned SVFAP_OK and gave no writer") }
    self.context = context
    self.table = table
    self.handle = handle
    self.width = width
    self.height = height
  }

  deinit { context.call("close") { table.close?(handle) } }

  static func open(
    _ context: CheckContext, _ path: String, width: Int = 48, height: Int = 32, rate: (numerator: Int64, denominator: Int64) = (25, 1),
    config: String
  ) -> (result: CallResult, handle: OpaquePointer?) {
    var handle: OpaquePointer?
    let slots = (try? context.plugin()).map { ($0.host, $0.videoSink) }
    var format = svfap_sink_format(
      struct_size: UInt64(MemoryLayout<svfap_sink_format>.size), width: Int64(width), height: Int64(height), rate_numerator: rate.numerator,
      rate_denominator: rate.denominator)
    let name = path.isEmpty ? "memory" : path
    let result = context.call("open for writing (\(name), \(width) x \(height), configuration \(config.prefix(300)))") {
      withText(path) { path, pathSize in
        withText(config) { slots?.1?.open?(slots?.0, path, pathSize, &format, $0, $1, &handle) ?? svfap_status(SVFAP_E_PLUGIN) }
      }
    }
    return (result, handle)
  }

  static func close(_ context: CheckContext, _ handle: OpaquePointer?) {
    let close = (try? context.plugin())?.videoSink?.close
    context.call("close") { close?(handle) }
  }

  static func probe(_ context: CheckContext, _ path: String) throws(Verdict) -> (result: CallResult, score: Int32) {
    let plugin = try context.plugin()
    var score: Int32 = 0
    let result = context.call("probe (\(path))") {
      withText(path) { plugin.videoSink?.probe?(plugin.host, $0, $1, &score) ?? svfap_status(SVFAP_E_PLUGIN) }
    }
    return (result, score)
  }

  /// Names that sinks may like the endings of; a folder ends in "/".
  static let endings = [
    "/", ".mp4", ".mkv", ".webm", ".avi", ".mov", ".y4m", ".png", ".jpg", ".gif", ".bmp", ".ppm", ".raw", ".rgb", ".npy",
  ]

  /// A path in the folder of this check that the sink's `probe` takes: of a video rather than of one picture.
  ///
  /// - Throws: `skipped` if it takes none of the usual endings.
  static func path(_ context: CheckContext, _ stem: String) throws(Verdict) -> String {
    for ending in endings {
      let path = context.path(stem + ending)
      if try probe(context, path).score > 0 { return path }
    }
    throw .skipped("the sink's probe knows none of the endings \(endings.joined(separator: " "))")
  }

  /// Writes one frame of a picture that moves.
  ///
  /// - Parameters:
  ///   - padding: bytes behind every row.
  func write(_ index: Int, width: Int? = nil, height: Int? = nil, padding: Int = 0) -> CallResult {
    let (width, height) = (width ?? self.width, height ?? self.height)
    let rowBytes = 3 * width + padding
    var pixels = [UInt8](repeating: 0xEE, count: rowBytes * height)
    for row in 0..<height {
      for column in 0..<width {
        let place = row * rowBytes + 3 * column
        pixels[place] = UInt8((column * 4 + index * 5) & 0xFF)
        pixels[place + 1] = UInt8((row * 6 + index * 3) & 0xFF)
        pixels[place + 2] = UInt8((row + column + index * 9) & 0xFF)
      }
    }
    return pixels.withUnsafeBufferPointer { pixels in
      var frame = svfap_frame(
        struct_size: UInt64(MemoryLayout<svfap_frame>.size), index: Int64(index), time_s: Double(index) / 25, width: Int64(width),
        height: Int64(height), row_bytes: Int64(rowBytes), rgb: pixels.baseAddress, damaged: 0, reserved: 0)
      return context.call("write (frame \(index), \(width) x \(height))") { table.write?(handle, &frame) ?? svfap_status(SVFAP_E_PLUGIN) }
    }
  }

  /// Calls `finish`. The bytes are valid until the writer is closed.
  func finish() -> (result: CallResult, bytes: UnsafePointer<UInt8>?, size: UInt64) {
    var bytes: UnsafePointer<UInt8>?
    var size: UInt64 = 0
    let result = context.call("finish") { table.finish?(handle, &bytes, &size) ?? svfap_status(SVFAP_E_PLUGIN) }
    return (result, bytes, size)
  }

  /// Writes frames and completes the output.
  func writeAll(_ frames: Int) throws(Verdict) {
    for index in 0..<frames { try write(index).succeed() }
    try finish().result.succeed()
  }
}
