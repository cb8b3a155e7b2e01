import CSVFAP

// How the functions of svfap.h are called: statuses become errors, text becomes String.

/// A place for a handle. Handles are values that only the library reads anything into.
typealias HandlePlace = UnsafeMutablePointer<OpaquePointer?>

/// Calls a function whose last parameter is the error.
func call(_ function: (HandlePlace) -> svfap_status) throws(SVFAPError) {
  var error: OpaquePointer?
  let status = function(&error)
  if status != svfap_status(SVFAP_OK) { throw SVFAPError(status, error) }
}

/// Calls a function whose last parameters are a handle that it makes, and the error.
func made(_ function: (HandlePlace, HandlePlace) -> svfap_status) throws(SVFAPError) -> OpaquePointer {
  var handle: OpaquePointer?
  try call { function(&handle, $0) }
  guard let handle else { throw SVFAPError(.internal, "the library made nothing and reported no error") }
  return handle
}

/// Text that a function hands out as pointer and length, copied; nil if it fails.
func textIfAny(_ function: (UnsafeMutablePointer<UnsafePointer<CChar>?>, UnsafeMutablePointer<UInt64>) -> svfap_status) -> String? {
  var data: UnsafePointer<CChar>?
  var size: UInt64 = 0
  return function(&data, &size) == svfap_status(SVFAP_OK) ? String(data, size) : nil
}

/// The same for a function with an error object.
func text(
  _ function: (UnsafeMutablePointer<UnsafePointer<CChar>?>, UnsafeMutablePointer<UInt64>, HandlePlace) -> svfap_status
) throws(SVFAPError) -> String {
  var data: UnsafePointer<CChar>?
  var size: UInt64 = 0
  try call { function(&data, &size, $0) }
  return String(data, size)
}

/// How many of something an object has.
func count(_ function: (UnsafeMutablePointer<UInt64>, HandlePlace) -> svfap_status) throws(SVFAPError) -> Int {
  var count: UInt64 = 0
  try call { function(&count, $0) }
  return Int(clamping: count)
}

extension String {
  /// A copy of the library's text.
  init(_ data: UnsafePointer<CChar>?, _ size: UInt64) {
    self = String(decoding: UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : Int(clamping: size)), as: UTF8.self)
  }

  init(_ text: svfap_text) { self.init(text.data, text.size) }

  /// Length in bytes, as the library wants it.
  var byteCount: UInt64 { UInt64(utf8.count) }

  /// The text as a JSON string.
  var quoted: String {
    var out = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"", "\\": out += "\\\(scalar)"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

/// A struct of svfap.h, empty but for its size.
protocol Sized {
  init()
  var struct_size: UInt64 { get set }
}

extension Sized {
  static var empty: Self {
    var made = Self()
    made.struct_size = UInt64(MemoryLayout<Self>.size)
    return made
  }
}

extension svfap_view: Sized {}
extension svfap_stream_info: Sized {}
extension svfap_frame: Sized {}
extension svfap_run_options: Sized {}
extension svfap_step: Sized {}
