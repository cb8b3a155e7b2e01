import CPluginKit
import CSVFAPPlugin
import Synchronization

/// The host of this plugin: memory, log, cancellation and threads.
///
/// The table arrives once, in `plugin_init`, before anything else of the plugin is called.
public enum PluginHost {
  /// Address of the table; 0 before `plugin_init`.
  private static let address = Atomic<UInt>(0)

  static func receive(_ host: UnsafePointer<svfap_host>) {
    address.store(UInt(bitPattern: host), ordering: .releasing)
  }

  private static var host: UnsafePointer<svfap_host>? {
    UnsafePointer(bitPattern: address.load(ordering: .acquiring))
  }

  /// Memory aligned to 64 bytes, for sizes that come from files; nil when there is none.
  public static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    guard byteCount >= 0, let host, let allocate = host.pointee.allocate else { return nil }
    return allocate(host.pointee.context, UInt64(byteCount))
  }

  /// Gives memory from `allocate` back.
  public static func deallocate(_ memory: UnsafeMutableRawPointer?) {
    guard let host, let deallocate = host.pointee.deallocate else { return }
    deallocate(host.pointee.context, memory)
  }

  /// Adds a warning to the host's log.
  public static func warn(_ text: String) {
    guard let host, let log = host.pointee.log else { return }
    var text = text
    text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) {
        log(host.pointee.context, Int32(SVFAP_LOG_WARNING), $0.baseAddress, UInt64($0.count))
      }
    }
  }

  /// Whether the user asked to stop.
  public static var isCancelled: Bool {
    guard let host, let cancelled = host.pointee.cancelled else { return false }
    return cancelled(host.pointee.context) != 0
  }

  static func fail(_ error: PluginError) -> svfap_status {
    guard let host, let fail = host.pointee.fail else { return error.status }
    var text = error.message
    return text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) {
        fail(host.pointee.context, error.status, $0.baseAddress, UInt64($0.count))
      }
    }
  }
}

@c @implementation
public func plugin_init(_ host: UnsafePointer<svfap_host>!) -> svfap_status {
  guard let host else { return Status.invalidArgument }
  PluginHost.receive(host)
  return Status.ok
}
