import Base
import CSVFAP

/// What stands behind a `svfap_error`.
final class ErrorObject: Sendable {
  let code: SVFAPError.Code
  let message: OwnedText
  let detail: OwnedText

  private init(_ error: SVFAPError) {
    code = error.code
    message = OwnedText(error.message)
    var object: JSONObject = ["status": .integer(Int64(error.code.rawValue)), "message": .string(error.message)]
    for (key, value) in error.detail.sorted(by: { $0.key < $1.key }) { object[key] = .string(value) }
    detail = OwnedText(JSONValue.object(object).text())
  }

  /// A handle for the caller; NULL if there is no room for another handle, the status still tells.
  static func handle(for error: SVFAPError) -> OpaquePointer? {
    try? HandleTable.shared.insert(ErrorObject(error), as: .error)
  }

  static func find(_ handle: OpaquePointer?) throws(SVFAPError) -> ErrorObject {
    try HandleTable.shared.object(handle, .error, as: ErrorObject.self)
  }
}

@c @implementation
public func svfap_error_status(_ error: OpaquePointer!) -> svfap_status {
  do throws(SVFAPError) {
    return try ErrorObject.find(error).code.rawValue
  } catch {
    return error.code.rawValue
  }
}

@c @implementation
public func svfap_error_message(
  _ error: OpaquePointer!, _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>!, _ size: UnsafeMutablePointer<UInt64>!
) -> svfap_status {
  text?.pointee = nil
  size?.pointee = 0
  return call(nil) { () throws(SVFAPError) in try ErrorObject.find(error).message.hand(text, size) }
}

@c @implementation
public func svfap_error_detail(
  _ error: OpaquePointer!, _ json: UnsafeMutablePointer<UnsafePointer<CChar>?>!, _ size: UnsafeMutablePointer<UInt64>!
) -> svfap_status {
  json?.pointee = nil
  size?.pointee = 0
  return call(nil) { () throws(SVFAPError) in try ErrorObject.find(error).detail.hand(json, size) }
}

@c @implementation
public func svfap_error_release(_ error: OpaquePointer!) -> svfap_status {
  guard let error else { return svfap_status(SVFAP_OK) }
  return call(nil) { () throws(SVFAPError) in try HandleTable.shared.remove(error, .error) }
}
