import CPluginKit
import CSVFAPPlugin
import PluginKit

// The video source "ffmpeg": video files of every self-contained kind.

private let schema = StableText(
  """
  {
    "type": "object",
    "properties": {
      "stream": {"type": ["string", "integer"], "minimum": 0, "maximum": 9999, "default": "auto",
        "description": "number of the video stream in the file, or \\"auto\\": the one with the largest picture"}
    }
  }
  """)

@c @implementation
public func ffmpeg_source_probe(
  _ host: UnsafePointer<svfap_host>!, _ path: UnsafePointer<CChar>!, _ pathSize: UInt64, _ head: UnsafePointer<UInt8>!, _ headSize: UInt64,
  _ score: UnsafeMutablePointer<Int32>!
) -> svfap_status {
  let bytes = UnsafeBufferPointer(start: head, count: head == nil ? 0 : Int(clamping: headSize))
  score?.pointee = Container.score(path: String(path, pathSize), head: bytes)
  return Status.ok
}

@c @implementation
public func ffmpeg_source_describe(_ host: UnsafePointer<svfap_host>!, _ json: UnsafeMutablePointer<svfap_text>!) -> svfap_status {
  json?.pointee = schema.text
  return Status.ok
}

@c @implementation
public func ffmpeg_source_open(
  _ host: UnsafePointer<svfap_host>!, _ path: UnsafePointer<CChar>!, _ pathSize: UInt64, _ config: UnsafePointer<CChar>!,
  _ configSize: UInt64, _ reader: UnsafeMutablePointer<OpaquePointer?>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let path = try String(path: path, pathSize)
    reader?.pointee = try FFmpegReader(path, stream: wantedStream(Options(config, configSize))).handle()
  }
}

/// The option "stream": nil for "auto".
private func wantedStream(_ options: borrowing Options) throws(PluginError) -> Int? {
  guard options.has("stream") else { return nil }
  if let text = try? options.text("stream") {
    guard text == "auto" else { throw PluginError(Status.config, "option \"stream\": expected a number or \"auto\", found \"\(text)\"") }
    return nil
  }
  return try options.integer("stream")
}
