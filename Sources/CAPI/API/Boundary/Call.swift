import Base
import CSVFAP
import Synchronization

/// Where a function puts its error object: the last parameter of every function, possibly NULL.
public typealias ErrorOut = UnsafeMutablePointer<OpaquePointer?>?

/// Runs the body of an exported function: an error becomes the status that is returned and, if the caller asked for
/// it, an error object.
func call(_ error: ErrorOut, _ body: () throws(SVFAPError) -> Void) -> svfap_status {
  error?.pointee = nil
  do throws(SVFAPError) {
    try body()
    return svfap_status(SVFAP_OK)
  } catch let failure {
    error?.pointee = ErrorObject.handle(for: failure)
    return failure.code.rawValue
  }
}

/// A place for a result, set to nothing at once so that a failure leaves nothing behind.
///
/// - Throws: `invalidArgument` if the place is NULL.
func out<Value>(_ place: UnsafeMutablePointer<Value?>?, _ name: StaticString) throws(SVFAPError) -> UnsafeMutablePointer<Value?> {
  guard let place else { throw nullArgument(name) }
  place.pointee = nil
  return place
}

func nullArgument(_ name: StaticString) -> SVFAPError {
  SVFAPError(.invalidArgument, "NULL was given for \"\(name)\"", detail: ["where": "\(name)"])
}

/// Several threads may not use one object of class [owner]; whoever comes second is told so.
final class OwnerGate: Sendable {
  private let taken = Atomic(false)

  /// Runs `body` as the only user of the object.
  func enter<Result>(_ kind: HandleKind, _ body: () throws(SVFAPError) -> Result) throws(SVFAPError) -> Result {
    guard taken.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else {
      throw SVFAPError(.busy, "\(kind.name) is in use by another call; use it from one thread at a time")
    }
    defer { taken.store(false, ordering: .releasing) }
    return try body()
  }
}

/// What every release function does: NULL is allowed, anything that is no live handle of the kind is an error.
func release(_ handle: OpaquePointer?, _ kind: HandleKind, _ error: ErrorOut) -> svfap_status {
  call(error) { () throws(SVFAPError) in
    if handle != nil { try HandleTable.shared.remove(handle, kind) }
  }
}

/// Sets text out-parameters to nothing, then runs the body.
func callForText(
  _ text: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ size: UnsafeMutablePointer<UInt64>?, _ error: ErrorOut,
  _ body: () throws(SVFAPError) -> OwnedText
) -> svfap_status {
  text?.pointee = nil
  size?.pointee = 0
  return call(error) { () throws(SVFAPError) in try body().hand(text, size) }
}
