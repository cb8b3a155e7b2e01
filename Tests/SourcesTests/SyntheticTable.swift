import Base
import CPluginKit
import CSVFAPPlugin
import SyntheticVideo

/// The table of the synthetic plugin, as Entry/entry.c writes it.
let syntheticSource = svfap_video_source(
  struct_size: UInt64(MemoryLayout<svfap_video_source>.size), probe: synthetic_source_probe, describe: synthetic_source_describe,
  open: synthetic_source_open, info: plugin_reader_info, next: plugin_reader_next, seek: plugin_reader_seek, close: plugin_reader_close)

/// A small drawn video.
func synthetic(_ options: JSONObject = [:], path: String = "synthetic:", size: Int = 64) throws -> HarnessSource {
  var options = options
  if options["width"] == nil { options["width"] = .integer(Int64(size)) }
  if options["height"] == nil { options["height"] = .integer(Int64(size)) }
  return try HarnessSource(syntheticSource, path, config: JSONValue.object(options).text())
}

/// One frame of it.
func syntheticFrame(_ index: Int, _ options: JSONObject, path: String = "synthetic:", size: Int = 64) throws -> [UInt8] {
  let source = try synthetic(options, path: path, size: size)
  try source.seek(index)
  return try source.next()?.rgb ?? []
}

/// Mean distance of two pictures, in grey levels.
func distance(_ a: [UInt8], _ b: [UInt8]) -> Double {
  guard a.count == b.count, !a.isEmpty else { return .infinity }
  return Double(zip(a, b).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }) / Double(a.count)
}
