import Base
import CPluginKit
import CSVFAPPlugin
import Glibc

/// What a plugin told its host: the error that a call ended with.
struct PluginFailure: Error, CustomStringConvertible {
  let status: svfap_status
  let message: String
  var description: String { "status \(status): \(message)" }
}

/// The host's side of the plugin interface, for plugins that are linked into the tests.
enum PluginHarness {
  /// What plugins on one thread said and may have.
  final class Call {
    var message = ""
    var log: [String] = []
    /// What plugins hear when they ask whether to stop.
    var isCancelled = false
    /// Largest piece of memory that is given out.
    var allocationLimit = UInt64.max
  }

  private static let threadValue = ThreadValue { Call() }
  static var call: Call { threadValue.current }

  nonisolated(unsafe) static let host: UnsafePointer<svfap_host> = {
    // Written once, before any plugin sees it.
    let table = UnsafeMutablePointer<svfap_host>.allocate(capacity: 1)
    table.initialize(
      to: svfap_host(
        struct_size: UInt64(MemoryLayout<svfap_host>.size), abi_major: UInt32(SVFAP_ABI_MAJOR), abi_minor: UInt32(SVFAP_ABI_MINOR),
        context: nil,
        allocate: { _, count in
          var memory: UnsafeMutableRawPointer?
          guard count <= PluginHarness.call.allocationLimit else { return nil }
          return posix_memalign(&memory, 64, max(Int(count), 1)) == 0 ? memory : nil
        },
        deallocate: { _, memory in free(memory) },
        log: { _, _, text, size in PluginHarness.call.log.append(String(text, size)) },
        fail: { _, status, text, size in
          PluginHarness.call.message = String(text, size)
          return status
        },
        cancelled: { _ in PluginHarness.call.isCancelled ? 1 : 0 },
        parallel: { _, count, body, argument in for index in 0..<count { body?(argument, index) } },
        parse_number: nil, option_number: nil, option_text: nil, option_count: nil))
    _ = plugin_init(table)
    return UnsafePointer(table)
  }()

  /// Calls a slot; a failure is thrown with what the plugin said about it.
  static func check(_ slot: () -> svfap_status) throws(PluginFailure) {
    call.message = ""
    let status = slot()
    if status != svfap_status(SVFAP_OK) { throw PluginFailure(status: status, message: call.message) }
  }

  static func withText<Result>(_ text: String, _ body: (UnsafePointer<CChar>?, UInt64) -> Result) -> Result {
    var text = text
    return text.withUTF8 { utf8 in utf8.withMemoryRebound(to: CChar.self) { body($0.baseAddress, UInt64($0.count)) } }
  }
}

extension String {
  fileprivate init(_ text: UnsafePointer<CChar>?, _ size: UInt64) {
    self = String(decoding: UnsafeRawBufferPointer(start: text, count: text == nil ? 0 : Int(size)), as: UTF8.self)
  }

  init(_ text: svfap_text) { self.init(text.data, text.size) }
}

/// A frame with pixels of its own.
struct HarnessFrame: Equatable {
  let index: Int
  let time: Double
  let width: Int
  let height: Int
  /// (height, width, 3); nil in a lost frame.
  let rgb: [UInt8]?
  let isDamaged: Bool

  init(_ raw: svfap_frame) {
    index = Int(raw.index)
    time = raw.time_s
    width = Int(raw.width)
    height = Int(raw.height)
    isDamaged = raw.damaged != 0
    rgb = raw.rgb.map { pixels in
      (0..<Int(raw.height)).flatMap { Array(UnsafeBufferPointer(start: pixels + $0 * Int(raw.row_bytes), count: 3 * Int(raw.width))) }
    }
  }
}

/// A video source through its C table.
final class HarnessSource {
  private let table: svfap_video_source
  private var reader: OpaquePointer?

  init(_ table: svfap_video_source, _ path: String, config: String = "{}") throws(PluginFailure) {
    self.table = table
    var reader: OpaquePointer?
    try PluginHarness.check {
      PluginHarness.withText(path) { path, size in
        PluginHarness.withText(config) { table.open(PluginHarness.host, path, size, $0, $1, &reader) }
      }
    }
    self.reader = reader
  }

  deinit { table.close(reader) }

  func info() throws(PluginFailure) -> svfap_stream_info {
    var info = svfap_stream_info()
    info.struct_size = UInt64(MemoryLayout<svfap_stream_info>.size)
    try PluginHarness.check { table.info(reader, &info) }
    return info
  }

  /// Container and codec, while the reader that owns the text is there.
  func format() throws(PluginFailure) -> String { String(try info().format) }

  /// The metadata, while the reader that owns the text is there.
  func metadata() throws(PluginFailure) -> String { String(try info().metadata) }

  /// The next frame, nil at the end.
  func next() throws(PluginFailure) -> HarnessFrame? {
    var frame = svfap_frame()
    frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
    do throws(PluginFailure) {
      try PluginHarness.check { table.next(reader, &frame) }
    } catch {
      if error.status == svfap_status(SVFAP_E_END) { return nil }
      throw error
    }
    return HarnessFrame(frame)
  }

  func rest() throws(PluginFailure) -> [HarnessFrame] {
    var frames: [HarnessFrame] = []
    while let frame = try next() { frames.append(frame) }
    return frames
  }

  @discardableResult
  func seek(_ index: Int) throws(PluginFailure) -> Int {
    var landed: Int64 = -1
    try PluginHarness.check { table.seek(reader, Int64(index), &landed) }
    return Int(landed)
  }
}

/// A video sink through its C table.
final class HarnessSink {
  private let table: svfap_video_sink
  private var writer: OpaquePointer?

  init(
    _ table: svfap_video_sink, _ path: String, width: Int, height: Int, rate: (Int, Int) = (25, 1), config: String = "{}"
  ) throws(PluginFailure) {
    self.table = table
    var format = svfap_sink_format(
      struct_size: UInt64(MemoryLayout<svfap_sink_format>.size), width: Int64(width), height: Int64(height), rate_numerator: Int64(rate.0),
      rate_denominator: Int64(rate.1))
    var writer: OpaquePointer?
    try PluginHarness.check {
      PluginHarness.withText(path) { path, size in
        PluginHarness.withText(config) { table.open(PluginHarness.host, path, size, &format, $0, $1, &writer) }
      }
    }
    self.writer = writer
  }

  deinit { table.close(writer) }

  func write(_ rgb: [UInt8], width: Int, height: Int, rowBytes: Int? = nil) throws(PluginFailure) {
    try rgb.withUnsafeBufferPointer { pixels throws(PluginFailure) in
      var frame = svfap_frame()
      frame.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
      frame.width = Int64(width)
      frame.height = Int64(height)
      frame.row_bytes = Int64(rowBytes ?? 3 * width)
      frame.rgb = pixels.baseAddress
      try PluginHarness.check { table.write(writer, &frame) }
    }
  }

  /// Completes the output; returns what was written to memory.
  @discardableResult
  func finish() throws(PluginFailure) -> [UInt8] {
    var bytes: UnsafePointer<UInt8>?
    var size: UInt64 = 0
    try PluginHarness.check { table.finish(writer, &bytes, &size) }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(size)))
  }
}
