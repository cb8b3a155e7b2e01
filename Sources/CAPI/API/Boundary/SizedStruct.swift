import CSVFAP

/// A struct of the header that starts with its size and crosses the boundary from the caller, or is filled in for him.
///
/// `sizeInFirstVersion` is what it measured in version 1.0: a caller who was built then, and never again, gives no more.
protocol SizedStruct {
  static var sizeInFirstVersion: Int { get }
  /// All zero.
  init()
}

extension svfap_view: SizedStruct { static var sizeInFirstVersion: Int { 176 } }
extension svfap_stream_info: SizedStruct { static var sizeInFirstVersion: Int { 96 } }
extension svfap_frame: SizedStruct { static var sizeInFirstVersion: Int { 64 } }
extension svfap_run_options: SizedStruct { static var sizeInFirstVersion: Int { 32 } }
extension svfap_step: SizedStruct { static var sizeInFirstVersion: Int { 40 } }
