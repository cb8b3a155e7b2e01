import TestSupport

/// Reads TensorBoard event files independently of the code that writes them: own checksum bit by bit, own field reader.
struct EventDecoder {
  struct Event {
    var time = 0.0
    var step = 0
    var version: String?
    var sessionStatus: Int?
    var scalars: [(tag: String, value: Float)] = []
    var pictures: [(tag: String, width: Int, height: Int, channels: Int, png: [UInt8])] = []
    var texts: [(tag: String, plugin: String, text: String)] = []
  }

  enum Fault: Error { case length, lengthChecksum, checksum, wire(Int) }

  /// A field of a message: its number and its value.
  enum Value {
    case integer(UInt64)
    case fixed([UInt8])
    case bytes([UInt8])

    var int: Int { if case .integer(let value) = self { Int(Int64(bitPattern: value)) } else { -1 } }
    var content: [UInt8] { if case .bytes(let bytes) = self { bytes } else { [] } }
    var text: String { String(decoding: content, as: UTF8.self) }
    var bits: UInt64 { if case .fixed(let bytes) = self { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } } else { 0 } }
  }

  static func events(_ path: String) throws -> [Event] { try records(Fixtures.bytes(path)).map(event) }

  static func records(_ file: [UInt8]) throws -> [[UInt8]] {
    var records: [[UInt8]] = []
    var rest = file[...]
    while !rest.isEmpty {
      guard rest.count >= 16 else { throw Fault.length }
      let head = Array(rest.prefix(8))
      let length = Int(number(head))
      guard number(rest.dropFirst(8).prefix(4)) == UInt64(masked(head)) else { throw Fault.lengthChecksum }
      guard rest.count >= 16 + length else { throw Fault.length }
      let body = Array(rest.dropFirst(12).prefix(length))
      guard number(rest.dropFirst(12 + length).prefix(4)) == UInt64(masked(body)) else { throw Fault.checksum }
      records.append(body)
      rest = rest.dropFirst(16 + length)
    }
    return records
  }

  private static func number(_ bytes: some Collection<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }

  private static func masked(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1 }
    }
    crc = ~crc
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }

  static func fields(_ message: [UInt8]) throws -> [(number: Int, value: Value)] {
    var position = 0
    func varint() throws -> UInt64 {
      var value: UInt64 = 0
      for shift in stride(from: 0, to: 64, by: 7) {
        guard position < message.count else { throw Fault.length }
        let byte = message[position]
        position += 1
        value |= UInt64(byte & 0x7F) << UInt64(shift)
        if byte < 0x80 { return value }
      }
      throw Fault.length
    }
    func take(_ count: Int) throws -> [UInt8] {
      guard message.count - position >= count else { throw Fault.length }
      defer { position += count }
      return Array(message[position..<position + count])
    }
    var fields: [(Int, Value)] = []
    while position < message.count {
      let key = try varint()
      let value: Value =
        switch key & 7 {
        case 0: .integer(try varint())
        case 1: .fixed(try take(8))
        case 2: .bytes(try take(Int(try varint())))
        case 5: .fixed(try take(4))
        default: throw Fault.wire(Int(key & 7))
        }
      fields.append((Int(key >> 3), value))
    }
    return fields
  }

  private static func event(_ record: [UInt8]) throws -> Event {
    var event = Event()
    for (number, value) in try fields(record) {
      switch number {
      case 1: event.time = Double(bitPattern: value.bits)
      case 2: event.step = value.int
      case 3: event.version = value.text
      case 5: for (_, entry) in try fields(value.content) { try add(entry.content, to: &event) }
      case 7: event.sessionStatus = try fields(value.content).first { $0.number == 1 }?.value.int
      default: break
      }
    }
    return event
  }

  private static func add(_ summary: [UInt8], to event: inout Event) throws {
    let parts = try fields(summary)
    let tag = parts.first { $0.number == 1 }?.value.text ?? ""
    func message(_ number: Int, in fields: [(number: Int, value: Value)]) throws -> [(number: Int, value: Value)]? {
      try fields.first { $0.number == number }.map { try Self.fields($0.value.content) }
    }
    if let scalar = parts.first(where: { $0.number == 2 }) {
      event.scalars.append((tag, Float(bitPattern: UInt32(scalar.value.bits))))
    }
    if let image = try message(4, in: parts) {
      let numbers = (1...3).map { number in image.first { $0.number == number }?.value.int ?? -1 }
      event.pictures.append((tag, numbers[1], numbers[0], numbers[2], image.first { $0.number == 4 }?.value.content ?? []))
    }
    if let tensor = try message(8, in: parts), tensor.first(where: { $0.number == 1 })?.value.int == 7 {
      let plugin = try message(9, in: parts).flatMap { try message(1, in: $0) }?.first { $0.number == 1 }?.value.text
      event.texts.append((tag, plugin ?? "", tensor.first { $0.number == 8 }?.value.text ?? ""))
    }
  }
}
