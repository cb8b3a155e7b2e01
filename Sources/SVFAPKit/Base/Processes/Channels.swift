import CBaseShims
import Glibc

/// What connects this process with a child: its input, and two streams that it writes.
struct Channels: ~Copyable {
  /// One of the connections: this process's end, and the child's.
  struct Channel: ~Copyable {
    fileprivate(set) var ours: Int32 = -1
    fileprivate(set) var theirs: Int32 = -1

    /// Whether the other side has closed it, or this one.
    var isClosed: Bool { ours < 0 }

    deinit {
      if ours >= 0 { close(ours) }
      if theirs >= 0 { close(theirs) }
    }

    mutating func closeOurs() {
      if ours >= 0 { close(ours) }
      ours = -1
    }

    /// Takes what is there, without waiting. Bytes beyond `limit` are dropped.
    mutating func read(into bytes: inout [UInt8], limit: Int) {
      var turns = 64  // 1 MiB: a child that writes without end must not keep its caller from looking at the clock.
      while ours >= 0, turns > 0 {
        turns -= 1
        var count = 0
        let piece = [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, filled in
          count = retryingOnInterrupt { Glibc.read(ours, buffer.baseAddress, buffer.count) }
          filled = max(count, 0)
        }
        if count == 0 || count < 0 && errno != EAGAIN { closeOurs() }
        guard count > 0 else { return }
        bytes += piece.prefix(max(limit - bytes.count, 0))
      }
    }
  }

  var input = Channel()
  var printed = Channel()
  var answer = Channel()

  /// - Parameter path: of the program, for messages.
  init(_ path: String) throws(SVFAPError) {
    func check(_ number: Int32) throws(SVFAPError) {
      guard number == 0 else { throw SVFAPError.system("cannot make the connections to", path: path, errno: number) }
    }
    var ends: [Int32] = [-1, -1]
    // A socket: writing to one that nobody reads any more need not raise SIGPIPE.
    try check(base_socket_pair(&ends))
    (input.ours, input.theirs) = (ends[0], ends[1])
    try check(base_pipe(&ends))
    (printed.ours, printed.theirs) = (ends[0], ends[1])
    try check(base_pipe(&ends))
    (answer.ours, answer.theirs) = (ends[0], ends[1])
    for descriptor in [printed.ours, answer.ours] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
  }

  /// Closes the ends that the child has.
  mutating func closeTheirs() {
    for descriptor in [input.theirs, printed.theirs, answer.theirs] where descriptor >= 0 { close(descriptor) }
    (input.theirs, printed.theirs, answer.theirs) = (-1, -1, -1)
  }

  /// Sends as much as the child takes now, and ends its input when all is sent.
  mutating func write(_ bytes: inout ArraySlice<UInt8>) {
    while input.ours >= 0 {
      guard !bytes.isEmpty else { return input.closeOurs() }
      let count = bytes.withUnsafeBytes { piece in
        retryingOnInterrupt { send(input.ours, piece.baseAddress, piece.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL)) }
      }
      if count < 0 && errno == EAGAIN { return }
      guard count > 0 else { return input.closeOurs() }
      bytes = bytes.dropFirst(count)
    }
  }

  /// Waits until there is something to do, 50 ms at most: the user may ask to stop at any time.
  ///
  /// - Parameter sending: whether there is something to send.
  func wait(for child: RunningChild, sending: Bool, seconds: Double) {
    // A negative number is looked over.
    var events = [
      pollfd(fd: sending ? input.ours : -1, events: Int16(POLLOUT), revents: 0),
      pollfd(fd: printed.ours, events: Int16(POLLIN), revents: 0),
      pollfd(fd: answer.ours, events: Int16(POLLIN), revents: 0),
      pollfd(fd: child.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    let most = child.descriptor >= 0 ? 50.0 : 5
    poll(&events, nfds_t(events.count), Int32(max(min(seconds * 1000, most), 1)))
  }
}
