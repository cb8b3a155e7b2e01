import Base
import CSVFAPPlugin
import Glibc

/// Slots of the host table that read numbers and options for plugins, so that a plugin in C needs no JSON library and
/// does not stumble over the program's locale.
enum HostOptions {
  static let parseNumber:
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?, UInt64, UnsafeMutablePointer<Double>?) -> svfap_status = {
      _, text, size, value in
      answer(to: value) { () throws(SVFAPError) in try number(in: HostTable.text(text, size)) }
    }

  static let number:
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafePointer<CChar>?, UInt64, UnsafePointer<CChar>?, UnsafeMutablePointer<Double>?
    ) -> svfap_status = { _, config, size, pointer, value in
      answer(to: value) { () throws(SVFAPError) in
        switch try option(config, size, pointer) {
        case .bool(let flag): flag ? 1 : 0
        case .integer(let whole): Double(whole)
        case .number(let number): number
        case let other: throw wrongKind(pointer, expected: "a number", found: other)
        }
      }
    }

  static let text:
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafePointer<CChar>?, UInt64, UnsafePointer<CChar>?, UnsafeMutablePointer<CChar>?, UInt64,
      UnsafeMutablePointer<UInt64>?
    ) -> svfap_status = { _, config, size, pointer, buffer, capacity, length in
      answered { () throws(SVFAPError) in
        let value = try option(config, size, pointer)
        guard case .string(let text) = value else { throw wrongKind(pointer, expected: "text", found: value) }
        let bytes = text.utf8CString
        guard let buffer, UInt64(bytes.count) <= capacity else {
          throw SVFAPError(.limit, "\(name(pointer)) has \(bytes.count - 1) bytes; this plugin takes \(max(capacity, 1) - 1) at most")
        }
        bytes.withUnsafeBufferPointer { if let start = $0.baseAddress { buffer.update(from: start, count: $0.count) } }
        length?.pointee = UInt64(bytes.count - 1)
      }
    }

  static let count:
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafePointer<CChar>?, UInt64, UnsafePointer<CChar>?, UnsafeMutablePointer<UInt64>?
    ) -> svfap_status = { _, config, size, pointer, count in
      answer(to: count) { () throws(SVFAPError) -> UInt64 in
        switch try option(config, size, pointer) {
        case .array(let elements): UInt64(elements.count)
        case .object(let members): UInt64(members.members.count)
        case let other: throw wrongKind(pointer, expected: "an array or an object", found: other)
        }
      }
    }

  /// The number that is all of `text` but for spaces around it.
  static func number(in text: String) throws(SVFAPError) -> Double {
    let isSpace = { (character: Character) in character == " " || character == "\t" }
    let digits = String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    // Double would take "nan", "inf" and hexadecimal too.
    let isPlain = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
    guard isPlain, let value = Double(digits), value.isFinite else {
      throw SVFAPError(.format, "expected a number such as -0.25, found \"\(text.prefix(60))\"")
    }
    return value
  }

  /// What stands at a JSON pointer of a configuration.
  private static func option(
    _ config: UnsafePointer<CChar>?, _ size: UInt64, _ pointer: UnsafePointer<CChar>?
  ) throws(SVFAPError) -> JSONValue {
    guard let pointer, pointer.pointee == 0 || pointer.pointee == CChar(bitPattern: 0x2F) else {
      throw SVFAPError(.invalidArgument, "the pointer \"\(name(pointer))\" of an option does not begin with \"/\" (RFC 6901)")
    }
    var value = try parsed(config, size)
    for part in name(pointer).split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      let key = String(part.replacing("~1", with: "/").replacing("~0", with: "~"))
      let next: JSONValue? =
        switch value {
        case .object(let members): members[key]
        case .array(let elements): Int(key).flatMap { elements.indices.contains($0) && String($0) == key ? elements[$0] : nil }
        default: nil
        }
      guard let next else { throw SVFAPError(.notFound, "the configuration has no \(name(pointer))") }
      value = next
    }
    if case .null = value { throw SVFAPError(.notFound, "the configuration says nothing of \(name(pointer)): it is null") }
    return value
  }

  /// A configuration, which is parsed once for all options that are asked for in a row.
  private static func parsed(_ config: UnsafePointer<CChar>?, _ size: UInt64) throws(SVFAPError) -> JSONValue {
    let call = PluginCall.current
    if let config, let known = call.configuration, size == UInt64(known.text.count), memcmp(known.text, config, known.text.count) == 0 {
      return known.value
    }
    let text = HostTable.text(config, size, limit: 64 << 20)
    let value = try JSONValue(parsing: text)
    call.configuration = text.utf8.count <= 1 << 20 ? (Array(text.utf8), value) : nil
    return value
  }

  private static func name(_ pointer: UnsafePointer<CChar>?) -> String { HostTable.text(pointer, UInt64.max, limit: 4096) }

  private static func wrongKind(_ pointer: UnsafePointer<CChar>?, expected: String, found: JSONValue) -> SVFAPError {
    SVFAPError(.config, "\(name(pointer)) should be \(expected), found \(found.text().prefix(60))")
  }

  /// Writes a value where the plugin wants it.
  private static func answer<Value>(
    to place: UnsafeMutablePointer<Value>?, _ body: () throws(SVFAPError) -> Value
  ) -> svfap_status {
    answered { () throws(SVFAPError) in
      guard let place else { throw SVFAPError(.invalidArgument, "the plugin gave no place for the answer of its host") }
      place.pointee = try body()
    }
  }

  /// Keeps the message of a failure, as `fail` does.
  private static func answered(_ body: () throws(SVFAPError) -> Void) -> svfap_status {
    do throws(SVFAPError) {
      try body()
      return svfap_status(SVFAP_OK)
    } catch {
      PluginCall.current.message = error.message
      return error.code.rawValue
    }
  }
}
