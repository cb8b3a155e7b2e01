import Glibc
import TestSupport

/// A picture of one grey value, as PNG.
func grayPicture(_ value: UInt8, width: Int = 4, height: Int = 3) throws -> [UInt8] {
  try pngPicture([UInt8](repeating: value, count: 3 * width * height), width: width, height: height)
}

/// RGB pixels as PNG, written by the sink to memory.
func pngPicture(_ rgb: [UInt8], width: Int, height: Int) throws -> [UInt8] {
  let sink = try HarnessSink(framesSink, "", width: width, height: height)
  try sink.write(rgb, width: width, height: height)
  return try sink.finish()
}

/// A folder with the given files, removed with this object.
final class PictureDirectory {
  let path = Fixtures.temporaryFolder()

  init(_ files: [String: [UInt8]] = [:]) {
    for (name, bytes) in files { Fixtures.write(bytes, to: "\(path)/\(name)") }
  }

  deinit { Self.remove(path) }

  /// Names of all entries, sorted.
  var names: [String] { Self.names(path) }

  static func names(_ path: String) -> [String] {
    guard let listing = opendir(path) else { return [] }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func remove(_ path: String) {
    for name in names(path) {
      let entry = "\(path)/\(name)"
      if unlink(entry) != 0 { remove(entry) }
    }
    rmdir(path)
  }
}
