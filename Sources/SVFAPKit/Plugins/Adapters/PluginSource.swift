import Base
import CSVFAPPlugin
import Glibc
import Video

/// A video that a plugin reads.
package final class PluginSource: VideoSource {
  package let plugin: LoadedPlugin
  package private(set) var info = StreamInfo()
  private let table: svfap_video_source
  private let path: String
  private let config: String
  private var reader: OpaquePointer
  private var position = 0
  /// Frame `position`, where it was read already to know that it exists.
  private var ahead: Frame?

  fileprivate init(_ plugin: LoadedPlugin, table: svfap_video_source, path: String, config: JSONValue) throws(SVFAPError) {
    self.plugin = plugin
    self.table = table
    self.path = path
    self.config = try resolveConfig(
      config, plugin: plugin.id, at: "/config", describe: { table.describe?(plugin.host, $0) ?? svfap_status(SVFAP_E_PLUGIN) },
      schemaKey: nil
    ).text()
    reader = try Self.open(plugin, table, path: path, config: self.config)
    info = try readInfo()
  }

  deinit { table.close?(reader) }

  private static func open(
    _ plugin: LoadedPlugin, _ table: svfap_video_source, path: String, config: String
  ) throws(SVFAPError) -> OpaquePointer {
    var handle: OpaquePointer?
    try PluginCall.check(plugin.id, "open \(path)") {
      withText(path) { path, pathSize in
        withText(config) { table.open?(plugin.host, path, pathSize, $0, $1, &handle) ?? svfap_status(SVFAP_E_PLUGIN) }
      }
    }
    guard let handle else {
      throw SVFAPError(.plugin, "the plugin \"\(plugin.id)\" opened \(path) and reported neither a reader nor an error")
    }
    return handle
  }

  private func readInfo() throws(SVFAPError) -> StreamInfo {
    var raw = svfap_stream_info()
    raw.struct_size = UInt64(MemoryLayout<svfap_stream_info>.size)
    try PluginCall.check(plugin.id, "describe \(path)") { table.info?(reader, &raw) ?? svfap_status(SVFAP_E_PLUGIN) }
    let sides = 0...Int64(Frame.sideLimit)
    guard sides.contains(raw.width), sides.contains(raw.height), [0, 90, 180, 270].contains(raw.rotation_degrees) else {
      throw SVFAPError(
        .plugin,
        "the plugin \"\(plugin.id)\" broke its contract: it says that \(path) has pictures of \(raw.width) x \(raw.height), turned by \(raw.rotation_degrees) degrees"
      )
    }
    var info = StreamInfo()
    info.width = Int(raw.width)
    info.height = Int(raw.height)
    info.frameCount = raw.frame_count >= 0 ? Int(raw.frame_count) : nil
    if raw.rate_numerator > 0, raw.rate_denominator > 0 { info.rate = (Int(raw.rate_numerator), Int(raw.rate_denominator)) }
    info.isTimed = raw.rate_numerator != 0 || raw.rate_denominator != 0
    info.duration = raw.duration_s >= 0 && raw.duration_s.isFinite ? raw.duration_s : nil
    info.rotation = Int(raw.rotation_degrees)
    info.isSeekable = raw.seekable != 0 && table.seek != nil
    info.format = HostTable.text(raw.format, limit: 4096)
    info.metadata = HostTable.text(raw.metadata)
    return info
  }

  package func next() throws(SVFAPError) -> Frame? {
    if ahead == nil { ahead = try read() }
    guard let frame = ahead else { return nil }
    ahead = nil
    position += 1
    return frame
  }

  /// Frame `position`; its pixels live until the next call of the plugin.
  private func read() throws(SVFAPError) -> Frame? {
    var raw = svfap_frame()
    raw.struct_size = UInt64(MemoryLayout<svfap_frame>.size)
    var ended = false
    try PluginCall.check(plugin.id, "read frame \(position) of \(path)") {
      let status = table.next?(reader, &raw) ?? svfap_status(SVFAP_E_PLUGIN)
      ended = status == svfap_status(SVFAP_E_END)
      return ended ? svfap_status(SVFAP_OK) : status
    }
    if ended { return nil }
    let isLost = raw.rgb == nil
    let sides = Int64(1)...Int64(Frame.sideLimit)
    let isSound =
      sides.contains(raw.width) && sides.contains(raw.height) && raw.row_bytes >= 3 * raw.width
      && raw.row_bytes <= Int64(Frame.rowByteLimit)
    guard isLost || isSound, raw.index == Int64(position), raw.time_s.isFinite else {
      throw SVFAPError(
        .plugin,
        "the plugin \"\(plugin.id)\" broke its contract: frame \(position) of \(path) came as number \(raw.index), \(raw.width) x \(raw.height), \(raw.row_bytes) bytes a row, at \(raw.time_s) s"
      )
    }
    return Frame(
      index: Int(raw.index), time: raw.time_s, width: Int(clamping: raw.width), height: Int(clamping: raw.height),
      rowBytes: Int(clamping: raw.row_bytes), rgb: raw.rgb, isDamaged: raw.damaged != 0 || isLost)
  }

  private func noFrame(_ index: Int) -> SVFAPError {
    SVFAPError(.end, "\(path) has \(position) frames; frame \(index) was sought")
  }

  package func seek(to index: Int) throws(SVFAPError) {
    guard index >= 0 else { throw SVFAPError(.invalidArgument, "frame \(index) of \(path) cannot be sought: frames begin at 0") }
    if let seek = table.seek, info.isSeekable {
      var landed: Int64 = -1
      try PluginCall.check(plugin.id, "seek frame \(index) of \(path)") { seek(reader, Int64(index), &landed) }
      guard landed == Int64(index) else {
        throw SVFAPError(.unsupported, "\(path): frame \(index) was sought, the plugin \"\(plugin.id)\" landed at \(landed)")
      }
      position = index
      return
    }
    // Without seek: from the start again, and one frame further, which shows that there is such a frame.
    if index < position {
      let fresh = try Self.open(plugin, table, path: path, config: config)
      table.close?(reader)
      reader = fresh
      position = 0
      ahead = nil
    }
    while position < index {
      guard try next() != nil else { throw noFrame(index) }
    }
    if ahead == nil { ahead = try read() }
    if ahead == nil { throw noFrame(index) }
  }
}

extension PluginRegistry {
  /// Opens a video with the plugin that its content or name asks for.
  ///
  /// - Parameters:
  ///   - source: the id of a plugin, or "auto".
  ///   - config: configuration of the plugin.
  package func openSource(_ path: String, source: String = "auto", config: JSONValue = .object([:])) throws(SVFAPError) -> PluginSource {
    guard source == "auto" else {
      let plugin = try plugin(.video, id: source)
      guard let table = plugin.videoSource else { throw SVFAPError(.unsupported, "the plugin \"\(source)\" reads no videos") }
      return try PluginSource(plugin, table: table, path: path, config: config)
    }
    let head = try Self.head(of: path)
    let (plugins, failures) = all(.video)
    let probes = Probes(plugins, failures) { plugin, score in
      guard let table = plugin.videoSource else { return nil }
      return withText(path) { text, size in
        head.withUnsafeBufferPointer { table.probe?(plugin.host, text, size, $0.baseAddress, UInt64($0.count), &score) }
      }
    }
    guard let best = probes.best, let table = best.videoSource else {
      if Self.isEmptyFile(path) { throw SVFAPError(.format, "\(path) is empty: there is no video in it", detail: ["path": path]) }
      if access(path, F_OK) != 0 {
        var error = SVFAPError.system("cannot open", path: path)
        error.message += probes.reasons
        throw error
      }
      let asked = plugins.isEmpty ? "; no video plugin is loaded" : " (asked: \(plugins.map(\.id).joined(separator: ", ")))"
      throw SVFAPError(.unsupported, "\(path): no video source knows what this is\(asked)\(probes.reasons)", detail: ["path": path])
    }
    return try PluginSource(best, table: table, path: path, config: config)
  }

  /// Checks what videos will be opened with, before any is: that there is such a source and that it takes the configuration;
  /// for "auto", that any source takes it.
  ///
  /// - Parameter pointer: JSON pointer of the configuration, for messages.
  /// - Throws: `notFound`, `unsupported`, `config`.
  package func checkSource(_ source: String, config: JSONValue, at pointer: String) throws(SVFAPError) {
    if source != "auto" {
      let plugin = try plugin(.video, id: source)
      guard plugin.videoSource != nil else { throw SVFAPError(.unsupported, "the plugin \"\(source)\" reads no videos") }
      _ = try plugin.sourceSchema()?.resolve(config, at: pointer)
      return
    }
    if config == .object([:]) { return }
    var reasons: [String] = []
    for plugin in all(.video).plugins {
      do throws(SVFAPError) {
        guard let schema = try plugin.sourceSchema() else { continue }
        _ = try schema.resolve(config, at: pointer)
        return
      } catch {
        reasons.append("; \(plugin.id): \(error.message)")
      }
    }
    throw SVFAPError(.config, "\(pointer): no video source takes these options\(reasons.joined())", detail: ["where": pointer])
  }

  /// The first bytes of a regular file; none of anything else.
  private static func head(of path: String) throws(SVFAPError) -> [UInt8] {
    var status = stat()
    guard stat(path, &status) == 0 else {
      // "synthetic:" and the like name no file.
      if path.contains(":"), errno == ENOENT { return [] }
      throw SVFAPError.system("cannot open", path: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else { return [] }
    let file = try InputFile(path)
    return try file.bytes(at: 0, count: min(file.size, 4096))
  }

  private static func isEmptyFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size == 0
  }
}
