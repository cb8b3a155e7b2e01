import Base
import CSVFAP
import Synchronization

/// Kinds of handles; the number is part of the handle's value.
enum HandleKind: UInt8, Sendable {
  case error = 1
  case cancel = 2
  case runtime = 3
  case model = 4
  case tensor = 5
  case source = 6
  case predictor = 7
  case job = 8
  case trainer = 9

  /// "a model", as messages call it.
  var name: String {
    switch self {
    case .error: "an error"
    case .cancel: "a cancel flag"
    case .runtime: "a runtime"
    case .model: "a model"
    case .tensor: "a tensor"
    case .source: "a source"
    case .predictor: "a predictor"
    case .job: "a job"
    case .trainer: "a trainer"
    }
  }
}

/// The value of a handle: kind in bits 56-62, generation in bits 24-55, index in bits 0-23. It is looked up, never
/// dereferenced; bit 63 stays clear.
struct HandleValue: Equatable {
  static let indexLimit = 1 << 24

  let kind: HandleKind
  let generation: UInt32
  let index: Int

  init(kind: HandleKind, generation: UInt32, index: Int) {
    self.kind = kind
    self.generation = generation
    self.index = index
  }

  /// Nil for values that no handle has.
  init?(_ pointer: OpaquePointer?) {
    let bits = UInt64(UInt(bitPattern: pointer))
    guard let kind = HandleKind(rawValue: UInt8(truncatingIfNeeded: bits >> 56)) else { return nil }
    self.kind = kind
    generation = UInt32(truncatingIfNeeded: bits >> 24)
    index = Int(bits & 0xFF_FFFF)
  }

  /// The value as the host sees it.
  var pointer: OpaquePointer? {
    OpaquePointer(bitPattern: UInt(UInt64(kind.rawValue) << 56 | UInt64(generation) << 24 | UInt64(index)))
  }
}

/// All live handles of the process.
///
/// A look-up returns a strong reference, so that an object which another thread releases lives until the call ends.
final class HandleTable: @unchecked Sendable {
  static let shared = HandleTable()

  private struct Slot {
    var generation: UInt32 = 1
    var kind: HandleKind?
    var object: AnyObject?
  }

  // Guarded by `lock`.
  private var slots: [Slot] = []
  private var free: [Int] = []
  private let lock = Mutex(())

  /// Gives an object a handle.
  ///
  /// - Throws: `limit` if there are too many.
  func insert(_ object: some AnyObject, as kind: HandleKind) throws(SVFAPError) -> OpaquePointer? {
    let value = lock.withLock { _ -> HandleValue? in
      let index: Int
      if let reused = free.popLast() {
        index = reused
      } else {
        guard slots.count < HandleValue.indexLimit else { return nil }
        index = slots.count
        slots.append(Slot())
      }
      slots[index].kind = kind
      slots[index].object = object
      return HandleValue(kind: kind, generation: slots[index].generation, index: index)
    }
    guard let value else { throw SVFAPError(.limit, "too many handles; release those that are no longer needed") }
    return value.pointer
  }

  /// The object behind a handle.
  ///
  /// - Throws: `badHandle` for NULL, garbage, another type or a freed handle.
  func object<Object: AnyObject>(_ pointer: OpaquePointer?, _ kind: HandleKind, as type: Object.Type) throws(SVFAPError) -> Object {
    let value = try Self.check(pointer, kind)
    var found: AnyObject?
    lock.withLock { _ in
      if isLive(value) { found = slots[value.index].object }
    }
    guard let object = found as? Object else { throw Self.stale(kind) }
    return object
  }

  /// Takes the handle away. The object goes with the last call that uses it.
  func remove(_ pointer: OpaquePointer?, _ kind: HandleKind) throws(SVFAPError) {
    let value = try Self.check(pointer, kind)
    // The object is released outside the lock: its deinit may take handles away itself.
    var object: AnyObject?
    lock.withLock { _ in
      guard isLive(value) else { return }
      object = slots[value.index].object
      slots[value.index].object = nil
      slots[value.index].kind = nil
      slots[value.index].generation &+= 1
      // A slot whose generations are used up is not used again: an old handle would look alive.
      if slots[value.index].generation != 0 { free.append(value.index) }
    }
    guard object != nil else { throw Self.stale(kind) }
  }

  private func isLive(_ value: HandleValue) -> Bool {
    value.index < slots.count && slots[value.index].generation == value.generation && slots[value.index].kind == value.kind
  }

  private static func check(_ pointer: OpaquePointer?, _ kind: HandleKind) throws(SVFAPError) -> HandleValue {
    guard pointer != nil else {
      throw SVFAPError(.badHandle, "NULL was given where \(kind.name) is needed", detail: ["expected": kind.name, "found": "NULL"])
    }
    guard let value = HandleValue(pointer) else {
      throw SVFAPError(.badHandle, "a value that is no handle was given where \(kind.name) is needed", detail: ["expected": kind.name])
    }
    guard value.kind == kind else {
      throw SVFAPError(
        .badHandle, "\(value.kind.name) was given where \(kind.name) is needed",
        detail: ["expected": kind.name, "found": value.kind.name])
    }
    return value
  }

  private static func stale(_ kind: HandleKind) -> SVFAPError {
    SVFAPError(.badHandle, "\(kind.name) was given that was released before, or never made", detail: ["expected": kind.name])
  }
}
