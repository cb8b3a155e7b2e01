import Glibc

extension PluginError {
  /// The error of a failed system call: `action` is what was attempted, such as "cannot open".
  public static func system(_ action: String, path: String, errno number: Int32 = errno) -> PluginError {
    let status =
      switch number {
      case ENOENT, ENOTDIR: Status.notFound
      case ENOSPC, EDQUOT, EFBIG: Status.noSpace
      case ENOMEM: Status.noMemory
      default: Status.io
      }
    let reason = strerror(number).map { String(cString: $0) } ?? "error \(number)"
    return PluginError(status, "\(action) \(path): \(reason)")
  }
}

/// Repeats a system call that returns -1 for as long as a signal interrupts it.
@inline(__always)
public func retryingOnInterrupt<T: FixedWidthInteger>(_ call: () -> T) -> T {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}
