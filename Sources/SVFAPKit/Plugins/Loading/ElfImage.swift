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
  /// Bytes of notes in one file.
  private static let noteLimit = 1 << 20

  /// A part of the file that is mapped.
  private struct Segment {
    let address: UInt64
    let offset: Int
    let count: Int
  }

  /// One of the notes of a file: who wrote it (with the NUL at its end), of what type it is, and what it says.
  struct Note {
    let name: [UInt8]
    let type: UInt32
    let description: [UInt8]
  }

  private let file: InputFile
  private let path: String
  private var loaded: [Segment] = []
  private var dynamic: Segment?
  private var noteSegments: [(segment: Segment, alignment: UInt64)] = []

  /// - Parameter path: what the file is called in messages.
  /// - Throws: `format` that says why the file is no shared library for this machine, or `io`.
  init(_ file: InputFile, path: String) throws(SVFAPError) {
    self.file = file
    self.path = path
    func refusal(_ why: String) -> SVFAPError { Self.refusal(path, why) }
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
      // 1: mapped; 2: what the loader reads first; 4: notes.
      guard kind == 1 || kind == 2 || kind == 4 else { continue }
      guard let place = Self.range(Self.number(segments, start + 8, 8), Self.number(segments, start + 32, 8), in: file.size) else {
        throw refusal("it is cut short: a part that is mapped lies behind its end at byte \(file.size)")
      }
      let segment = Segment(address: Self.number(segments, start + 16, 8), offset: place.lowerBound, count: place.count)
      switch kind {
      case 1: loaded.append(segment)
      case 2: dynamic = segment
      default: noteSegments.append((segment, Self.number(segments, start + 48, 8)))
      }
    }
    guard dynamic != nil else { throw refusal("it is linked statically") }
  }

  private static func refusal(_ path: String, _ why: String) -> SVFAPError {
    SVFAPError(.format, "\(path) is no shared library for this machine: \(why)", detail: ["path": path, "found": why])
  }

  /// All notes, in the order of the file: three numbers of 4 bytes each (sizes of name and description, type), then name
  /// and description, each filled up to the alignment of its segment.
  func notes() throws(SVFAPError) -> [Note] {
    var notes: [Note] = []
    var total = 0
    for (segment, declared) in noteSegments {
      // 0 and 1 are written by linkers that mean 4.
      guard [0, 1, 4, 8].contains(declared) else { throw Self.refusal(path, "its notes are aligned to \(declared) bytes") }
      guard segment.count <= Self.noteLimit - total else { throw Self.refusal(path, "its notes have more than \(Self.noteLimit) bytes") }
      total += segment.count
      let alignment = declared == 8 ? 8 : 4
      let bytes = try file.bytes(at: segment.offset, count: segment.count)
      var start = 0
      while start < bytes.count {
        guard bytes.count - start >= 12 else { throw Self.refusal(path, "its notes are cut short") }
        // Below 2^32 each, so that no sum overflows.
        let nameSize = Int(Self.number(bytes, start, 4))
        let size = Int(Self.number(bytes, start + 4, 4))
        let description = start + Self.filledUp(12 + nameSize, alignment)
        guard description <= bytes.count, size <= bytes.count - description else { throw Self.refusal(path, "its notes are cut short") }
        notes.append(
          Note(
            name: Array(bytes[start + 12..<start + 12 + nameSize]), type: UInt32(Self.number(bytes, start + 8, 4)),
            description: Array(bytes[description..<description + size])))
        // What fills up the last one may be missing.
        start = description + Self.filledUp(size, alignment)
      }
    }
    return notes
  }

  private static func filledUp(_ count: Int, _ alignment: Int) -> Int { (count + alignment - 1) / alignment * alignment }

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

  /// A little-endian number of `count` bytes.
  static func number(_ bytes: [UInt8], _ offset: Int, _ count: Int) -> UInt64 {
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
