import Base
import CSVFAPPlugin

/// What one thread is doing inside plugins: the message of the error that is under way, and the run whose
/// cancel flag and threads the plugin may ask for.
final class PluginCall: @unchecked Sendable {
  // Confined to its thread by ThreadValue.
  private static let threadValue = ThreadValue { PluginCall() }
  static var current: PluginCall { threadValue.current }

  /// Message that the plugin gave to `fail`.
  var message: String?
  var cancel: CancelToken?
  var pool: ThreadPool?
  /// The configuration that was read last, and what it says: a plugin asks for one option after the other.
  var configuration: (text: [UInt8], value: JSONValue)?

  /// Calls a slot that returns a status, and turns a failure into an error that names the plugin.
  ///
  /// - Parameter action: what was attempted, such as "open clip.mp4".
  static func check(_ plugin: String, _ action: @autoclosure () -> String, _ slot: () -> svfap_status) throws(SVFAPError) {
    let call = current
    // A plugin's log line may lead to a call of another plugin; the message of the outer call survives that.
    let before = call.message
    call.message = nil
    let status = slot()
    let message = call.message.flatMap { $0.isEmpty ? nil : $0 }
    call.message = before
    guard status != svfap_status(SVFAP_OK) else { return }
    guard let code = SVFAPError.Code(rawValue: status) else {
      throw SVFAPError(
        .plugin, "the plugin \"\(plugin)\" broke its contract: it returned the unknown status \(status) on \(action())")
    }
    throw SVFAPError(code, message ?? "the plugin \"\(plugin)\" could not \(action()) and gave no reason", detail: ["plugin": plugin])
  }

  /// Runs `body` with the cancel flag and threads that plugins on this thread may use.
  static func with<Result>(
    cancel: CancelToken?, pool: ThreadPool?, _ body: () throws(SVFAPError) -> Result
  ) throws(SVFAPError) -> Result {
    let call = current
    let before = (call.cancel, call.pool)
    (call.cancel, call.pool) = (cancel, pool)
    defer { (call.cancel, call.pool) = before }
    return try body()
  }
}

/// What plugins on this thread may use while a piece of work runs.
package enum PluginScope {
  /// Runs `body` with a cancel flag and threads for plugins.
  package static func with<Result>(
    cancel: CancelToken?, pool: ThreadPool?, _ body: () throws(SVFAPError) -> Result
  ) throws(SVFAPError) -> Result {
    try PluginCall.with(cancel: cancel, pool: pool, body)
  }
}
