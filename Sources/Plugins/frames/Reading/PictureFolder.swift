import Glibc
import PluginKit

/// The pictures of a folder, in natural order.
///
/// A picture is what has a name ending in .jpg, .jpeg or .png, in any case of letters, and does not begin with a dot.
/// Links are followed: data sets are made of them.
final class PictureFolder: PictureList {
  /// Most pictures: 46 hours at 25 frames a second.
  static let limit = 1 << 22

  private static let endings = [".jpg", ".jpeg", ".png"]

  let path: String
  /// Number of pictures.
  var count: Int { order.count }
  /// Entries of the folder that are not frames.
  private(set) var otherCount = 0

  private let descriptor: Int32
  private let names: HostMemory  // NUL-terminated, one after the other
  private var order: [Int] = []  // where in `names` each frame's name begins

  /// Lists a folder.
  ///
  /// - Parameter pattern: a shell pattern that names must match as well, such as "face_*.png".
  /// - Throws: `notFound`, `io`; `format` if there are no pictures; `limit`.
  init(_ path: String, pattern: String?) throws(PluginError) {
    self.path = path
    names = try HostMemory(capacity: 1 << 12)
    descriptor = retryingOnInterrupt { Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw PluginError.system("cannot open the folder", path: path) }
    try list(pattern)
    let names = self.names.pointer
    order.sort { NaturalOrder.precedes(names + $0, names + $1) }
    if order.isEmpty { throw nothing(pattern) }
  }

  /// What is wrong with a folder without pictures.
  private func nothing(_ pattern: String?) -> PluginError {
    if otherCount == 0 { return PluginError(Status.format, "the folder \(path) is empty: there are no pictures in it") }
    let condition = pattern.map { " that match \"\($0)\"" } ?? ""
    return PluginError(
      Status.format,
      "the folder \(path) holds no pictures\(condition): none of its \(otherCount) entries is a .jpg, .jpeg or .png file\(condition)")
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  private func list(_ pattern: String?) throws(PluginError) {
    // The stream takes a descriptor of its own; the kept one is what frames are opened from.
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0, let stream = fdopendir(copy) else {
      if copy >= 0 { close(copy) }
      throw PluginError.system("cannot list the folder", path: path)
    }
    defer { closedir(stream) }
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      try withUnsafePointer(to: &entry.pointee.d_name) { pointer throws(PluginError) in
        try take(UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self), type: Int32(entry.pointee.d_type), pattern)
      }
    }
    guard errno == 0 else { throw PluginError.system("cannot list the folder", path: path) }
  }

  private func take(_ name: UnsafePointer<CChar>, type: Int32, _ pattern: String?) throws(PluginError) {
    if strcmp(name, ".") == 0 || strcmp(name, "..") == 0 { return }
    guard type != Int32(DT_DIR), name.pointee != CChar(bitPattern: UInt8(ascii: ".")), Self.hasEnding(name),
      pattern.map({ fnmatch($0, name, 0) == 0 }) ?? true
    else {
      otherCount += 1
      return
    }
    guard order.count < Self.limit else {
      throw PluginError(Status.limit, "the folder \(path) holds more than \(Self.limit) pictures; divide it")
    }
    order.append(names.count)
    try names.append(UnsafeRawBufferPointer(start: name, count: strlen(name) + 1))
  }

  private static func hasEnding(_ name: UnsafePointer<CChar>) -> Bool {
    let length = strlen(name)
    return endings.contains { ending in
      length > ending.utf8.count && strcasecmp(name + (length - ending.utf8.count), ending) == 0
    }
  }

  func name(_ index: Int) -> String { "\(path)/\(String(cString: names.pointer + order[index]))" }

  func open(_ index: Int) throws(PluginError) -> Int32 {
    let name = UnsafeRawPointer(names.pointer + order[index]).assumingMemoryBound(to: CChar.self)
    let file = retryingOnInterrupt { openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard file >= 0 else { throw PluginError.system("cannot open", path: self.name(index)) }
    return file
  }
}
