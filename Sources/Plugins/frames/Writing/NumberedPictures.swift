import Glibc
import PluginKit

/// Pictures whose names are their numbers: what a folder of this sink holds.
enum NumberedPictures {
  /// "000042.png"
  static func name(_ index: Int) -> String {
    let digits = String(index)
    return String(repeating: "0", count: max(6 - digits.count, 0)) + digits + ".png"
  }

  private static func isOne(_ name: String) -> Bool {
    name.hasSuffix(".png") && name.utf8.count >= 10 && name.utf8.dropLast(4).allSatisfy { (0x30...0x39).contains($0) }
  }

  /// - Throws: `io` if something stands at `path` that is not such a folder.
  static func checkReplaceable(_ path: String) throws(PluginError) {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return }
    guard facts.st_mode & S_IFMT == S_IFDIR else {
      throw PluginError(Status.io, "cannot write the folder \(path): there is something that is not a folder")
    }
    guard let foreign = try names(in: path).first(where: { !isOne($0) }) else { return }
    throw PluginError(
      Status.io, "the folder \(path) is there and holds other things than numbered pictures, such as \(foreign); choose another name")
  }

  /// Removes such a folder and its pictures; whatever else has come into it meanwhile stays, and the folder with it.
  static func remove(_ path: String) {
    guard let names = try? names(in: path) else { return }
    for name in names where isOne(name) { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  private static func names(in path: String) throws(PluginError) -> [String] {
    guard let listing = opendir(path) else { throw PluginError.system("cannot look into the folder", path: path) }
    defer { closedir(listing) }
    var names: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
