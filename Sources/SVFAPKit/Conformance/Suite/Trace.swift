import Base
import Glibc

/// What a test is doing, where it can be read after its process has died: the first bytes of a file that is mapped.
package final class Trace: @unchecked Sendable {
  // Written by whichever thread calls the plugin last; it is only read after all are gone.
  private static let size = 4096

  private let bytes: UnsafeMutableRawPointer?

  /// - Parameter path: nil to keep no trace.
  package init(_ path: String?) {
    guard let path else {
      bytes = nil
      return
    }
    let file = retryingOnInterrupt { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
    guard file >= 0 else {
      bytes = nil
      return
    }
    defer { close(file) }
    let mapped = ftruncate(file, off_t(Self.size)) == 0 ? mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED
    bytes = mapped == MAP_FAILED ? nil : mapped
  }

  deinit { if let bytes { munmap(bytes, Self.size) } }

  /// Replaces what stands there.
  func note(_ text: @autoclosure () -> String) {
    guard let bytes else { return }
    var text = text()
    text.withUTF8 { utf8 in
      let count = min(utf8.count, Self.size - 1)
      if let start = utf8.baseAddress { memcpy(bytes, start, count) }
      bytes.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
    }
  }

  /// What a process that is gone noted last; nil if nothing.
  package static func last(_ path: String) -> String? {
    guard let file = try? InputFile(path), let bytes = try? file.bytes(at: 0, count: min(file.size, size)) else { return nil }
    let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    return text.isEmpty ? nil : text
  }
}
