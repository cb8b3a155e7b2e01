import Base
import Plugins
import Synchronization

/// What models, sources and jobs share: threads, plugins, and where the log goes.
package final class Runtime: Sendable {
  /// Receives a level (1 error ... 4 debug) and a line.
  package typealias Log = @Sendable (Int32, String) -> Void

  package let threads: Int
  package let registry: PluginRegistry
  private let level: Int32
  private let receiver = Mutex<Log?>(nil)

  /// Options of a runtime.
  package static let schema = JSONSchema([
    "type": "object",
    "properties": [
      "threads": ["type": "integer", "minimum": 0, "maximum": 256, "default": 0],
      "plugin_directory": ["type": "boolean", "default": false],
      "log_level": ["enum": ["error", "warning", "info", "debug"], "default": "warning"],
    ],
  ])

  /// - Throws: `config` for wrong options.
  package init(options: JSONValue) throws(SVFAPError) {
    let options = try Self.schema.resolve(options)
    let requested = options["threads"]?.intValue ?? 0
    threads = requested > 0 ? requested : ThreadPool.usableProcessors
    registry = PluginRegistry(directory: options["plugin_directory"] == .bool(true) ? PluginDirectory.besideLibrary : nil)
    let names = ["error", "warning", "info", "debug"]
    level = Int32((names.firstIndex(of: options["log_level"]?.stringValue ?? "") ?? 1) + 1)
  }

  /// A pool of this runtime's threads, for one caller.
  package func makePool() throws(SVFAPError) -> ThreadPool { try ThreadPool(threads: threads) }

  /// Sends the log to `log`, or to nobody.
  package func setLog(_ log: Log?) {
    let before = receiver.withLock { receiver in
      defer { receiver = log }
      return receiver
    }
    // Ends outside the lock: a receiver that goes may call its host, and the host may log.
    withExtendedLifetime(before) {}
    PluginLog.send(to: { [weak self] level, text in self?.log(level, text) })
  }

  package func log(_ level: Int32, _ text: String) {
    guard level <= self.level, let receiver = receiver.withLock({ $0 }) else { return }
    receiver(level, text)
  }
}
