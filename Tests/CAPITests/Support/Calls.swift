import Base
import CSVFAP

/// Where C functions put handles and errors.
typealias Place = UnsafeMutablePointer<OpaquePointer?>

/// A call that failed: its status, and what its error object says.
struct Refusal: Error, CustomStringConvertible {
  let status: Int
  let message: String
  /// JSON object with "status", "message" and whatever applies.
  let detail: JSONValue

  var description: String { "\(status): \(message)" }
  var place: String? { detail["where"]?.stringValue }
}

/// Calls a C function with a place for its error; nil if it succeeds.
func refusal(_ call: (Place) -> svfap_status) -> Refusal? {
  var error: OpaquePointer?
  let status = call(&error)
  guard status != 0 else { return nil }
  var text: UnsafePointer<CChar>?
  var json: UnsafePointer<CChar>?
  _ = svfap_error_message(error, &text, nil)
  _ = svfap_error_detail(error, &json, nil)
  let message = text.map { String(cString: $0) } ?? ""
  let detail = json.flatMap { try? JSONValue(parsing: String(cString: $0)) } ?? .null
  _ = svfap_error_release(error)
  return Refusal(status: Int(status), message: message, detail: detail)
}

/// Calls a C function; a failure is thrown.
func check(_ call: (Place) -> svfap_status) throws {
  if let refusal = refusal(call) { throw refusal }
}

/// Calls a C function that hands out text.
func text(
  _ call: (UnsafeMutablePointer<UnsafePointer<CChar>?>, UnsafeMutablePointer<UInt64>, Place) -> svfap_status
) throws -> String {
  var text: UnsafePointer<CChar>?
  var size: UInt64 = 0
  try check { call(&text, &size, $0) }
  return String(decoding: UnsafeRawBufferPointer(start: text, count: Int(size)), as: UTF8.self)
}

/// Calls a C function that hands out JSON.
func json(
  _ call: (UnsafeMutablePointer<UnsafePointer<CChar>?>, UnsafeMutablePointer<UInt64>, Place) -> svfap_status
) throws -> JSONValue {
  try JSONValue(parsing: text(call))
}

/// A handle that is released when nobody holds it any more.
final class Owned: @unchecked Sendable {
  // The library says which threads may use a handle; this only owns it.
  let handle: OpaquePointer?
  private let end: (OpaquePointer?, Place?) -> svfap_status

  /// - Parameter make: puts the handle into its first place and the error into its second.
  init(_ end: @escaping (OpaquePointer?, Place?) -> svfap_status, _ make: (Place, Place) -> svfap_status) throws {
    var made: OpaquePointer?
    try check { make(&made, $0) }
    handle = made
    self.end = end
  }

  deinit { _ = end(handle, nil) }
}

/// Length of texts that end with a NUL.
let untilNUL = UInt64.max
