import CSVFAP
import Glibc

/// Failure of a call into the library, with the message of its error object.
struct LibraryError: Error, CustomStringConvertible {
  let status: svfap_status
  let description: String
  /// Whether the options are wrong, which is known before anything is done.
  var isUsage = false

  /// Status that the program leaves with.
  var exitCode: Int32 { isUsage ? EX_USAGE : status == svfap_status(SVFAP_E_CANCELLED) ? 130 : 1 }

  /// The same error as one of the command line.
  func usage(_ names: OptionNames, given: Set<String>) -> LibraryError {
    LibraryError(status: status, description: names.typed(description, given: given), isUsage: true)
  }

  /// Calls a function of the header; `body` receives the place for the error object.
  static func check(_ body: (UnsafeMutablePointer<OpaquePointer?>) -> svfap_status) throws(LibraryError) {
    var error: OpaquePointer?
    let status = body(&error)
    guard status != svfap_status(SVFAP_OK) else { return }
    defer { _ = svfap_error_release(error) }
    var text: UnsafePointer<CChar>?
    var size: UInt64 = 0
    _ = svfap_error_message(error, &text, &size)
    throw LibraryError(status: status, description: text.map { String(cString: $0) } ?? "status \(status)")
  }
}

/// Facts about the library that this program is linked to.
enum Library {
  static var version: String {
    var text: UnsafePointer<CChar>?
    var major: UInt32 = 0
    var minor: UInt32 = 0
    _ = svfap_version(&text, nil, &major, &minor, nil)
    return "svfap \(text.map { String(cString: $0) } ?? "?") (binary interface \(major).\(minor))"
  }
}
