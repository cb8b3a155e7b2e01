import Base
import CSVFAPPlugin
import Video

/// A video or picture that a plugin writes.
package final class PluginSink: VideoSink {
  private let plugin: LoadedPlugin
  private let table: svfap_video_sink
  private let path: String
  private let writer: OpaquePointer

  fileprivate init(
    _ plugin: LoadedPlugin, table: svfap_video_sink, path: String, width: Int, height: Int, rate: (numerator: Int, denominator: Int),
    config: JSONValue
  ) throws(SVFAPError) {
    let resolved = try resolveConfig(
      config, plugin: plugin.id, at: "/config", describe: { table.describe?(plugin.host, $0) ?? svfap_status(SVFAP_E_PLUGIN) },
      schemaKey: nil)
    var format = svfap_sink_format(
      struct_size: UInt64(MemoryLayout<svfap_sink_format>.size), width: Int64(width), height: Int64(height),
      rate_numerator: Int64(rate.numerator), rate_denominator: Int64(rate.denominator))
    var handle: OpaquePointer?
    try Self.call(plugin, "write \(path)") {
      withText(path) { path, pathSize in
        withText(resolved.text()) {
          table.open?(plugin.host, path, pathSize, &format, $0, $1, &handle) ?? svfap_status(SVFAP_E_PLUGIN)
        }
      }
    }
    guard let handle else { throw SVFAPError(.plugin, "the plugin \"\(plugin.id)\" made no writer for \(path) and reported no error") }
    self.plugin = plugin
    self.table = table
    self.path = path
    writer = handle
  }

  deinit { FileSizeSignal.held { table.close?(writer) } }

  /// Calls the plugin. Its writing may hit the process's limit on file sizes, which must not end the process.
  private static func call(_ plugin: LoadedPlugin, _ doing: String, _ body: () -> svfap_status) throws(SVFAPError) {
    try PluginCall.check(plugin.id, doing) { FileSizeSignal.held(body) }
  }

  package func write(_ frame: Frame) throws(SVFAPError) {
    var raw = svfap_frame(
      struct_size: UInt64(MemoryLayout<svfap_frame>.size), index: Int64(frame.index), time_s: frame.time, width: Int64(frame.width),
      height: Int64(frame.height), row_bytes: Int64(frame.rowBytes), rgb: frame.rgb, damaged: frame.isDamaged ? 1 : 0, reserved: 0)
    try Self.call(plugin, "write frame \(frame.index) of \(path)") { table.write?(writer, &raw) ?? svfap_status(SVFAP_E_PLUGIN) }
  }

  /// Writes one picture.
  package func write(_ picture: Picture) throws(SVFAPError) {
    let result: Result<Void, SVFAPError> = picture.rgb.withUnsafeBufferPointer { pixels in
      let frame = Frame(
        index: 0, time: 0, width: picture.width, height: picture.height, rowBytes: picture.width * 3, rgb: pixels.baseAddress,
        isDamaged: false)
      do throws(SVFAPError) { return .success(try write(frame)) } catch { return .failure(error) }
    }
    try result.get()
  }

  package func finish() throws(SVFAPError) { _ = try bytes() }

  /// Completes the output. What was written to memory; nothing if it went to a path.
  package func bytes() throws(SVFAPError) -> [UInt8] {
    var bytes: UnsafePointer<UInt8>?
    var size: UInt64 = 0
    try Self.call(plugin, "complete \(path)") { table.finish?(writer, &bytes, &size) ?? svfap_status(SVFAP_E_PLUGIN) }
    guard let bytes, size <= 1 << 32 else { return [] }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(size)))
  }
}

extension PluginRegistry {
  /// Opens a file or folder for writing with the plugin that its name asks for.
  ///
  /// - Parameter inMemory: the name only chooses the plugin; `PluginSink.bytes` gives what is written.
  package func openSink(
    _ path: String, inMemory: Bool = false, width: Int, height: Int, rate: (numerator: Int, denominator: Int) = (25, 1),
    config: JSONValue = .object([:])
  ) throws(SVFAPError) -> PluginSink {
    let (plugins, failures) = all(.video)
    let probes = Probes(plugins, failures) { plugin, score in
      guard let table = plugin.videoSink else { return nil }
      return withText(path) { table.probe?(plugin.host, $0, $1, &score) }
    }
    guard let best = probes.best, let table = best.videoSink else {
      throw SVFAPError(.unsupported, "\(path): no plugin writes files of this name\(probes.reasons)", detail: ["path": path])
    }
    return try PluginSink(best, table: table, path: inMemory ? "" : path, width: width, height: height, rate: rate, config: config)
  }

  /// A picture as a PNG file in memory.
  package func png(of picture: Picture) throws(SVFAPError) -> [UInt8] {
    let sink = try openSink("picture.png", inMemory: true, width: picture.width, height: picture.height)
    try sink.write(picture)
    return try sink.bytes()
  }
}
