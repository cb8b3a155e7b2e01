import Glibc

/// Whether anybody opens a file meanwhile (inotify).
struct FileWatch: ~Copyable {
  private let queue: Int32

  /// Nil if this system cannot tell.
  init?(_ path: String) {
    queue = inotify_init1(Int32(O_NONBLOCK | O_CLOEXEC))
    guard queue >= 0 else { return nil }
    // IN_OPEN
    if inotify_add_watch(queue, path, 0x20) < 0 {
      close(queue)
      return nil
    }
  }

  deinit { close(queue) }

  /// Whether it was opened since the last look.
  var wasOpened: Bool {
    var bytes = [UInt8](repeating: 0, count: 4096)
    return read(queue, &bytes, bytes.count) > 0
  }
}
