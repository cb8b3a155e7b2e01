import Base
import CSVFAP
import Glibc

/// Longest text that is taken in, in bytes.
private let textLimit = 64 << 20

/// Text that the caller gave as pointer and length.
///
/// - Throws: `invalidArgument` for NULL with a length, a length that is absurd, or bytes that are not UTF-8.
func text(_ data: UnsafePointer<CChar>?, _ size: UInt64, _ name: StaticString) throws(SVFAPError) -> String {
  let bytes = try bytes(data, size, name)
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw SVFAPError(.invalidArgument, "the text given for \"\(name)\" is not UTF-8", detail: ["where": "\(name)"])
  }
  return text
}

/// A path: not empty, no NUL inside.
func path(_ data: UnsafePointer<CChar>?, _ size: UInt64, _ name: StaticString) throws(SVFAPError) -> String {
  let path = try text(data, size, name)
  guard !path.isEmpty else { throw SVFAPError(.invalidArgument, "the path given for \"\(name)\" is empty", detail: ["where": "\(name)"]) }
  guard !path.utf8.contains(0) else {
    throw SVFAPError(.invalidArgument, "the path given for \"\(name)\" holds a NUL character", detail: ["where": "\(name)"])
  }
  return path
}

/// Options: JSON text, or nothing for all defaults.
func options(_ data: UnsafePointer<CChar>?, _ size: UInt64, _ name: StaticString) throws(SVFAPError) -> JSONValue {
  let bytes = try bytes(data, size, name)
  if bytes.isEmpty { return .object([:]) }
  let value = try JSONValue(parsing: Array(bytes))
  guard value.objectValue != nil else {
    throw SVFAPError(.config, "\"\(name)\" must be a JSON object, not of type \(value.typeName)", detail: ["where": "", "expected": "object", "found": value.typeName])
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
