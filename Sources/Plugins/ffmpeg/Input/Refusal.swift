import CFFmpeg
import PluginKit

/// Why a file is not read: what it is instead, and what to do.
enum Refusal {
  static func playlist(_ file: VideoFile, _ kind: String) -> PluginError {
    PluginError(
      Status.unsupported,
      "\(file.path) is \(kind), not a video: it names other files, and only the file that is given is ever opened; give the video itself")
  }

  static func unknown(_ file: VideoFile) -> PluginError {
    PluginError(Status.format, "\(file.path) is not a video: no container that is read here begins like this (\(Container.names))")
  }

  /// Something that libav knows and that is not among the containers read here.
  static func otherKind(_ file: VideoFile, _ input: UnsafePointer<AVInputFormat>) -> PluginError {
    let name = String(cString: input.pointee.name)
    let kind = input.pointee.long_name.map { String(cString: $0) } ?? name
    if name.hasSuffix("_pipe") {
      return PluginError(Status.unsupported, "\(file.path) is a still picture (\(kind)); pictures are read by the source \"frames\"")
    }
    if ["mp3", "wav", "w64", "flac", "aac", "aiff", "ape", "amr", "tta", "wv", "au", "ac3", "eac3", "dts", "caf"].contains(name) {
      return PluginError(Status.format, "no video stream in \(file.path): it is a sound file (\(kind)), perhaps with a cover picture")
    }
    return PluginError(
      Status.unsupported,
      "\(file.path) is of the kind \"\(kind)\", which is not among the video containers read here (\(Container.names)); convert it with: ffmpeg -i IN OUT.mp4"
    )
  }

  /// A container that could not be opened.
  ///
  /// - Parameter reason: libav's.
  static func unreadable(_ file: VideoFile, _ reason: String) -> PluginError {
    // libav also goes by the name, and then finds nothing of what the name says.
    let isKnown = file.bytes(at: 0, count: 4096).withUnsafeBufferPointer { Container.kind(of: $0) != nil }
    guard isKnown else { return unknown(file) }
    let extent = ContainerExtent(file)
    var reason = extent.cut(file) ?? reason
    if extent.hasIndex == false {
      let cut = extent.cut(file).map { ", and \($0)" } ?? ""
      reason = "it has no index (moov box)\(cut); it was cut short, or its recording was never completed"
    }
    return PluginError(Status.format, "\(file.path) cannot be read: \(reason)")
  }
}
