import Base
import CSVFAP
import Glibc

/// A struct that starts with its size, as the library knows it.
///
/// One rule for all of them. A smaller struct than version 1.0 had is an error. A smaller one than the library knows lacks
/// what came later, which is zero. A larger one is accepted when its unknown tail is zero, so that a newer caller who
/// uses nothing new is served.
///
/// - Throws: `invalidArgument` for NULL or a misaligned address, `abi` for a wrong size or a member that is not known.
func intake<Value: SizedStruct>(_ pointer: UnsafePointer<Value>?, _ name: StaticString) throws(SVFAPError) -> Value {
  guard let pointer else { throw nullArgument(name) }
  let raw = UnsafeRawPointer(pointer)
  let size = try checkedSize(raw, of: Value.self, name)
  let known = min(size, MemoryLayout<Value>.size)
  for offset in known..<size where raw.load(fromByteOffset: offset, as: UInt8.self) != 0 {
    throw SVFAPError(
      .abi, "the struct \"\(name)\" uses a member that this version of the library does not know (byte \(offset))",
      detail: ["where": "\(name)"])
  }
  var value = Value()
  withUnsafeMutableBytes(of: &value) { $0.copyMemory(from: UnsafeRawBufferPointer(start: raw, count: known)) }
  return value
}

/// Fills in a struct of the caller's with what `body` returns; a failure leaves it cleared.
///
/// - Throws: as `clear`, `invalidArgument` for NULL, and what `body` throws.
func fill<Value: SizedStruct>(
  _ place: UnsafeMutablePointer<Value>?, _ name: StaticString, _ body: () throws(SVFAPError) -> Value
) throws(SVFAPError) {
  guard let place else { throw nullArgument(name) }
  try clear(place, name)
  store(try body(), in: place)
}

/// Clears a struct of the caller's, all but its size, so that a failure leaves nothing behind and members that only the
/// caller knows are zero. NULL is allowed.
///
/// - Throws: as `intake`.
func clear<Value: SizedStruct>(_ place: UnsafeMutablePointer<Value>?, _ name: StaticString) throws(SVFAPError) {
  guard let place else { return }
  let raw = UnsafeMutableRawPointer(place)
  let size = try checkedSize(raw, of: Value.self, name)
  memset(raw, 0, size)
  raw.storeBytes(of: UInt64(size), as: UInt64.self)
}

/// `clear`, for a function with several structs: one that is refused does not keep the others from being cleared.
///
/// - Returns: why the struct is refused, if it is.
func clearing<Value: SizedStruct>(_ place: UnsafeMutablePointer<Value>?, _ name: StaticString) -> SVFAPError? {
  do throws(SVFAPError) {
    try clear(place, name)
    return nil
  } catch { return error }
}

/// Puts as much as the caller has room for, all but the size, into a struct that `clear` checked. NULL is allowed.
func store<Value: SizedStruct>(_ value: Value, in place: UnsafeMutablePointer<Value>?) {
  guard let place else { return }
  let raw = UnsafeMutableRawPointer(place)
  let size = raw.load(as: UInt64.self)
  withUnsafeBytes(of: value) { value in
    let count = min(value.count, Int(clamping: size))
    UnsafeMutableRawBufferPointer(start: raw, count: count).copyMemory(from: UnsafeRawBufferPointer(rebasing: value[..<count]))
  }
  raw.storeBytes(of: size, as: UInt64.self)
}

/// The size that a struct claims, between what version 1.0 had and what a caller may have.
private func checkedSize<Value: SizedStruct>(_ pointer: UnsafeRawPointer, of type: Value.Type, _ name: StaticString) throws(SVFAPError)
  -> Int
{
  guard UInt(bitPattern: pointer) % UInt(MemoryLayout<Value>.alignment) == 0 else {
    throw SVFAPError(
      .invalidArgument, "the struct \"\(name)\" is not aligned to \(MemoryLayout<Value>.alignment) bytes", detail: ["where": "\(name)"])
  }
  let known = MemoryLayout<Value>.size
  let size = pointer.load(as: UInt64.self)
  // A struct grows by a few members a release; a size far beyond that was never set.
  guard size >= UInt64(Value.sizeInFirstVersion), size <= UInt64(known + 4096) else {
    throw SVFAPError(
      .abi, "struct_size of \"\(name)\" is \(size); set it to sizeof the struct, which is \(known) here",
      detail: ["where": "\(name)", "expected": "\(known)", "found": "\(size)"])
  }
  return Int(size)
}
