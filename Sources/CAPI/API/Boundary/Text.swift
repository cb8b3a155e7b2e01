import Base
import CSVFAP
import Glibc

/// Longest text that is taken in, in bytes.
private let textLimit = 64 << 20

/// Text that the caller gave as pointer and length.
///
/// - Throws: `invalidArgument` for NULL with a length, bytes that are not UTF-8, or a NUL inside; `limit` if it is too long.
func text(_ data: UnsafePointer<CChar>?, _ size: UInt64, _ name: StaticString) throws(SVFAPError) -> String {
  let bytes = try bytes(data, size, name)
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw SVFAPError(.invalidArgument, "the text given for \"\(name)\" is not UTF-8", detail: ["where": "\(name)"])
  }
  guard !bytes.contains(0) else {
    throw SVFAPError(.invalidArgument, "the text given for \"\(name)\" holds a NUL character", detail: ["where": "\(name)"])
  }
  return text
}

/// A path: not empty.
func path(_ data: UnsafePointer<CChar>?, _ size: UInt64, _ name: StaticString) throws(SVFAPError) -> String {
  let path = try text(data, size, name)
  guard !path.isEmpty else { throw SVFAPError(.invalidArgument, "the path given for \"\(name)\" is empty", detail: ["where": "\(name)"]) }
  return path
}

/// Options: a JSON object as text, or nothing for all defaults.
///
/// - Throws: as `text`; `config` for what is no JSON object, `limit` if it is too large or nested too deeply.
func options(_ data: UnsafePointer<CChar>?, _ size: UInt64, _ name: StaticString) throws(SVFAPError) -> JSONValue {
  let text = try text(data, size, name)
  if text.isEmpty { return .object([:]) }
  let value: JSONValue
  do throws(SVFAPError) {
    value = try JSONValue(parsing: text)
  } catch {
    // "format" is for files; a caller who looks at the status learns that the options are wrong.
    throw SVFAPError(error.code == .format ? .config : error.code, "\(name): \(error.message)", detail: error.detail)
  }
  guard value.objectValue != nil else {
    throw SVFAPError(
      .config, "\(name): expected a JSON object, found one of type \(value.typeName)",
      detail: ["where": "", "expected": "object", "found": value.typeName])
  }
  return value
}

private func bytes(_ data: UnsafePointer<CChar>?, _ size: UInt64, _ name: StaticString) throws(SVFAPError) -> UnsafeRawBufferPointer {
  guard let data else {
    guard size == 0 else { throw nullArgument(name) }
    return UnsafeRawBufferPointer(start: nil, count: 0)
  }
  let count = size == UInt64.max ? UInt64(strnlen(data, textLimit + 1)) : size
  guard count <= textLimit else {
    throw SVFAPError(.limit, "the text given for \"\(name)\" is longer than \(textLimit) bytes", detail: ["where": "\(name)"])
  }
  return UnsafeRawBufferPointer(start: data, count: Int(count))
}

/// Calls `body` with a text as the host sees it during a callback: UTF-8 with a NUL behind it.
func withHostText<Result>(_ text: String, _ body: (svfap_text) -> Result) -> Result {
  text.withCString { body(svfap_text(data: $0, size: UInt64(text.utf8.count))) }
}

/// Text that the library hands out: UTF-8 with a NUL behind it, at one address for as long as this object lives.
final class OwnedText: Sendable {
  nonisolated(unsafe) private let storage: UnsafeMutableBufferPointer<CChar>

  init(_ text: String) {
    storage = .allocate(capacity: text.utf8.count + 1)
    _ = storage.initialize(from: text.utf8.lazy.map(CChar.init(bitPattern:)))
    storage[storage.count - 1] = 0
  }

  deinit { storage.deallocate() }

  var view: svfap_text { svfap_text(data: UnsafePointer(storage.baseAddress), size: UInt64(storage.count - 1)) }

  /// Writes address and length to the places that the caller gave; either may be NULL.
  func hand(_ text: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ size: UnsafeMutablePointer<UInt64>?) {
    text?.pointee = view.data
    size?.pointee = view.size
  }
}
