import Glibc
import Synchronization

/// The memory that a checking host hands out: every block has walls, is filled with rubbish, and is written down. On request
/// the host says that there is none.
final class HostMemoryLedger: Sendable {
  private struct State: Sendable {
    var sizes: [UInt: Int] = [:]
    var freed: Set<UInt> = []
    /// Allocations from now until one is denied; nil: none is.
    var untilDenial: Int?
    var denials = 0
  }
  private let state = Mutex(State())

  private static let wall = 64
  private static let brick: UInt8 = 0xB7
  /// What the plugin asks for beyond this is denied: it would be a size out of a damaged file.
  private static let limit: UInt64 = 1 << 31

  /// Blocks that were handed out and did not come back.
  var blocks: Int { state.withLock { $0.sizes.count } }
  var byteCount: Int { state.withLock { $0.sizes.values.reduce(0, +) } }

  /// Denies one allocation: the one after `count` that are granted. Nil grants all.
  ///
  /// - Returns: whether one was denied since the last call.
  @discardableResult
  func deny(after count: Int?) -> Bool {
    state.withLock { state in
      defer {
        state.untilDenial = count
        state.denials = 0
      }
      return state.denials > 0
    }
  }

  func allocate(_ count: UInt64) -> UnsafeMutableRawPointer? {
    let isDenied = state.withLock { state in
      guard let left = state.untilDenial else { return false }
      state.untilDenial = left > 0 ? left - 1 : nil
      if left == 0 { state.denials += 1 }
      return left == 0
    }
    guard !isDenied, count <= Self.limit else { return nil }
    var block: UnsafeMutableRawPointer?
    let size = Int(count)
    guard posix_memalign(&block, Self.wall, size + 2 * Self.wall) == 0, let block else { return nil }
    memset(block, Int32(Self.brick), Self.wall)
    memset(block + Self.wall, 0xA5, size)
    memset(block + Self.wall + size, Int32(Self.brick), Self.wall)
    let memory = block + Self.wall
    state.withLock { state in
      state.sizes[UInt(bitPattern: memory)] = size
      state.freed.remove(UInt(bitPattern: memory))
    }
    return memory
  }

  /// Takes a block back.
  ///
  /// - Returns: what is wrong with that; nil if nothing.
  func deallocate(_ memory: UnsafeMutableRawPointer) -> String? {
    let address = UInt(bitPattern: memory)
    let (size, wasFreed) = state.withLock { state in
      let size = state.sizes.removeValue(forKey: address)
      if size != nil, state.freed.count < 1 << 16 { state.freed.insert(address) }
      return (size, size == nil && state.freed.contains(address))
    }
    guard let size else {
      return wasFreed
        ? "it called host->deallocate twice with the same memory"
        : "it called host->deallocate with memory that host->allocate did not give"
    }
    let isWhole = Self.isWall(memory - Self.wall) && Self.isWall(memory + size)
    memset(memory, 0x5A, size)
    free(memory - Self.wall)
    return isWhole ? nil : "it wrote outside of the \(size) bytes that host->allocate gave it"
  }

  private static func isWall(_ place: UnsafeMutableRawPointer) -> Bool {
    UnsafeRawBufferPointer(start: place, count: wall).allSatisfy { $0 == brick }
  }
}
