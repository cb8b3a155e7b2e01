import Base
import CSVFAPPlugin
import Glibc
import Synchronization

/// The table of functions that every plugin receives. One for the process, never freed.
package enum HostTable {
  /// Where plugins' log lines go: the log of the runtime that loaded a plugin last, or nobody.
  static let log = Mutex<(@Sendable (Int32, String) -> Void)?>(nil)

  /// Size in bytes above which `allocate` says no without asking the system.
  private static let allocationLimit: UInt64 = 1 << 40

  nonisolated(unsafe) package static let pointer: UnsafePointer<svfap_host> = {
    // Written here once, before any plugin sees it.
    let table = UnsafeMutablePointer<svfap_host>.allocate(capacity: 1)
    table.initialize(
      to: svfap_host(
        struct_size: UInt64(MemoryLayout<svfap_host>.size), abi_major: UInt32(SVFAP_ABI_MAJOR), abi_minor: UInt32(SVFAP_ABI_MINOR),
        context: nil, allocate: allocate, deallocate: deallocate, log: logLine, fail: fail, cancelled: cancelled, parallel: parallel,
        parse_number: HostOptions.parseNumber, option_number: HostOptions.number, option_text: HostOptions.text,
        option_count: HostOptions.count))
    return UnsafePointer(table)
  }()

  private static let allocate: @convention(c) (UnsafeMutableRawPointer?, UInt64) -> UnsafeMutableRawPointer? = { _, byteCount in
    guard byteCount <= allocationLimit else { return nil }
    var memory: UnsafeMutableRawPointer?
    return posix_memalign(&memory, 64, max(Int(byteCount), 1)) == 0 ? memory : nil
  }

  private static let deallocate: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void = { _, memory in
    free(memory)
  }

  private static let logLine: @convention(c) (UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UInt64) -> Void = {
    _, level, text, size in
    let receiver = log.withLock { $0 }
    receiver?(level, HostTable.text(text, size))
  }

  private static let fail: @convention(c) (UnsafeMutableRawPointer?, svfap_status, UnsafePointer<CChar>?, UInt64) -> svfap_status = {
    _, status, text, size in
    PluginCall.current.message = HostTable.text(text, size)
    return status
  }

  private static let cancelled: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { _ in
    PluginCall.current.cancel?.isRequested == true ? 1 : 0
  }

  private static let parallel:
    @convention(c) (
      UnsafeMutableRawPointer?, UInt64, (@convention(c) (UnsafeMutableRawPointer?, UInt64) -> Void)?, UnsafeMutableRawPointer?
    ) -> Void = { _, count, body, argument in
      guard let body else { return }
      nonisolated(unsafe) let argument = argument
      if let pool = PluginCall.current.pool, count <= UInt64(Int.max) {
        let cancel = PluginCall.current.cancel
        pool.parallel(Int(count)) { index, _ in
          // On every thread the plugin may ask whether to stop.
          let call = PluginCall.current
          let before = call.cancel
          call.cancel = cancel
          defer { call.cancel = before }
          body(argument, UInt64(index))
        }
      } else {
        for index in 0..<count { body(argument, index) }
      }
    }

  /// What was told to `fail` on this thread since the last call of a plugin, by the plugin or by a function of the table.
  package static var message: String? {
    get { PluginCall.current.message }
    set { PluginCall.current.message = newValue }
  }

  /// Text from a plugin: bounded, and repaired where it is not UTF-8.
  package static func text(_ data: UnsafePointer<CChar>?, _ size: UInt64, limit: Int = 1 << 20) -> String {
    guard let data else { return "" }
    let count = size == UInt64.max ? strnlen(data, limit) : Int(min(size, UInt64(limit)))
    return String(decoding: UnsafeRawBufferPointer(start: data, count: count), as: UTF8.self)
  }

  package static func text(_ text: svfap_text, limit: Int = 1 << 20) -> String { Self.text(text.data, text.size, limit: limit) }
}

/// Where the log lines of plugins go.
package enum PluginLog {
  /// Sends them to `receiver` from now on; plugins belong to the process, so the last caller wins.
  package static func send(to receiver: @escaping @Sendable (Int32, String) -> Void) {
    HostTable.log.withLock { $0 = receiver }
  }
}
