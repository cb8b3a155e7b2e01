import CFrames
import Glibc
import PluginKit

/// Reads picture files to RGB, one after the other, in memory that it keeps.
final class PictureDecoder {
  /// Largest file in bytes.
  static let fileLimit = 1 << 28

  /// What became of a file.
  enum Outcome {
    /// Decoded as it was stored.
    case whole
    /// Decoded in part, and why.
    case damaged(String)
    /// Without pixels, and why.
    case lost(PluginError)
  }

  private let file: HostMemory
  private let picture: HostMemory
  /// Header of the last picture; meaningful unless it was lost.
  private(set) var header = codec_picture()
  /// (height, width, 3) of the last picture; meaningful unless it was lost.
  var rgb: UnsafePointer<UInt8> { UnsafePointer(picture.pointer) }

  init() throws(PluginError) {
    file = try HostMemory(capacity: 1 << 16)
    picture = try HostMemory(capacity: 1 << 16)
  }

  /// Reads the header of an open file.
  ///
  /// - Parameter name: what messages call the file.
  /// - Throws: `format`, `unsupported`, `limit`, `io`, `noMemory`.
  func readHeader(_ descriptor: Int32, name: String) throws(PluginError) {
    try load(descriptor, name)
    try parse(name)
  }

  /// Decodes an open file.
  ///
  /// - Throws: `noMemory`; every other failure is an outcome.
  func decode(_ descriptor: Int32, name: String) throws(PluginError) -> Outcome {
    do throws(PluginError) {
      try load(descriptor, name)
      try parse(name)
      try picture.reserve(Int(header.width) * Int(header.height) * 3)
    } catch {
      if error.status == Status.noMemory { throw error }
      return .lost(error)
    }
    var message = CodecMessage()
    let outcome = message.fill { codec_decode(file.pointer, file.count, &header, picture.pointer, $0) }
    switch Int(outcome) {
    case CODEC_OK: return .whole
    case CODEC_DAMAGED: return .damaged("\(name): \(message.text)")
    case CODEC_NO_MEMORY: throw Self.error(outcome, name, message)
    default: return .lost(Self.error(outcome, name, message))
    }
  }

  private func parse(_ name: String) throws(PluginError) {
    var message = CodecMessage()
    let outcome = message.fill { codec_read_header(file.pointer, file.count, &header, $0) }
    guard Int(outcome) == CODEC_OK else { throw Self.error(outcome, name, message) }
  }

  private static func error(_ outcome: Int32, _ name: String, _ message: CodecMessage) -> PluginError {
    let status =
      switch Int(outcome) {
      case CODEC_NO_MEMORY: Status.noMemory
      case CODEC_LIMIT: Status.limit
      case CODEC_UNSUPPORTED: Status.unsupported
      default: Status.format
      }
    return PluginError(status, "\(name): \(message.text)")
  }

  /// Takes the whole file into memory.
  private func load(_ descriptor: Int32, _ name: String) throws(PluginError) {
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw PluginError.system("cannot look at", path: name) }
    guard facts.st_mode & S_IFMT == S_IFREG else { throw PluginError(Status.format, "\(name): it is not a regular file") }
    guard facts.st_size <= Self.fileLimit else {
      throw PluginError(Status.limit, "\(name): it has \(facts.st_size) bytes; at most \(Self.fileLimit) are read")
    }
    file.removeAll()
    // A file that shrinks meanwhile is read as far as it goes; one that grows is cut, and found to be damaged.
    let isRead = try file.fill(to: Int(facts.st_size)) { target, space in
      retryingOnInterrupt { read(descriptor, target, space) }
    }
    guard isRead else { throw PluginError.system("cannot read", path: name) }
  }
}
