import Base
import CSVFAPPlugin
import Glibc
import TestSupport
import Testing

@testable import Plugins

/// What a head plugin said when it could not do something.
struct HeadFailure: Error, CustomStringConvertible {
  let status: Int
  let message: String
  var description: String { "status \(status): \(message)" }
}

/// A host of head plugins: loads the libraries that were built and calls what they export, as any C program would.
enum HeadHost {
  private final class Call {
    var message = ""
  }
  private static let call = ThreadValue { Call() }

  /// The table that plugins receive.
  nonisolated(unsafe) static let table: UnsafePointer<svfap_host> = {
    let table = UnsafeMutablePointer<svfap_host>.allocate(capacity: 1)
    table.initialize(
      to: svfap_host(
        struct_size: UInt64(MemoryLayout<svfap_host>.size), abi_major: UInt32(SVFAP_ABI_MAJOR), abi_minor: UInt32(SVFAP_ABI_MINOR),
        context: nil,
        allocate: { _, count in malloc(Int(count)) }, deallocate: { _, memory in free(memory) }, log: { _, _, _, _ in },
        fail: { _, status, text, size in
          HeadHost.call.current.message = String(decoding: UnsafeRawBufferPointer(start: text, count: Int(size)), as: UTF8.self)
          return status
        },
        cancelled: { _ in 0 }, parallel: { _, count, body, argument in for index in 0..<count { body?(argument, index) } },
        // Numbers and options are read as the library reads them.
        parse_number: HostTable.pointer.pointee.parse_number, option_number: HostTable.pointer.pointee.option_number,
        option_text: HostTable.pointer.pointee.option_text, option_count: HostTable.pointer.pointee.option_count))
    return UnsafePointer(table)
  }()

  /// The entry of a built plugin, its init called.
  static func plugin(_ id: String) throws -> svfap_plugin {
    let directory = try #require(buildDirectory, "the folder of the built libraries was not found")
    let path = "\(directory)/libsvfap_head_\(id).so"
    let library = try #require(
      dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE), "\(path): \(dlerror().map { String(cString: $0) } ?? "")")
    let entry = try #require(dlsym(library, "svfap_plugin_v1")).assumingMemoryBound(to: svfap_plugin.self).pointee
    try check { entry.`init`?(table) ?? -1 }
    return entry
  }

  /// The folder of the program that runs the tests: SwiftPM puts the libraries beside it.
  private static let buildDirectory: String? = {
    var path = [CChar](repeating: 0, count: 4096)
    guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else { return nil }
    let candidates = [String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)] + CommandLine.arguments
    for candidate in candidates {
      guard let slash = candidate.lastIndex(of: "/") else { continue }
      let directory = String(candidate[..<slash])
      if access("\(directory)/libsvfap_head_classification.so", F_OK) == 0 { return directory }
    }
    return nil
  }()

  /// Calls a slot; a failure is thrown with what the plugin said.
  static func check(_ slot: () -> svfap_status) throws(HeadFailure) {
    call.current.message = ""
    let status = slot()
    if status != svfap_status(SVFAP_OK) { throw HeadFailure(status: Int(status), message: call.current.message) }
  }
}

/// The failure that `body` ends with.
func headFailure<Result>(_ body: () throws -> Result) -> HeadFailure? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? HeadFailure
  }
}

extension String {
  init(_ text: svfap_text) { self = String(decoding: UnsafeRawBufferPointer(start: text.data, count: Int(text.size)), as: UTF8.self) }
}

/// Numbers of a shape with the view of them that heads take.
final class Numbers {
  let shape: [Int]
  let buffer: FloatBuffer

  init(_ shape: [Int], _ values: [Float]? = nil) throws {
    self.shape = shape
    buffer = try FloatBuffer(count: shape.reduce(1, *))
    if let values { buffer.pointer.update(from: values, count: buffer.count) }
  }

  var values: [Float] { (0..<buffer.count).map { buffer[$0] } }

  var view: svfap_view {
    var view = svfap_view()
    view.struct_size = UInt64(MemoryLayout<svfap_view>.size)
    view.dtype = Int32(SVFAP_FLOAT32)
    view.dimension_count = Int32(shape.count)
    withUnsafeMutableBytes(of: &view.shape) { raw in
      for (index, extent) in shape.enumerated() { raw.storeBytes(of: Int64(extent), toByteOffset: 8 * index, as: Int64.self) }
    }
    view.data = UnsafeMutableRawPointer(buffer.pointer)
    view.byte_count = UInt64(4 * buffer.count)
    return view
  }
}
