/// Writes pickles of protocol 2 in the way of torch.save, good ones and such as no program writes.
package indirect enum Pickled: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case tuple([Pickled])
  case list([Pickled])
  case dictionary([(Pickled, Pickled)])
  /// A class or function by name.
  case global(String, String)
  /// A call: REDUCE.
  case call(Pickled, [Pickled])
  /// An instance with attributes: NEWOBJ and BUILD.
  case instance(Pickled, [(Pickled, Pickled)])
  /// What a persistent id stands for.
  case persistent(Pickled)
  /// Opcodes as they are.
  case raw([UInt8])

  /// A tensor as `torch._utils._rebuild_tensor_v2` makes it.
  package static func tensor(
    key: String, storage: String = "FloatStorage", count: Int, offset: Int = 0, shape: [Int], strides: [Int]? = nil
  ) -> Pickled {
    var own: [Int] = []
    for index in shape.indices { own.append(shape[(index + 1)...].reduce(1, &*)) }
    let id: Pickled = .persistent(.tuple([.text("storage"), .global("torch", storage), .text(key), .text("cpu"), .integer(count)]))
    return .call(
      .global("torch._utils", "_rebuild_tensor_v2"),
      [
        id, .integer(offset), .tuple(shape.map { .integer($0) }), .tuple((strides ?? own).map { .integer($0) }), .bool(false),
        .call(.global("collections", "OrderedDict"), []),
      ])
  }

  /// A dictionary with text keys.
  package static func members(_ members: KeyValuePairs<String, Pickled>) -> Pickled {
    .dictionary(members.map { (.text($0.key), $0.value) })
  }

  /// A whole pickle.
  package var bytes: [UInt8] { [0x80, 2] + opcodes + [0x2E] }

  /// The opcodes that leave the value on the stack.
  package var opcodes: [UInt8] {
    switch self {
    case .none: return [0x4E]
    case .bool(let flag): return [flag ? 0x88 : 0x89]
    case .integer(let value):
      if (0..<256).contains(value) { return [0x4B, UInt8(value)] }
      if Int32(exactly: value) != nil { return [0x4A] + Self.little(UInt64(bitPattern: Int64(value)), 4) }
      return [0x8A, 8] + Self.little(UInt64(bitPattern: Int64(value)), 8)
    case .number(let value): return [0x47] + Self.little(value.bitPattern.byteSwapped, 8)
    case .text(let text): return [0x58] + Self.little(UInt64(text.utf8.count), 4) + Array(text.utf8)
    case .tuple(let elements): return [0x28] + elements.flatMap(\.opcodes) + [0x74]
    case .list(let elements): return [0x5D, 0x28] + elements.flatMap(\.opcodes) + [0x65]
    case .dictionary(let members): return [0x7D, 0x28] + members.flatMap { $0.0.opcodes + $0.1.opcodes } + [0x75]
    case .global(let module, let name): return [0x63] + Array("\(module)\n\(name)\n".utf8)
    case .call(let callable, let arguments): return callable.opcodes + Pickled.tuple(arguments).opcodes + [0x52]
    case .instance(let type, let state): return type.opcodes + [0x29, 0x81] + Pickled.dictionary(state).opcodes + [0x62]
    case .persistent(let id): return id.opcodes + [0x51]
    case .raw(let opcodes): return opcodes
    }
  }

  private static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }
}
