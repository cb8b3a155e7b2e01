import Base

/// All weights of a model in one block of memory.
///
/// Filled once (by a file or by `initialize`), then only read: any number of networks may share it.
package final class ModelParameters: @unchecked Sendable {
  package let declarations: [ParameterDeclaration]
  /// First number of each parameter in `storage`; each starts at a cache line.
  package let offsets: [Int]
  package let storage: FloatBuffer
  private let indices: [String: Int]

  /// Memory for the parameters, all zero.
  ///
  /// - Throws: `config` if a name stands twice, `limit` or `noMemory`.
  package init(_ declarations: [ParameterDeclaration]) throws(SVFAPError) {
    var offsets: [Int] = []
    var indices: [String: Int] = [:]
    var count = 0
    for (index, declaration) in declarations.enumerated() {
      guard indices.updateValue(index, forKey: declaration.name) == nil else {
        throw SVFAPError(.config, "the parameter \"\(declaration.name)\" is declared twice")
      }
      guard let elements = elementCount(declaration.shape), elements < 1 << 40 else {
        throw SVFAPError(.limit, "the parameter \"\(declaration.name)\" of shape \(declaration.shape) is too large")
      }
      offsets.append(count)
      count += (elements + 15) & ~15
    }
    self.declarations = declarations
    self.offsets = offsets
    self.indices = indices
    storage = try FloatBuffer(count: count)
  }

  /// First number of parameter `index`.
  package func pointer(at index: Int) -> UnsafeMutablePointer<Float> { storage.pointer + offsets[index] }

  /// How many numbers parameter `index` has.
  package func count(at index: Int) -> Int { declarations[index].shape.reduce(1, *) }

  package func index(of name: String) -> Int? { indices[name] }

  /// First number of the parameter of that name.
  ///
  /// - Throws: `internal` if it was not declared: networks and declarations are written together.
  package func pointer(_ name: String) throws(SVFAPError) -> UnsafePointer<Float> {
    guard let index = indices[name] else { throw SVFAPError(.internal, "the parameter \"\(name)\" was not declared") }
    return UnsafePointer(pointer(at: index))
  }

  /// All numbers in all parameters.
  package var parameterCount: Int { declarations.indices.reduce(0) { $0 + count(at: $1) } }

  /// Gives every parameter its start values (published a.11). The same seed gives the same numbers on every machine
  /// that rounds as IEEE 754 says, whatever the number of threads.
  package func initialize(seed: UInt64) {
    for index in declarations.indices { initialize(at: index, seed: seed) }
  }

  /// As `initialize(seed:)`, telling after each parameter how many numbers are drawn.
  package func initialize(seed: UInt64, progress: (Int) throws(SVFAPError) -> Void) throws(SVFAPError) {
    var done = 0
    for index in declarations.indices {
      initialize(at: index, seed: seed)
      done += count(at: index)
      try progress(done)
    }
  }

  private func initialize(at index: Int, seed: UInt64) {
    let random = CounterRandom(seed: seed, stream: declarations[index].name)
    let values = UnsafeMutableBufferPointer(start: pointer(at: index), count: count(at: index))
    switch declarations[index].initializer {
    case .constant(let value):
      values.update(repeating: Float(value))
    case .uniform(let bound):
      for i in values.indices { values[i] = Float((2 * random.uniform(UInt64(i)) - 1) * bound) }
    case .normal(let deviation):
      for i in values.indices { values[i] = Float(random.normal(UInt64(i)) * deviation) }
    case .truncatedNormal(let deviation):
      for i in values.indices {
        // 64 draws a number: the chance that all lie outside is 1e-32.
        let draws = (0..<64).lazy.map { random.normal(UInt64(i) &* 64 &+ UInt64($0)) }
        values[i] = Float((draws.first { abs($0) <= 1 } ?? 0) * deviation)
      }
    }
  }
}
