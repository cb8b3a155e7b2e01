import Base
import CSVFAP

/// A cancel flag needs no object: its handle is the token, so that a signal handler can use it without a lock.
extension CancelToken {
  init?(_ handle: OpaquePointer?) {
    guard let value = HandleValue(handle), value.kind == .cancel, value.index < CancelToken.limit else { return nil }
    self.init(index: UInt32(value.index), generation: value.generation)
  }

  var handle: OpaquePointer? { HandleValue(kind: .cancel, generation: generation, index: Int(index)).pointer }
}

private func noFlag() -> SVFAPError {
  SVFAPError(.badHandle, "a value that is no live cancel flag was given", detail: ["expected": HandleKind.cancel.name])
}

/// The token of an optional flag in run options.
func cancelToken(_ handle: OpaquePointer?) throws(SVFAPError) -> CancelToken? {
  guard let handle else { return nil }
  guard let token = CancelToken(handle), token.exists else { throw noFlag() }
  return token
}

@c @implementation
public func svfap_cancel_create(_ cancel: UnsafeMutablePointer<OpaquePointer?>!, _ error: ErrorOut) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    try out(cancel, "cancel").pointee = CancelToken.make().handle
  }
}

@c @implementation
public func svfap_cancel_request(_ cancel: OpaquePointer!) -> svfap_status {
  // No allocation and no lock here: this may run in a signal handler.
  guard let token = CancelToken(cancel), token.request() else { return svfap_status(SVFAP_E_BAD_HANDLE) }
  return svfap_status(SVFAP_OK)
}

@c @implementation
public func svfap_cancel_release(_ cancel: OpaquePointer!, _ error: ErrorOut) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    guard cancel != nil else { return }
    guard let token = CancelToken(cancel), token.release() else { throw noFlag() }
  }
}
