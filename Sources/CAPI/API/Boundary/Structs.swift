import Base
import CSVFAP

/// A struct that starts with its size, as the library knows it.
///
/// One rule for all of them: a smaller struct than version 0.1 had is an error; a larger one than the library knows
/// is accepted when its unknown tail is zero, so that a newer caller who uses nothing new is served.
func intake<Value>(_ pointer: UnsafePointer<Value>?, _ name: StaticString) throws(SVFAPError) -> Value {
  guard let pointer else { throw nullArgument(name) }
  try checkSize(UnsafeRawPointer(pointer), known: MemoryLayout<Value>.size, name)
  return pointer.pointee
}

/// The same rule for a struct that the library fills in.
func checkOutput<Value>(_ pointer: UnsafeMutablePointer<Value>?, _ name: StaticString) throws(SVFAPError) -> UnsafeMutablePointer<Value> {
  guard let pointer else { throw nullArgument(name) }
  let size = UnsafeRawPointer(pointer).loadUnaligned(as: UInt64.self)
  guard size >= UInt64(MemoryLayout<Value>.size) else { throw sizeError(name, size, MemoryLayout<Value>.size) }
  return pointer
}

private func checkSize(_ pointer: UnsafeRawPointer, known: Int, _ name: StaticString) throws(SVFAPError) {
  let size = pointer.loadUnaligned(as: UInt64.self)
  guard size >= UInt64(known) else { throw sizeError(name, size, known) }
  // A struct grows by a few members a release; a size far beyond that was never set.
  guard size <= UInt64(known + 4096) else { throw sizeError(name, size, known) }
  for offset in known..<Int(size) where pointer.load(fromByteOffset: offset, as: UInt8.self) != 0 {
    throw SVFAPError(
      .abi, "the struct \"\(name)\" uses a member that this version of the library does not know (byte \(offset))",
      detail: ["where": "\(name)"])
  }
}

private func sizeError(_ name: StaticString, _ found: UInt64, _ known: Int) -> SVFAPError {
  SVFAPError(
    .abi, "struct_size of \"\(name)\" is \(found); set it to sizeof the struct, which is \(known) here",
    detail: ["where": "\(name)", "expected": "\(known)", "found": "\(found)"])
}
