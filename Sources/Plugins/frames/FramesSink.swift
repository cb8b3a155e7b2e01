import CPluginKit
import CSVFAPPlugin
import PluginKit

// The video sink "frames": a folder of PNG pictures (a path that ends in "/"), or one PNG picture.

private let schema = StableText(
  """
  {
    "type": "object",
    "properties": {
      "compression": {"type": "integer", "minimum": 0, "maximum": 9, "default": 6,
        "description": "effort of the compression: 0 none, 1 fast, 9 small"}
    }
  }
  """)

/// Whether a name is that of a PNG file.
private func isPicture(_ path: String) -> Bool { path.utf8.count > 4 && path.suffix(4).lowercased() == ".png" }

@c @implementation
public func frames_sink_probe(
  _ host: UnsafePointer<svfap_host>!, _ path: UnsafePointer<CChar>!, _ pathSize: UInt64, _ score: UnsafeMutablePointer<Int32>!
) -> svfap_status {
  let path = String(path, pathSize)
  score?.pointee = path.hasSuffix("/") || isPicture(path) ? 100 : 0
  return Status.ok
}

@c @implementation
public func frames_sink_describe(_ host: UnsafePointer<svfap_host>!, _ json: UnsafeMutablePointer<svfap_text>!) -> svfap_status {
  json?.pointee = schema.text
  return Status.ok
}

@c @implementation
public func frames_sink_open(
  _ host: UnsafePointer<svfap_host>!, _ path: UnsafePointer<CChar>!, _ pathSize: UInt64, _ format: UnsafePointer<svfap_sink_format>!,
  _ config: UnsafePointer<CChar>!, _ configSize: UInt64, _ writer: UnsafeMutablePointer<OpaquePointer?>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    guard let format else { throw PluginError(Status.invalidArgument, "no format was given") }
    let options = try Options(config, configSize)
    let compression = options.has("compression") ? try options.integer("compression") : 6
    guard (0...9).contains(compression) else { throw PluginError(Status.config, "option \"compression\": expected 0 to 9") }
    let pictures = try PictureFormat(format.pointee, compression: compression)
    if pathSize == 0 {
      writer?.pointee = try SinglePictureWriter(nil, pictures).handle()
      return
    }
    let path = try String(path: path, pathSize)
    if path.hasSuffix("/") {
      writer?.pointee = try PictureFolderWriter(path, pictures).handle()
    } else if isPicture(path) {
      writer?.pointee = try SinglePictureWriter(path, pictures).handle()
    } else {
      throw PluginError(
        Status.unsupported, "\(path): pictures are written to a name ending in .png, or to a folder whose name ends in \"/\"")
    }
  }
}
