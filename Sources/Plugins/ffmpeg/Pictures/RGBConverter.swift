import CFFmpeg
import PluginKit

/// Makes upright 8-bit RGB of decoded pictures: the same bytes as `ffmpeg -i FILE -f rawvideo -pix_fmt rgb24`.
///
/// All pictures leave in the size of the first one. Later ones of another size are scaled to it, as the command does,
/// so that whoever reads the video has one size to deal with.
final class RGBConverter {
  let width: Int
  let height: Int
  /// Distance between rows in bytes. swscale converts blocks of pixels and needs room behind a row's last ones.
  let rowBytes: Int
  private let memory: HostMemory
  private let scaler = Scaler(flags: Scaler.commandFlags)
  /// For pictures that can be turned only after conversion.
  private lazy var turnedScaler = Scaler(flags: Scaler.commandFlags)

  /// - Throws: `limit` if the picture is too large, `noMemory`.
  init(width: Int, height: Int) throws(PluginError) {
    guard width > 0, height > 0, width <= Demuxer.sideLimit, height <= Demuxer.sideLimit, width * height <= Demuxer.pixelLimit else {
      throw PluginError(
        Status.limit,
        "its pictures are \(width) x \(height); at most \(Demuxer.sideLimit) a side and \(Demuxer.pixelLimit) pixels are read")
    }
    self.width = width
    self.height = height
    rowBytes = 3 * ((width + 63) / 64 * 64)
    memory = try HostMemory(capacity: rowBytes * height + 64)
  }

  /// - Returns: rows of R, G, B, R, G, B ..., valid until the next call.
  func convert(_ picture: Picture, _ orientation: Orientation) throws(PluginError) -> UnsafePointer<UInt8> {
    if orientation == .upright {
      try scaler.scale(picture, into: memory.pointer, rowBytes, width: width, height: height)
    } else if PlaneTurner.canTurn(picture.format) {
      try scaler.scale(try PlaneTurner.turn(picture, orientation), into: memory.pointer, rowBytes, width: width, height: height)
    } else {
      // First RGB in the stored size, then turned, then scaled if need be: the command's order for such formats.
      let stored = try Picture(width: Int32(picture.width), height: Int32(picture.height), format: AV_PIX_FMT_RGB24)
      guard let plane = stored.plane(0) else { throw PluginError.noMemory("a picture") }
      try scaler.scale(picture, into: plane.data, plane.rowBytes, width: picture.width, height: picture.height)
      let turned = try PlaneTurner.turn(stored, orientation)
      try turnedScaler.scale(turned, into: memory.pointer, rowBytes, width: width, height: height)
    }
    return UnsafePointer(memory.pointer)
  }
}
