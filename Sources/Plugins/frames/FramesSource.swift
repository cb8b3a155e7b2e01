import CFrames
import CPluginKit
import CSVFAPPlugin
import Glibc
import PluginKit

// The video source "frames": a folder of JPEG or PNG pictures, or a single picture.

private let schema = StableText(
  """
  {
    "type": "object",
    "properties": {
      "rate": {"type": "number", "minimum": 0.001, "maximum": 1000,
        "description": "frames per second; without it the frames carry no times, and the host goes by its recipe"},
      "pattern": {"type": "string", "minLength": 1,
        "description": "shell pattern that the names of frames must match, such as face_*.png"}
    }
  }
  """)

private func isFolder(_ path: String) -> Bool {
  var facts = stat()
  return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
}

@c @implementation
public func frames_source_probe(
  _ host: UnsafePointer<svfap_host>!, _ path: UnsafePointer<CChar>!, _ pathSize: UInt64, _ head: UnsafePointer<UInt8>!, _ headSize: UInt64,
  _ score: UnsafeMutablePointer<Int32>!
) -> svfap_status {
  // The first bytes of a picture are surer than those of most containers; nobody else reads folders.
  if let head, headSize > 0 {
    score?.pointee = Int(codec_format(head, Int(clamping: headSize))) == CODEC_UNKNOWN ? 0 : 95
  } else {
    score?.pointee = isFolder(String(path, pathSize)) ? 90 : 0
  }
  return Status.ok
}

@c @implementation
public func frames_source_describe(_ host: UnsafePointer<svfap_host>!, _ json: UnsafeMutablePointer<svfap_text>!) -> svfap_status {
  json?.pointee = schema.text
  return Status.ok
}

@c @implementation
public func frames_source_open(
  _ host: UnsafePointer<svfap_host>!, _ path: UnsafePointer<CChar>!, _ pathSize: UInt64, _ config: UnsafePointer<CChar>!,
  _ configSize: UInt64, _ reader: UnsafeMutablePointer<OpaquePointer?>!
) -> svfap_status {
  returningStatus { () throws(PluginError) in
    let options = try Options(config, configSize)
    let rate = options.has("rate") ? FrameRate(perSecond: try options.number("rate")) : nil
    let pattern = options.has("pattern") ? try options.text("pattern") : nil
    let path = try String(path: path, pathSize)
    if isFolder(path) {
      let folder = try PictureFolder(FilePath.withoutTrailingSlashes(path), pattern: pattern)
      reader?.pointee = try PictureReader(folder, isFolder: true, rate: rate).handle()
    } else {
      guard pattern == nil else {
        throw PluginError(Status.config, "option \"pattern\": \(path) is not a folder; a pattern chooses among the files of one")
      }
      reader?.pointee = try PictureReader(PictureFile(path), isFolder: false, rate: rate).handle()
    }
  }
}
