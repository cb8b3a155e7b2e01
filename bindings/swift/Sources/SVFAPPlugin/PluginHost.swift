import CSVFAPPlugin
import CSVFAPPluginKit
import Synchronization

/// The host of this plugin: memory, log, stopping, numbers. Any thread may use it, once the plugin was started.
public enum PluginHost {
  /// Address of the host's table; 0 before the start.
  private static let address = Atomic<UInt>(0)

  static var table: UnsafePointer<svfap_host>? {
    UnsafePointer(bitPattern: address.load(ordering: .acquiring))
  }

  static func receive(_ host: UnsafePointer<svfap_host>) {
    address.store(UInt(bitPattern: host), ordering: .releasing)
  }

  /// Memory aligned to 64 bytes, for sizes that come from files and options; nil when there is none.
  public static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    guard byteCount >= 0, let table, let allocate = table.pointee.allocate else { return nil }
    return allocate(table.pointee.context, UInt64(byteCount))
  }

  /// Gives memory from `allocate` back.
  public static func deallocate(_ memory: UnsafeMutableRawPointer?) {
    guard let table, let deallocate = table.pointee.deallocate else { return }
    deallocate(table.pointee.context, memory)
  }

  /// How much a line of the log matters.
  public enum LogLevel: Int32, Sendable {
    case error = 1
    case warning, info, debug
  }

  /// Adds a line to the host's log.
  public static func log(_ level: LogLevel, _ text: String) {
    guard let table, let log = table.pointee.log else { return }
    withBytes(of: text) { log(table.pointee.context, level.rawValue, $0, $1) }
  }

  /// Whether the user asked to stop: throw `cancelled` soon. Known on the thread that called the plugin.
  public static var isCancelled: Bool {
    guard let table, let cancelled = table.pointee.cancelled else { return false }
    return cancelled(table.pointee.context) != 0
  }

  /// The decimal number that is all of a text, such as "-0.25" or "1e-3", spaces around it allowed, whatever the locale; nil if
  /// it is none, or not finite.
  public static func number(_ text: String) -> Double? {
    guard let table, let parse = table.pointee.parse_number else { return nil }
    var value = 0.0
    return withBytes(of: text) { parse(table.pointee.context, $0, $1, &value) } == svfap_status(SVFAP_OK) ? value : nil
  }

  static func fail(_ error: PluginError) -> svfap_status {
    guard let table, let fail = table.pointee.fail else { return error.status.value }
    return withBytes(of: error.message) { fail(table.pointee.context, error.status.value, $0, $1) }
  }

  private static func withBytes<Result>(of text: String, _ body: (UnsafePointer<CChar>?, UInt64) -> Result) -> Result {
    text.withCString { body($0, UInt64(text.utf8.count)) }
  }
}
