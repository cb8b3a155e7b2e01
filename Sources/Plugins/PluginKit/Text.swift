import CSVFAPPlugin
import Glibc

extension String {
  /// Text that the host gave as pointer and length; bytes that are not UTF-8 are replaced.
  public init(_ data: UnsafePointer<CChar>?, _ size: UInt64) {
    guard let data else {
      self = ""
      return
    }
    let count = size == UInt64.max ? strlen(data) : Int(clamping: size)
    self = String(decoding: UnsafeRawBufferPointer(start: data, count: count), as: UTF8.self)
  }

  public init(_ text: svfap_text) {
    self.init(text.data, text.size)
  }

  /// A path that the system can be given.
  ///
  /// - Throws: `invalidArgument` if it is empty or holds a NUL.
  public init(path data: UnsafePointer<CChar>?, _ size: UInt64) throws(PluginError) {
    self.init(data, size)
    guard !isEmpty, !utf8.contains(0) else {
      throw PluginError(Status.invalidArgument, "the path is empty or holds a NUL character")
    }
  }
}

/// Text that stays where it is for as long as this object lives, to be handed to the host.
public final class StableText: @unchecked Sendable {
  // Written once in init and only read afterwards, hence safe to share.
  private let storage: UnsafeMutableBufferPointer<CChar>

  public init(_ text: String) {
    storage = .allocate(capacity: text.utf8.count + 1)
    _ = storage.initialize(from: text.utf8.map(CChar.init(bitPattern:)) + [0])
  }

  deinit { storage.deallocate() }

  /// The text as the host sees it.
  public var text: svfap_text {
    svfap_text(data: UnsafePointer(storage.baseAddress), size: UInt64(storage.count - 1))
  }
}
