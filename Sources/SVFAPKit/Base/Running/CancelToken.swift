import Synchronization

/// A flag that asks long work to stop, settable from any thread and from a signal handler.
///
/// The flags live in one table that is never freed; a token is an index and a generation, so a token that was
/// released (or made up) is recognised and ignored.
package struct CancelToken: Sendable, Equatable {
  /// How many tokens may exist at one time.
  package static let limit = 1 << 16

  package let index: UInt32
  package let generation: UInt32

  package init(index: UInt32, generation: UInt32) {
    self.index = index
    self.generation = generation
  }

  /// A new token, not requested.
  ///
  /// - Throws: `limit` when `limit` tokens exist.
  package static func make() throws(SVFAPError) -> CancelToken {
    try CancelTable.shared.take()
  }

  /// Asks the work that watches this token to stop. Lock-free. False if the token does not exist.
  @discardableResult
  package func request() -> Bool {
    guard let slot = CancelTable.slot(of: self) else { return false }
    let live = CancelTable.word(generation, requested: false)
    let (exchanged, found) = slot.pointee.compareExchange(
      expected: live, desired: live | CancelTable.requestedBit, ordering: .acquiringAndReleasing)
    return exchanged || found == live | CancelTable.requestedBit
  }

  /// Whether `request` was called.
  package var isRequested: Bool {
    guard let slot = CancelTable.slot(of: self) else { return false }
    return slot.pointee.load(ordering: .acquiring) == CancelTable.word(generation, requested: true)
  }

  /// Whether the token was made and not released.
  package var exists: Bool {
    guard let slot = CancelTable.slot(of: self) else { return false }
    return slot.pointee.load(ordering: .acquiring) & ~CancelTable.requestedBit == CancelTable.word(generation, requested: false)
  }

  /// Ends the token. False if it does not exist.
  @discardableResult
  package func release() -> Bool { CancelTable.shared.give(back: self) }
}

/// Storage of all tokens. A word holds the generation, whether it is live and whether it was requested.
private struct CancelTable: ~Copyable {
  static let requestedBit: UInt64 = 1
  private static let liveBit: UInt64 = 2
  static let shared = CancelTable()

  // Never freed and of fixed size: a signal handler may look at any time.
  nonisolated(unsafe) private static let slots: UnsafeMutablePointer<Atomic<UInt64>> = {
    let slots = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: CancelToken.limit)
    for index in 0..<CancelToken.limit { (slots + index).initialize(to: Atomic(0)) }
    return slots
  }()

  private struct State {
    var fresh: UInt32 = 0
    var free: [UInt32] = []
  }
  private let state = Mutex(State())

  static func word(_ generation: UInt32, requested: Bool) -> UInt64 {
    UInt64(generation) << 2 | liveBit | (requested ? requestedBit : 0)
  }

  static func slot(of token: CancelToken) -> UnsafeMutablePointer<Atomic<UInt64>>? {
    token.index < CancelToken.limit ? slots + Int(token.index) : nil
  }

  func take() throws(SVFAPError) -> CancelToken {
    let index: UInt32? = state.withLock { state in
      if let index = state.free.popLast() { return index }
      guard state.fresh < CancelToken.limit else { return nil }
      state.fresh += 1
      return state.fresh - 1
    }
    guard let index else {
      throw SVFAPError(.limit, "more than \(CancelToken.limit) cancel flags at one time; release those that are no longer needed")
    }
    let slot = Self.slots + Int(index)
    let generation = UInt32(truncatingIfNeeded: slot.pointee.load(ordering: .relaxed) >> 2) &+ 1
    slot.pointee.store(Self.word(generation, requested: false), ordering: .releasing)
    return CancelToken(index: index, generation: generation)
  }

  func give(back token: CancelToken) -> Bool {
    guard token.exists, let slot = Self.slot(of: token) else { return false }
    return state.withLock { state in
      // Checked again under the lock: of two releases at once only one may return the index.
      guard token.exists else { return false }
      slot.pointee.store(UInt64(token.generation) << 2, ordering: .releasing)
      state.free.append(token.index)
      return true
    }
  }
}
