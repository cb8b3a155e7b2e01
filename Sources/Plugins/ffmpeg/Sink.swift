import CPluginKit
import CSVFAPPlugin
import PluginKit

// The video sink "ffmpeg": video files, encoded by libavcodec.

private let schema = StableText(
  """
  {
    "type": "object",
    "properties": {
      "format": {"type": "string", "enum": ["auto", "mp4", "m4v", "mov", "mkv", "webm", "avi"], "default": "auto",
        "description": "container; \\"auto\\": by the name's ending"},
      "codec": {"type": "string", "enum": ["auto", "h264", "mpeg4", "vp9", "ffv1", "mjpeg"], "default": "auto",
        "description": "\\"auto\\": h264, in avi mpeg4, in webm vp9"},
      "quality": {"type": "integer", "minimum": 0, "maximum": 100, "default": 80,
        "description": "0 worst and smallest, 100 best and largest"},
      "lossless": {"type": "boolean", "default": false,
        "description": "keep every RGB value: h264, vp9 or ffv1"},
      "pixel_format": {"type": "string", "enum": ["auto", "yuv420p", "yuv422p", "yuv444p"], "default": "auto",
        "description": "how colour is stored; \\"auto\\": yuv420p, for odd sizes in h264 yuv444p"},
      "gop": {"type": "integer", "minimum": 1, "maximum": 10000, "default": 50,
        "description": "frames from one key frame to the next"}
    }
  }
  """)

@c @implementation
public func ffmpeg_sink_probe(
  _ host: UnsafePointer<svfap_host>!, _ path: UnsafePointer<CChar>!, _ pathSize: UInt64, _ score: UnsafeMutablePointer<Int32>!
) -> svfap_status {
  score?.pointee = SinkOptions.container(of: String(path, pathSize)) != nil ? 90 : 0
  return Status.ok
}

@c @implementation
public func ffmpeg_sink_describe(_ host: UnsafePointer<svfap_host>!, _ json: UnsafeMutablePointer<svfap_text>!) -> svfap_status {
  json?.pointee = schema.text
  return Status.ok
}

@c @implementation
public func ffmpeg_sink_open(
  _ host: UnsafePointer<svfap_host>!, _ path: UnsafePointer<CChar>!, _ pathSize: UInt64, _ format: UnsafePointer<svfap_sink_format>!,
  _ config: UnsafePointer<CChar>!, _ configSize: UInt64, _ writer: UnsafeMutablePointer<OpaquePointer?>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    guard let format else { throw PluginError(Status.invalidArgument, "no format was given") }
    let path = pathSize == 0 ? nil : try String(path: path, pathSize)
    let made = try LibavLog.collecting { () throws(PluginError) in
      try FFmpegWriter(path, format.pointee, Options(config, configSize))
    }
    writer?.pointee = made.handle()
  }
}
