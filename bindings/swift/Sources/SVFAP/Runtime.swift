import CSVFAP

/// Threads, plugins and log: what models, videos and jobs share. Any number of threads may use one at once.
///
/// What is made from a runtime keeps it alive.
public final class Runtime: Sendable {
  // A handle is a number that the library looks up; every call with it is safe from any thread.
  nonisolated(unsafe) let handle: OpaquePointer

  /// How much of what happens reaches the log.
  public enum LogLevel: Int32, Sendable, Comparable {
    case error = 1
    case warning, info, debug

    public static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue < b.rawValue }

    fileprivate var name: String {
      switch self {
      case .error: "error"
      case .warning: "warning"
      case .info: "info"
      case .debug: "debug"
      }
    }
  }

  /// Makes a runtime.
  ///
  /// - Parameters:
  ///   - threads: threads to compute with, 256 at most; 0: one for every processor that this process may use. Results do not
  ///     depend on it.
  ///   - pluginDirectory: whether plugins are also taken, by id, from the directory svfap/plugins-1 beside the library.
  ///   - logLevel: what reaches the log.
  public init(threads: Int = 0, pluginDirectory: Bool = true, logLevel: LogLevel = .warning) throws(SVFAPError) {
    let options = "{\"threads\": \(threads), \"plugin_directory\": \(pluginDirectory), \"log_level\": \"\(logLevel.name)\"}"
    handle = try made { svfap_runtime_create(options, options.byteCount, $0, $1) }
  }

  deinit { svfap_runtime_release(handle, nil) }

  /// Loads a plugin from an absolute path: a regular file, owned by root or this user and not writable by others. It stays
  /// loaded as long as the process. A failure leaves the runtime as it was.
  public func loadPlugin(_ path: String) throws(SVFAPError) {
    try call { svfap_runtime_load_plugin(handle, path, path.byteCount, $0) }
  }

  /// Sends the log to `log`, which may be called from any thread that works for this runtime; nil: to nobody, as at the start.
  public func setLog(_ log: (@Sendable (LogLevel, String) -> Void)?) throws(SVFAPError) {
    guard let log else { return try call { svfap_runtime_set_log(handle, nil, nil, nil, $0) } }
    // Balanced by the destroy function, which the library calls exactly once, also when it refuses the log.
    let user = Unmanaged.passRetained(Log(log)).toOpaque()
    try call {
      svfap_runtime_set_log(
        handle,
        { user, level, text, size in
          guard let user else { return }
          Unmanaged<Log>.fromOpaque(user).takeUnretainedValue().receive(LogLevel(rawValue: level) ?? .info, String(text, size))
        }, user,
        { user in
          if let user { Unmanaged<Log>.fromOpaque(user).release() }
        }, $0)
    }
  }
}

/// Makes a closure one pointer wide.
private final class Log: Sendable {
  let receive: @Sendable (Runtime.LogLevel, String) -> Void
  init(_ receive: @escaping @Sendable (Runtime.LogLevel, String) -> Void) { self.receive = receive }
}
