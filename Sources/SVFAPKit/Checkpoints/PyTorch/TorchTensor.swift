import Base

/// Memory that tensors share, as a checkpoint names it: an entry "data/KEY" of the archive.
struct TorchStorage: Sendable {
  let key: String
  let type: TensorType
  /// How many elements it has.
  let count: Int

  /// - Parameter id: ("storage", class, key, device, elements), the persistent id that torch.save writes.
  /// - Returns: nil if it has another form.
  init?(id: [PickleValue], type: TensorType) {
    guard id.count >= 5, case .text(let key) = id[2], case .integer(let count) = id[4] else { return nil }
    // Keys are numbers in decimal; anything with a slash or a dot would name another entry.
    guard (1...64).contains(key.utf8.count), key.utf8.allSatisfy({ (0x30...0x39).contains($0) }), count >= 0 else { return nil }
    self.key = key
    self.type = type
    self.count = Int(count)
  }
}

/// A tensor of a checkpoint: a view of a storage.
package struct TorchTensor: Sendable {
  let storage: TorchStorage
  /// First element in the storage.
  let offset: Int
  package let shape: [Int]
  /// Elements from one index to the next, for every dimension.
  let strides: [Int]
  /// How many elements it has.
  package let count: Int
  /// Elements from the first to behind the last one that it touches.
  let span: Int

  package var type: TensorType { storage.type }

  /// - Returns: nil if it does not lie within its storage, or the numbers make no sense.
  init?(storage: TorchStorage, offset: Int, shape: [Int], strides: [Int]) {
    guard shape.count == strides.count, shape.count <= 64, offset >= 0, strides.allSatisfy({ $0 >= 0 }) else { return nil }
    guard let count = elementCount(shape) else { return nil }
    var last = 0
    if count > 0 {
      for (extent, stride) in zip(shape, strides) {
        let (step, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
        let (sum, overflowToo) = last.addingReportingOverflow(step)
        guard !overflow, !overflowToo else { return nil }
        last = sum
      }
      guard last < storage.count, offset < storage.count - last else { return nil }
    }
    self.storage = storage
    self.offset = offset
    self.shape = shape
    self.strides = strides
    self.count = count
    span = count > 0 ? last + 1 : 0
  }

  /// Whether the elements lie one behind the other, last index fastest.
  var isContiguous: Bool {
    guard count > 0 else { return true }
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() where extent != 1 {
      guard stride == expected else { return false }
      expected *= extent
    }
    return true
  }
}
