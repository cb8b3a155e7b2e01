import CSVFAPPlugin
import Glibc
import SVFAPPlugin
import Synchronization

/// A host that keeps what plugins tell it, and knows a few options: numbers, texts, and how many elements lists have.
enum FakeHost {
  /// By thread: tests run beside each other.
  private static let told = Mutex<[pthread_t: String]>([:])
  static let numbers: [String: Double] = ["/levels": 7, "/half": 0.5, "/flag": 1, "/weights/0": 1, "/weights/1": 2.5]
  static let texts = ["/name": "valence", "/names/0": "a", "/names/1": "ü"]
  static let counts = ["/weights": 2, "/names": 2, "/holes": 1]

  /// What the last failure on this thread said.
  static var message: String { told.withLock { $0[pthread_self()] ?? "" } }

  private static func text(_ data: UnsafePointer<CChar>?, _ size: UInt64) -> String {
    String(decoding: UnsafeRawBufferPointer(start: data, count: Int(size)), as: UTF8.self)
  }

  /// The status of an option that is looked up: absent, of another type, or there.
  private static func found(_ pointer: String, in right: [String], others: [[String]]) -> svfap_status {
    if right.contains(pointer) { return svfap_status(SVFAP_OK) }
    return svfap_status(others.contains { $0.contains(pointer) } ? SVFAP_E_CONFIG : SVFAP_E_NOT_FOUND)
  }

  /// The table that plugins receive.
  nonisolated(unsafe) static let host: UnsafePointer<svfap_host> = {
    let host = UnsafeMutablePointer<svfap_host>.allocate(capacity: 1)
    host.initialize(to: svfap_host())
    host.pointee.struct_size = UInt64(MemoryLayout<svfap_host>.size)
    host.pointee.allocate = { _, count in malloc(Int(count)) }
    host.pointee.deallocate = { _, memory in free(memory) }
    host.pointee.fail = { _, status, data, size in
      let message = text(data, size)
      told.withLock { $0[pthread_self()] = message }
      return status
    }
    host.pointee.parse_number = { _, data, size, value in
      guard let number = Double(text(data, size)) else { return svfap_status(SVFAP_E_FORMAT) }
      value?.pointee = number
      return svfap_status(SVFAP_OK)
    }
    host.pointee.option_number = { _, _, _, pointer, value in
      let pointer = pointer.map { String(cString: $0) } ?? ""
      value?.pointee = numbers[pointer] ?? 0
      return found(pointer, in: Array(numbers.keys), others: [Array(texts.keys), Array(counts.keys)])
    }
    host.pointee.option_text = { _, _, _, pointer, place, capacity, size in
      let pointer = pointer.map { String(cString: $0) } ?? ""
      let bytes = Array((texts[pointer] ?? "").utf8CString)
      guard bytes.count <= capacity else { return svfap_status(SVFAP_E_LIMIT) }
      place?.update(from: bytes, count: bytes.count)
      size?.pointee = UInt64(bytes.count - 1)
      return found(pointer, in: Array(texts.keys), others: [Array(numbers.keys), Array(counts.keys)])
    }
    host.pointee.option_count = { _, _, _, pointer, count in
      let pointer = pointer.map { String(cString: $0) } ?? ""
      count?.pointee = UInt64(counts[pointer] ?? 0)
      return found(pointer, in: Array(counts.keys), others: [Array(numbers.keys), Array(texts.keys)])
    }
    return UnsafePointer(host)
  }()
}
