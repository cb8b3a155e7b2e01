import Base
import CSVFAPPlugin

/// Checks of the tables that a plugin offers: large enough, and no required slot empty.
enum InterfaceTable {
  /// A required slot: its name and where it stands in the table.
  typealias Slot = (name: String, offset: Int?)

  static let taskHeadSlots: [Slot] = [
    ("describe", MemoryLayout<svfap_task_head>.offset(of: \.describe)),
    ("create", MemoryLayout<svfap_task_head>.offset(of: \.create)),
    ("destroy", MemoryLayout<svfap_task_head>.offset(of: \.destroy)),
    ("info", MemoryLayout<svfap_task_head>.offset(of: \.info)),
    ("parameter", MemoryLayout<svfap_task_head>.offset(of: \.parameter)),
    ("output", MemoryLayout<svfap_task_head>.offset(of: \.output)),
    ("metric", MemoryLayout<svfap_task_head>.offset(of: \.metric)),
    ("target", MemoryLayout<svfap_task_head>.offset(of: \.target)),
    ("forward", MemoryLayout<svfap_task_head>.offset(of: \.forward)),
    ("loss", MemoryLayout<svfap_task_head>.offset(of: \.loss)),
    ("readings", MemoryLayout<svfap_task_head>.offset(of: \.readings)),
    ("accumulate", MemoryLayout<svfap_task_head>.offset(of: \.accumulate)),
    ("measure", MemoryLayout<svfap_task_head>.offset(of: \.measure)),
  ]

  static let videoSourceSlots: [Slot] = [
    ("probe", MemoryLayout<svfap_video_source>.offset(of: \.probe)),
    ("describe", MemoryLayout<svfap_video_source>.offset(of: \.describe)),
    ("open", MemoryLayout<svfap_video_source>.offset(of: \.open)),
    ("info", MemoryLayout<svfap_video_source>.offset(of: \.info)),
    ("next", MemoryLayout<svfap_video_source>.offset(of: \.next)),
    ("close", MemoryLayout<svfap_video_source>.offset(of: \.close)),
  ]

  static let videoSinkSlots: [Slot] = [
    ("probe", MemoryLayout<svfap_video_sink>.offset(of: \.probe)),
    ("describe", MemoryLayout<svfap_video_sink>.offset(of: \.describe)),
    ("open", MemoryLayout<svfap_video_sink>.offset(of: \.open)),
    ("write", MemoryLayout<svfap_video_sink>.offset(of: \.write)),
    ("finish", MemoryLayout<svfap_video_sink>.offset(of: \.finish)),
    ("close", MemoryLayout<svfap_video_sink>.offset(of: \.close)),
  ]

  /// The table as this host knows it, nil if the plugin does not offer it. Slots that the plugin's version of the table
  /// does not have yet are empty; those that only a later version has are not looked at.
  ///
  /// - Parameter required: the slots that must be there, the last of which version 1.0 ended with or before.
  static func checked<Table>(
    _ pointer: UnsafeRawPointer?, empty: Table, sizeOfFirstVersion: Int, required: [Slot], _ broken: (String) -> SVFAPError
  ) throws(SVFAPError) -> Table? {
    guard let pointer else { return nil }
    let size = pointer.load(as: UInt64.self)
    guard size >= UInt64(sizeOfFirstVersion) else {
      throw broken("its table \(Table.self) has \(size) bytes; \(sizeOfFirstVersion) are needed")
    }
    guard size <= sizeLimit else { throw broken("its table \(Table.self) has \(size) bytes; \(sizeLimit) are the most") }
    var table = empty
    withUnsafeMutableBytes(of: &table) { $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: min(Int(size), $0.count))) }
    for slot in required {
      guard let offset = slot.offset, withUnsafeBytes(of: &table, { $0.load(fromByteOffset: offset, as: UInt.self) }) != 0 else {
        throw broken("the required slot \"\(slot.name)\" of its table \(Table.self) is empty")
      }
    }
    return table
  }

  /// No table grows to more in any minor version.
  private static let sizeLimit: UInt64 = 4096

  /// Bytes of the tables in version 1.0.
  static let taskHeadSize = 120
  static let videoSourceSize = 64
  static let videoSinkSize = 56
}
