import Glibc

/// Bytes from the host's allocator, which may say no: for everything whose size a file or an option decides.
public final class HostMemory {
  /// First byte, aligned to 64.
  public private(set) var pointer: UnsafeMutablePointer<UInt8>
  public private(set) var capacity: Int
  /// Bytes in use from the start, those that `append` added.
  public private(set) var count = 0

  /// Memory of `capacity` bytes, all of them zero.
  ///
  /// - Throws: `noMemory`.
  public init(capacity: Int) throws(PluginError) {
    pointer = try Self.allocate(capacity)
    self.capacity = capacity
    pointer.initialize(repeating: 0, count: capacity)
  }

  deinit { PluginHost.deallocate(pointer) }

  private static func allocate(_ byteCount: Int) throws(PluginError) -> UnsafeMutablePointer<UInt8> {
    guard let memory = PluginHost.allocate(byteCount) else {
      throw PluginError(Status.noMemory, "there is no memory for \(byteCount) bytes")
    }
    return memory.bindMemory(to: UInt8.self, capacity: byteCount)
  }

  /// Makes room for `capacity` bytes in all; what is in use moves along, the rest is not defined.
  ///
  /// - Throws: `noMemory`; then nothing has changed.
  public func reserve(_ capacity: Int) throws(PluginError) {
    guard capacity > self.capacity else { return }
    let memory = try Self.allocate(capacity)
    memory.update(from: pointer, count: count)
    PluginHost.deallocate(pointer)
    pointer = memory
    self.capacity = capacity
  }

  /// Adds bytes behind those in use.
  ///
  /// - Throws: `noMemory`; then nothing has changed.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(PluginError) {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return }
    let (needed, overflow) = count.addingReportingOverflow(bytes.count)
    guard !overflow else { throw PluginError(Status.noMemory, "there is no memory for so many bytes") }
    if needed > capacity { try reserve(max(needed, capacity + capacity / 2)) }
    UnsafeMutableRawPointer(pointer + count).copyMemory(from: source, byteCount: bytes.count)
    count = needed
  }

  /// Adds what `read` puts at a place for so many bytes, until it returns 0 or `total` bytes are in use.
  ///
  /// - Returns: false if `read` returned a negative number.
  /// - Throws: `noMemory`; then nothing has changed.
  public func fill(to total: Int, _ read: (UnsafeMutableRawPointer, Int) -> Int) throws(PluginError) -> Bool {
    try reserve(total)
    while count < total {
      let added = read(pointer + count, total - count)
      if added <= 0 { return added == 0 }
      count += min(added, total - count)
    }
    return true
  }

  /// Forgets what is in use; the memory stays.
  public func removeAll() { count = 0 }
}
