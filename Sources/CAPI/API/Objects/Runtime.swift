import Base
import CSVFAP
import Jobs

extension Runtime {
  static func find(_ handle: OpaquePointer?) throws(SVFAPError) -> Runtime {
    try HandleTable.shared.object(handle, .runtime, as: Runtime.self)
  }
}

@c @implementation
public func svfap_runtime_create(
  _ json: UnsafePointer<CChar>!, _ size: UInt64, _ runtime: UnsafeMutablePointer<OpaquePointer?>!, _ error: ErrorOut
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let place = try out(runtime, "runtime")
    place.pointee = try HandleTable.shared.insert(try Runtime(options: try options(json, size, "options")), as: .runtime)
  }
}

/// A host's log function with what it wants to be given back.
private final class LogReceiver: @unchecked Sendable {
  // The host promises that its function may be called from any thread.
  let log: svfap_log_fn
  let user: UnsafeMutableRawPointer?
  let destroy: svfap_destroy_fn?

  init(log: @escaping svfap_log_fn, user: UnsafeMutableRawPointer?, destroy: svfap_destroy_fn?) {
    self.log = log
    self.user = user
    self.destroy = destroy
  }

  deinit { destroy?(user) }

  func write(_ level: Int32, _ text: String) {
    withHostText(text) { log(user, level, $0.data, $0.size) }
  }
}

@c @implementation
public func svfap_runtime_set_log(
  _ runtime: OpaquePointer!, _ log: svfap_log_fn!, _ user: UnsafeMutableRawPointer!, _ destroy: svfap_destroy_fn!, _ error: ErrorOut
) -> svfap_status {
  // Made first, so that `destroy` is called whatever happens.
  let receiver = log.map { LogReceiver(log: $0, user: user, destroy: destroy) }
  if receiver == nil { destroy?(user) }
  return call(error) { () throws(SVFAPError) in
    let found = try Runtime.find(runtime)
    if let receiver {
      found.setLog { level, text in receiver.write(level, text) }
    } else {
      found.setLog(nil)
    }
  }
}

@c @implementation
public func svfap_runtime_load_plugin(
  _ runtime: OpaquePointer!, _ file: UnsafePointer<CChar>!, _ size: UInt64, _ error: ErrorOut
) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    let found = try Runtime.find(runtime)
    try found.registry.load(path: try path(file, size, "path"))
  }
}

@c @implementation
public func svfap_runtime_release(_ runtime: OpaquePointer!, _ error: ErrorOut) -> svfap_status {
  release(runtime, .runtime, error)
}
