import Base
import Glibc

/// A look at a shared library before the system maps it, which runs its constructors: a file that is cut short would end
/// the process (the system maps what is not there), and one that is no plugin has no business running.
///
/// Read by the layout of 64-bit little-endian ELF (System V gABI), program headers only: they are what is mapped.
struct ElfImage {
  private static let headerSize = 64
  private static let segmentSize = 56
  private static let segmentLimit = 512

  /// A part of the file that is mapped.
  private struct Segment {
    let address: UInt64
    let offset: Int
    let count: Int
  }

  private let file: InputFile
  private var loaded: [Segment] = []
  private var dynamic: Segment?

  /// - Parameter path: what the file is called in messages.
  /// - Throws: `format` that says why the file is no shared library for this machine, or `io`.
  init(_ file: InputFile, path: String) throws(SVFAPError) {
    self.file = file
    func refusal(_ why: String) -> SVFAPError {
      SVFAPError(.format, "\(path) is no shared library for this machine: \(why)", detail: ["path": path, "found": why])
    }
    guard file.size >= 4, Array(try file.bytes(at: 0, count: 4)) == [0x7F, 0x45, 0x4C, 0x46] else {
      throw refusal("it does not begin as an ELF file does")
    }
    guard file.size >= Self.headerSize else { throw refusal("it is cut short, \(file.size) bytes") }
    let header = try file.bytes(at: 0, count: Self.headerSize)
    guard header[4] == 2, header[5] == 1 else {
      throw refusal("it is made for \(header[4] == 1 ? "32-bit" : "another kind of") processors")
    }
    let machine = Self.number(header, 18, 2)
    guard Self.ownMachine == nil || machine == Self.ownMachine else {
      throw refusal("it is made for another kind of processor (\(machine))")
    }
    guard Self.number(header, 16, 2) == 3 else { throw refusal("it is a program or an object file") }
    let count = Int(Self.number(header, 56, 2))
    guard Self.number(header, 54, 2) == UInt64(Self.segmentSize), (1...Self.segmentLimit).contains(count) else {
      throw refusal("its table of segments makes no sense")
    }
    guard let table = Self.range(Self.number(header, 32, 8), UInt64(count * Self.segmentSize), in: file.size) else {
      throw refusal("it is cut short: its table of segments lies behind its end")
    }
    let segments = try file.bytes(at: table.lowerBound, count: table.count)
    for start in stride(from: 0, to: table.count, by: Self.segmentSize) {
      let kind = Self.number(segments, start, 4)
      // 1: mapped; 2: what the loader reads first.
      guard kind == 1 || kind == 2 else { continue }
      guard let place = Self.range(Self.number(segments, start + 8, 8), Self.number(segments, start + 32, 8), in: file.size) else {
        throw refusal("it is cut short: a part that is mapped lies behind its end at byte \(file.size)")
      }
      let segment = Segment(address: Self.number(segments, start + 16, 8), offset: place.lowerBound, count: place.count)
      if kind == 1 { loaded.append(segment) } else { dynamic = segment }
    }
    guard dynamic != nil else { throw refusal("it is linked statically") }
  }

  /// Whether a text, such as the name of a symbol, stands in the table that holds all symbols' names.
  func names(_ text: String) throws(SVFAPError) -> Bool {
    guard let dynamic, let table = try nameTable(dynamic) else { return false }
    let buffer = try file.buffer(table)
    let wanted = Array(text.utf8)
    // Names end with a NUL; a name may be stored as the end of a longer one.
    var start = 0
    while start < buffer.count, let found = memchr(buffer.pointer + start, 0, buffer.count - start) {
      let end = found - UnsafeMutableRawPointer(buffer.pointer)
      if end - start >= wanted.count, memcmp(buffer.pointer + end - wanted.count, wanted, wanted.count) == 0 { return true }
      start = end + 1
    }
    return false
  }

  /// Where the names of symbols lie in the file (tags 5 and 10 of the dynamic segment), nil if nowhere.
  private func nameTable(_ dynamic: Segment) throws(SVFAPError) -> Range<Int>? {
    let entries = try file.buffer(dynamic.offset..<dynamic.offset + min(dynamic.count, 1 << 20))
    var address: UInt64?
    var size: UInt64?
    var start = 0
    while start + 16 <= entries.count {
      let tag = Self.number(entries.pointer, start, 8)
      let value = Self.number(entries.pointer, start + 8, 8)
      if tag == 0 { break }
      if tag == 5 { address = value }
      if tag == 10 { size = value }
      start += 16
    }
    guard let address, let size, let segment = loaded.first(where: { address >= $0.address && address - $0.address < UInt64($0.count) })
    else {
      return nil
    }
    return Self.range(UInt64(segment.offset) + (address - segment.address), size, in: file.size)
  }

  private static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
    bytes.withUnsafeBufferPointer { $0.baseAddress.map { number($0, offset, count) } ?? 0 }
  }

  private static func number(_ bytes: UnsafePointer<UInt8>, _ offset: Int, _ count: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in (offset..<offset + count).reversed() { value = value << 8 | UInt64(bytes[index]) }
    return value
  }

  /// `count` bytes from `start` on, nil if they do not lie inside of `size` bytes.
  private static func range(_ start: UInt64, _ count: UInt64, in size: Int) -> Range<Int>? {
    let (end, overflow) = start.addingReportingOverflow(count)
    guard !overflow, end <= UInt64(size) else { return nil }
    return Int(start)..<Int(end)
  }

  /// The number of this processor's kind; nil where nobody wrote it down.
  private static var ownMachine: UInt64? {
    #if arch(x86_64)
      62
    #elseif arch(arm64)
      183
    #else
      nil
    #endif
  }
}
