import Base

/// Reads a view of a storage as float32, piece by piece, straight from its place in the file.
struct TorchTensorReader {
  let file: InputFile
  /// Bytes of the storage in the file.
  let storage: Range<Int>
  let tensor: TorchTensor

  private var elementSize: Int { tensor.type.size }

  /// - Parameter target: place for `tensor.count` numbers.
  func read(into target: UnsafeMutablePointer<Float>) throws(SVFAPError) {
    guard tensor.count > 0 else { return }
    if tensor.isContiguous {
      try readRow(from: tensor.offset, count: tensor.count, into: target)
    } else {
      try gather(into: target)
    }
  }

  /// `count` elements of the storage that lie one behind the other.
  private func readRow(from first: Int, count: Int, into target: UnsafeMutablePointer<Float>) throws(SVFAPError) {
    // Products and sums stay below the storage's size, which was compared with the file's.
    let start = storage.lowerBound + first * elementSize
    if tensor.type == .float32 {
      return try file.read(at: start, into: UnsafeMutableRawBufferPointer(start: target, count: count * elementSize))
    }
    let block = min(count, 1 << 16)
    let buffer = try ByteBuffer(count: block * elementSize)
    for done in stride(from: 0, to: count, by: block) {
      let now = min(block, count - done)
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<(now * elementSize)])
      try file.read(at: start + done * elementSize, into: piece)
      tensor.type.convert(UnsafeRawBufferPointer(piece), count: now, into: target + done)
    }
  }

  /// Elements that do not lie one behind the other, such as those of a transposed matrix.
  private func gather(into target: UnsafeMutablePointer<Float>) throws(SVFAPError) {
    let span = try FloatBuffer(count: tensor.span)
    try readRow(from: tensor.offset, count: tensor.span, into: span.pointer)
    var index = [Int](repeating: 0, count: tensor.shape.count)
    var position = 0
    for element in 0..<tensor.count {
      target[element] = span.pointer[position]
      // One step on, the last index fastest.
      for dimension in tensor.shape.indices.reversed() {
        index[dimension] += 1
        position += tensor.strides[dimension]
        if index[dimension] < tensor.shape[dimension] { break }
        position -= tensor.strides[dimension] * tensor.shape[dimension]
        index[dimension] = 0
      }
    }
  }
}
