import CFFmpeg
import PluginKit

/// What an error number of libav means, such as "Invalid data found when processing input".
func libavText(_ code: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 128)
  av_strerror(code, &buffer, buffer.count)
  return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// The same with the line that libav logged about it, where there is one.
func libavReason(_ code: Int32) -> String {
  let line = LibavLog.lastError
  return line.isEmpty ? libavText(code) : "\(libavText(code)) (\(line))"
}

extension PluginError {
  static let cancelled = PluginError(Status.cancelled, "stopped, as was asked for")

  static func noMemory(_ what: String) -> PluginError { PluginError(Status.noMemory, "there is no memory for \(what)") }
}
