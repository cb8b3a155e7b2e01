import Base
import Kernels
import Synchronization

/// All weights of a model in one block of memory.
///
/// Filled once (by a file or by `initialize`), then only read: any number of networks may share it. For training they lie as
/// they are declared; a model for prediction may keep its matrices packed, in float32 or rounded.
package final class ModelParameters: @unchecked Sendable {
  package let declarations: [ParameterDeclaration]
  /// First number of each parameter in `storage`; each starts at a cache line.
  package let offsets: [Int]
  package let storage: FloatBuffer
  /// What matrices are packed in; nil if everything lies as it is declared.
  package let packing: Precision?
  /// Packed matrices as they were, by index: made when somebody asks for them.
  private let unpacked = Mutex<[Int: FloatBuffer]>([:])
  private let indices: [String: Int]

  /// Memory for the parameters, all zero.
  ///
  /// - Parameter packing: what matrices are packed in; the processor must support it.
  /// - Throws: `config` if a name stands twice, `limit` or `noMemory`.
  package init(_ declarations: [ParameterDeclaration], packing: Precision? = nil) throws(SVFAPError) {
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
      count += (declaration.count(packedIn: packing) ?? elements + 15) & ~15
    }
    self.declarations = declarations
    self.offsets = offsets
    self.indices = indices
    self.packing = packing
    storage = try FloatBuffer(count: count)
  }

  /// First number of parameter `index`, which is not packed.
  package func pointer(at index: Int) -> UnsafeMutablePointer<Float> { storage.pointer + offsets[index] }

  /// How many numbers parameter `index` has.
  package func count(at index: Int) -> Int { declarations[index].shape.reduce(1, *) }

  package func index(of name: String) -> Int? { indices[name] }

  /// First number of the parameter of that name, which is no matrix.
  ///
  /// - Throws: `internal` if it was not declared: networks and declarations are written together.
  package func pointer(_ name: String) throws(SVFAPError) -> UnsafePointer<Float> { UnsafePointer(pointer(at: try declared(name))) }

  /// The matrix of that name, as it is kept: nil for one that lies at `pointer(name)`.
  ///
  /// - Throws: as `pointer`.
  func panels(_ name: String) throws(SVFAPError) -> PanelMatrix? {
    let index = try declared(name)
    return packing.flatMap { declarations[index].panels(at: pointer(at: index), $0) }
  }

  private func declared(_ name: String) throws(SVFAPError) -> Int {
    guard let index = indices[name] else { throw SVFAPError(.internal, "the parameter \"\(name)\" was not declared") }
    return index
  }

  /// Lets `body` write the numbers of a parameter as declared, and keeps them as the model keeps them.
  ///
  /// - Throws: `noMemory`, and what `body` throws.
  package func fill(at index: Int, _ body: (UnsafeMutablePointer<Float>) throws(SVFAPError) -> Void) throws(SVFAPError) {
    guard let packing, declarations[index].isMatrix else { return try body(pointer(at: index)) }
    let plain = try FloatBuffer(count: count(at: index))
    try body(plain.pointer)
    let (outputs, inputs) = declarations[index].matrixShape
    try PanelMatrix.pack(plain.pointer, outputs: outputs, inputs: inputs, precision: packing, into: pointer(at: index))
  }

  /// The numbers of a parameter as declared, for as long as the parameters live.
  ///
  /// - Throws: `unsupported` for a matrix that was rounded, `noMemory`.
  package func values(at index: Int) throws(SVFAPError) -> UnsafeMutablePointer<Float> {
    guard let panels = try exactPanels(at: index) else { return pointer(at: index) }
    return try unpacked.withLock { (unpacked) throws(SVFAPError) in
      if let made = unpacked[index] { return made.pointer }
      let plain = try FloatBuffer(count: count(at: index))
      panels.unpack(into: plain.pointer)
      unpacked[index] = plain
      return plain.pointer
    }
  }

  /// Copies the numbers of a parameter as declared.
  ///
  /// - Throws: `unsupported` for a matrix that was rounded.
  package func copy(at index: Int, into values: UnsafeMutablePointer<Float>) throws(SVFAPError) {
    guard let panels = try exactPanels(at: index) else { return values.update(from: pointer(at: index), count: count(at: index)) }
    panels.unpack(into: values)
  }

  /// A packed matrix whose numbers are all there; nil for what is not packed.
  private func exactPanels(at index: Int) throws(SVFAPError) -> PanelMatrix? {
    guard let packing, let panels = declarations[index].panels(at: pointer(at: index), packing) else { return nil }
    guard packing == .float32 else {
      throw SVFAPError(
        .unsupported, "the model keeps \"\(declarations[index].name)\" rounded to \(packing.rawValue); open it in float32 for its numbers",
        detail: ["expected": "float32", "found": packing.rawValue])
    }
    return panels
  }

  /// All numbers in all parameters.
  package var parameterCount: Int { declarations.indices.reduce(0) { $0 + count(at: $1) } }

  /// Gives every parameter its start values (published a.11). The same seed gives the same numbers on every machine
  /// that rounds as IEEE 754 says, whatever the number of threads.
  ///
  /// - Throws: `noMemory`.
  package func initialize(seed: UInt64) throws(SVFAPError) {
    try initialize(seed: seed) { _ in }
  }

  /// As `initialize(seed:)`, telling after each parameter how many numbers are drawn.
  package func initialize(seed: UInt64, progress: (Int) throws(SVFAPError) -> Void) throws(SVFAPError) {
    var done = 0
    for index in declarations.indices {
      try fill(at: index) { initialize(at: index, seed: seed, into: $0) }
      done += count(at: index)
      try progress(done)
    }
  }

  private func initialize(at index: Int, seed: UInt64, into pointer: UnsafeMutablePointer<Float>) {
    let random = CounterRandom(seed: seed, stream: declarations[index].name)
    let values = UnsafeMutableBufferPointer(start: pointer, count: count(at: index))
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
