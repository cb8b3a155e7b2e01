import CPluginKit
import CSVFAPPlugin
import FramesVideo

/// The tables of the frames plugin, as Entry/entry.c writes them.
let framesSource = svfap_video_source(
  struct_size: UInt64(MemoryLayout<svfap_video_source>.size), probe: frames_source_probe, describe: frames_source_describe,
  open: frames_source_open, info: plugin_reader_info, next: plugin_reader_next, seek: plugin_reader_seek, close: plugin_reader_close)

let framesSink = svfap_video_sink(
  struct_size: UInt64(MemoryLayout<svfap_video_sink>.size), probe: frames_sink_probe, describe: frames_sink_describe,
  open: frames_sink_open, write: plugin_writer_write, finish: plugin_writer_finish, close: plugin_writer_close)

/// All frames of a folder or file.
func readFrames(_ path: String, config: String = "{}") throws -> [HarnessFrame] {
  try HarnessSource(framesSource, path, config: config).rest()
}
