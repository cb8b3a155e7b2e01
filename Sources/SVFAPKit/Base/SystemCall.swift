import Glibc

/// Text of an `errno` value, such as "No such file or directory".
package func systemErrorText(_ number: Int32) -> String {
  var buffer = [CChar](repeating: 0, count: 256)
  // The XSI variant fills the buffer; both variants return text or a status, so only the buffer is trusted.
  _ = strerror_r(number, &buffer, buffer.count - 1)
  let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  return text.isEmpty ? "error \(number)" : text
}

extension SVFAPError {
  /// The error of a failed system call: `action` is what was attempted, such as "cannot open".
  package static func system(_ action: String, path: String, errno number: Int32 = errno) -> SVFAPError {
    let code: Code =
      switch number {
      case ENOENT, ENOTDIR: .notFound
      case ENOSPC, EDQUOT, EFBIG: .noSpace
      case ENOMEM: .noMemory
      default: .io
      }
    return SVFAPError(
      code, "\(action) \(path): \(systemErrorText(number))", detail: ["path": path, "errno": String(number)])
  }
}

/// Repeats a system call that returns -1 for as long as a signal interrupts it.
@inline(__always)
package func retryingOnInterrupt<T: FixedWidthInteger>(_ call: () -> T) -> T {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}
