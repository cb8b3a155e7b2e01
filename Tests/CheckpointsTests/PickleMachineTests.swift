import Base
import Glibc
import TestSupport
import Testing

@testable import Checkpoints

/// Reads a pickle from memory.
private func read(_ bytes: [UInt8], limits: PickleMachine.Limits = .init()) throws(SVFAPError) -> PickleDocument {
  let buffer = try ByteBuffer(count: bytes.count)
  for (index, byte) in bytes.enumerated() { buffer.pointer[index] = byte }
  return try PickleMachine.read(buffer, name: "data.pkl", limits: limits)
}

/// A value as text, as Python would print it.
private func describe(_ value: PickleValue, in document: PickleDocument, depth: Int = 0) -> String {
  guard depth < 8 else { return "..." }
  func list(_ values: [PickleValue]) -> String { values.map { describe($0, in: document, depth: depth + 1) }.joined(separator: ", ") }
  switch value {
  case .none: return "None"
  case .bool(let flag): return flag ? "True" : "False"
  case .integer(let integer): return "\(integer)"
  case .number(let number): return "\(number)"
  case .text(let text): return "'\(text)'"
  case .tuple(let index): return "(\(list(document.sequences[index])))"
  case .list(let index): return "[\(list(document.sequences[index]))]"
  case .dictionary(let index):
    return "{\(document.dictionaries[index].map { "\(list([$0.key])): \(list([$0.value]))" }.joined(separator: ", "))}"
  case .object(let index): return "\(document.objects[index].className)(\(list([document.objects[index].state])))"
  case .global(.other(let name)): return name
  case .global(let known): return "\(known)"
  case .storage: return "storage"
  case .tensor(let index): return "tensor\(document.tensors[index].shape)"
  case .opaque(let what): return "<\(what)>"
  }
}

private func described(_ bytes: [UInt8]) throws -> String {
  let document = try read(bytes)
  return describe(document.root, in: document)
}

@Suite("Pickles are read as data and can do nothing else")
struct PickleMachineTests {
  @Test("plain values")
  func plain() throws {
    let value: Pickled = .members([
      "none": .none, "yes": .bool(true), "small": .integer(255), "negative": .integer(-300), "large": .integer(1 << 40),
      "half": .number(0.5),
      "text": .text("naïve"), "tuple": .tuple([.integer(1), .integer(2), .integer(3), .integer(4)]),
      "list": .list([.tuple([]), .list([])]),
    ])
    #expect(
      try described(value.bytes)
        == "{'none': None, 'yes': True, 'small': 255, 'negative': -300, 'large': 1099511627776, 'half': 0.5, 'text': 'naïve', "
        + "'tuple': (1, 2, 3, 4), 'list': [(), []]}")
  }

  @Test(
    "what Python's own pickle writes, in every protocol that is read",
    .enabled(if: ChildProcess.works(["python3", "--version"]), "python3 is needed"), arguments: 2...5)
  func python(version: Int) throws {
    let workshop = Workshop()
    let script = """
      import argparse, collections, pickle, sys
      shared = ['a', 'b']
      loop = []; loop.append(loop)
      value = [None, True, False, 0, 255, 65535, -1, 2**31 - 1, 2**62, -2**63, 1.5, 'x' * 3, shared, shared, (), (1,), (1, 2), (1, 2, 3),
               {'k': {'n': 1}}, collections.OrderedDict([('one', 1), ('two', 2)]), loop, frozenset([7]), {8}, 2**80, b'bytes', bytearray(b'more'),
               argparse.Namespace(lr=0.1, depths=(12, 6)), complex(1, 2), range(3), list(range(1500))[1499]]
      sys.stdout.buffer.write(pickle.dumps(value, \(version)))
      """
    let path = workshop.file("make.py", Array(script.utf8))
    let out = "\(workshop.folder)/out.pkl"
    #expect(ChildProcess.works(["sh", "-c", "python3 '\(path)' > '\(out)'"]))
    let text = try described(Fixtures.bytes(out))
    let expected = """
      [None, True, False, 0, 255, 65535, -1, 2147483647, 4611686018427387904, -9223372036854775808, 1.5, 'xxx', ['a', 'b'], ['a', 'b'], (), (1), (1, 2), \
      (1, 2, 3), {'k': {'n': 1}}, {'one': 1, 'two': 2}, [[[[[[[...]]]]]]],
      """
    #expect(text.hasPrefix(expected), "\(text)")
    #expect(text.contains("argparse.Namespace({'lr': 0.1, 'depths': (12, 6)})"))
    #expect(text.contains("<an integer of 11 bytes>"))
    #expect(text.hasSuffix(", 1499]"))
  }

  @Test("unknown functions are carried as names and never called; what is around them is read")
  func unknownNames() throws {
    let canary = "/tmp/svfap-canary-\(getpid())"
    let call: Pickled = .call(.global("posix", "system"), [.text("touch \(canary)")])
    let value: Pickled = .members([
      "evil": call,
      "worse": .call(.call(.global("builtins", "getattr"), [.global("os", "x"), .text("system")]), [.text("touch \(canary)")]),
      "object": .instance(.global("my.module", "Thing"), [(.text("a"), .integer(1))]), "kept": .integer(5),
    ])
    let document = try read(value.bytes)
    #expect(
      describe(document.root, in: document)
        == "{'evil': <what posix.system would make, which is not run>, 'worse': <what an unknown function would make, which is not run>, "
        + "'object': my.module.Thing({'a': 1}), 'kept': 5}")
    #expect(document.unknownNames == ["posix.system", "builtins.getattr", "os.x", "my.module.Thing"])
    #expect(access(canary, F_OK) != 0)
  }

  @Test("tensors and storages of torch")
  func tensors() throws {
    let tensor = Pickled.tensor(key: "3", count: 20, offset: 2, shape: [2, 3], strides: [9, 1])
    let parameter: Pickled = .call(.global("torch._utils", "_rebuild_parameter"), [tensor, .bool(true), .none])
    let size: Pickled = .call(.global("torch", "Size"), [.tuple([.integer(4)])])
    let document = try read(Pickled.list([tensor, parameter, size]).bytes)
    #expect(describe(document.root, in: document) == "[tensor[2, 3], tensor[2, 3], (4)]")
    #expect(document.tensors[0].strides == [9, 1] && document.tensors[0].offset == 2 && document.tensors[0].span == 12)
    #expect(document.tensors[0].storage.key == "3" && document.tensors[0].storage.type == .float32)
    #expect(document.unknownNames.isEmpty)
    // Types that no weight has are carried.
    #expect(
      try described(Pickled.tensor(key: "0", storage: "ComplexFloatStorage", count: 1, shape: [1]).bytes)
        == "<a tensor in a storage of a type that is not read>")
  }

  /// Opcodes after the start of a protocol 2 pickle, the byte that is wrong, and a part of the message.
  static let refused: [([UInt8], Int, String)] = [
    // Unknown opcodes: of protocol 0, extensions, buffers outside.
    (Array("I5\n.".utf8), 2, "not one that data need"),
    (Array("(S'a'\no".utf8), 3, "not one that data need"),
    ([0x28, 0x69], 3, "not one that data need"),
    ([0x82, 1, 0x2E], 2, "not one that data need"),
    ([0x97, 0x2E], 2, "not one that data need"),
    ([0xFF], 2, "not one that data need"),
    // Ends.
    ([], 2, "it ends too early"),
    ([0x2E], 2, "a value is missing"),
    ([0x4E, 0x4E, 0x2E], 4, "left over"),
    ([0x28, 0x4E, 0x2E], 4, "left over"),
    ([0x4E, 0x2E, 0x00], 3, "bytes follow"),
    ([0x80, 2, 0x4E, 0x2E], 2, "second start"),
    // Sizes beyond the end.
    ([0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x61, 0x2E], 7, "4294967295 bytes are claimed"),
    ([0x8D] + [UInt8](repeating: 0xFF, count: 8) + [0x2E], 11, "are claimed"),
    ([0x8E] + [UInt8](repeating: 0xFF, count: 8) + [0x2E], 11, "are claimed"),
    ([0x8B, 0xFF, 0xFF, 0xFF, 0x7F, 0x2E], 7, "are claimed"),
    ([0x8A, 0xFF, 1, 0x2E], 4, "are claimed"),
    ([0x95] + [UInt8](repeating: 0xFF, count: 8) + [0x2E], 2, "a frame"),
    ([0x63] + Array("os".utf8), 5, "it ends too early"),
    ([0x63] + Array(repeating: 0x61, count: 2000) + [0x0A, 0x0A, 0x2E], 3, "more than 1024 bytes"),
    ([0x63, 0xFF, 0x0A, 0x61, 0x0A, 0x2E], 3, "not UTF-8"),
    // The stack.
    ([0x30], 2, "a value is missing"),
    ([0x31], 2, "a mark is missing"),
    ([0x4E, 0x28, 0x85], 4, "a value is missing"),
    ([0x4E, 0x4E, 0x87], 4, "a value is missing"),
    ([0x5D, 0x28, 0x4E, 0x61], 5, "a value is missing"),  // what is below a mark is out of reach
    ([0x4E, 0x28, 0x30, 0x30, 0x30], 6, "a value is missing"),
    ([0x74], 2, "a mark is missing"),
    ([0x68, 5], 2, "nothing was remembered"),
    ([0x71, 5], 2, "a value is missing"),
    // Types.
    ([0x4E, 0x4E, 0x61], 4, "elements are added to None"),
    ([0x7D, 0x4E, 0x61], 4, "elements are added to a dictionary"),
    ([0x5D, 0x4E, 0x4E, 0x73], 5, "members are added to a list"),
    ([0x7D, 0x28, 0x4E, 0x75], 5, "a key without a value"),
    ([0x4E, 0x29, 0x52], 4, "a call of something that is no function"),
    ([0x4E, 0x4E, 0x52], 4, "arguments that are no tuple"),
    ([0x4E, 0x4E, 0x62], 4, "attributes are given to None"),
    ([0x4E, 0x51], 3, "a persistent id"),
    ([0x29, 0x51], 3, "a persistent id"),
    ([0x4E, 0x4E, 0x93], 4, "a global without a name"),
  ]

  @Test("a malformed pickle is refused with the byte and the reason", arguments: refused)
  func malformed(opcodes: [UInt8], byte: Int, reason: String) throws {
    let error = try #require(failure { try read([0x80, 2] + opcodes) })
    #expect([.format, .unsupported].contains(error.code))
    #expect(error.message.contains(reason), "\(error.message)")
    #expect(error.detail["where"] == "byte \(byte) of data.pkl", "\(error.message)")
  }

  @Test("only protocols 2 to 5 are read", arguments: [[], [0x80], [0x80, 1], [0x80, 6], [0x4E, 0x2E], [0x7D, 0x2E]] as [[UInt8]])
  func protocols(start: [UInt8]) {
    #expect(failure { try read(start + [0x4E, 0x2E].dropLast(start.count < 2 ? 2 : 0)) }?.code == .format)
  }

  /// A tensor's arguments, each wrong in one way.
  static let malformedTensors: [Pickled] = [
    .tensor(key: "0", count: 3, shape: [4]),
    .tensor(key: "0", count: 4, offset: 1, shape: [4]),
    .tensor(key: "0", count: 4, offset: -1, shape: [4]),
    .tensor(key: "0", count: 4, offset: Int.max, shape: [4]),
    .tensor(key: "0", count: 4, shape: [-4]),
    .tensor(key: "0", count: 4, shape: [2, 2], strides: [2]),
    .tensor(key: "0", count: 4, shape: [2, 2], strides: [3, 1]),
    .tensor(key: "0", count: 4, shape: [2, 2], strides: [-2, 1]),
    .tensor(key: "0", count: 4, shape: [2, 2], strides: [Int.max, 1]),
    .tensor(key: "0", count: 4, shape: [3, 3], strides: [Int.max / 2, Int.max / 2]),
    .tensor(key: "0", count: 4, shape: [1 << 62, 4], strides: [0, 1]),
    .tensor(key: "0", count: 4, shape: Array(repeating: 1, count: 65)),
    .tensor(key: "0", count: -1, shape: []),
    .tensor(key: "0", count: 0, shape: []),
    .tensor(key: "../data.pkl", count: 4, shape: [4]),
    .tensor(key: "", count: 4, shape: [4]),
    .tensor(key: "byteorder", count: 4, shape: [4]),
    .tensor(key: String(repeating: "1", count: 65), count: 4, shape: [4]),
    .call(.global("torch._utils", "_rebuild_tensor_v2"), []),
    .call(.global("torch._utils", "_rebuild_tensor_v2"), [.none, .integer(0), .tuple([]), .tuple([])]),
    .call(.global("torch._utils", "_rebuild_parameter"), []),
    .call(.global("torch", "Size"), [.text("x")]),
    .persistent(.tuple([.text("module"), .none])),
    .persistent(.text("storage")),
  ]

  @Test("a tensor that does not lie within its storage, or is malformed, is refused", arguments: malformedTensors.indices)
  func tensorsThatLie(index: Int) {
    let error = failure { try read(Self.malformedTensors[index].bytes) }
    #expect(error?.code == .format)
  }

  @Test("an empty tensor of any shape lies in any storage")
  func emptyTensors() throws {
    #expect(try described(Pickled.tensor(key: "0", count: 0, shape: [0]).bytes) == "tensor[0]")
    #expect(
      try described(Pickled.tensor(key: "0", count: 0, shape: [0, 1 << 62, 4], strides: [1, 1, 1]).bytes)
        == "tensor[0, 4611686018427387904, 4]")
    #expect(try read(Pickled.tensor(key: "0", count: 0, shape: [0, 1 << 62, 4], strides: [1, 1, 1]).bytes).tensors[0].isContiguous)
  }

  @Test("a million levels of nesting, and values that contain themselves, are read and released without recursion")
  func nesting() throws {
    let deep = [0x80, 2, 0x29] + [UInt8](repeating: 0x85, count: 1_000_000) + [0x2E]
    #expect(try read(deep).sequences.count == 1_000_001)
    // A list within itself, and a dictionary that is its own value.
    #expect(try described([0x80, 2, 0x5D, 0x71, 0, 0x68, 0, 0x61, 0x2E]) == "[[[[[[[[...]]]]]]]]")
    #expect(try described([0x80, 2, 0x7D, 0x71, 0, 0x4E, 0x68, 0, 0x73, 0x2E]).hasPrefix("{None: {None: {None:"))
  }

  /// What is on the stack first, and opcodes that grow something each time they are repeated.
  static let bombs: [(start: [UInt8], growth: [UInt8])] = [
    ([], [0x4E]),  // the stack
    ([0x4E], [0x32]),
    ([], [0x28]),  // marks
    ([0x4E], [0x94]),  // the memo
    ([0x4E], [0x5D, 0x30]),  // lists
    ([0x4E], [0x29, 0x30]),  // tuples
    ([0x4E], [0x7D, 0x30]),  // dictionaries
    ([0x5D], [0x4E, 0x61]),  // elements of one list
    ([0x5D], [0x28, 0x4E, 0x4E, 0x4E, 0x4E, 0x65]),
    ([0x7D], [0x4E, 0x4E, 0x73]),  // members of one dictionary
    ([0x63, 0x61, 0x0A, 0x62, 0x0A, 0x71, 0], [0x68, 0, 0x29, 0x81, 0x30]),  // objects
    (Pickled.tensor(key: "0", count: 4, shape: [4]).opcodes, Pickled.tensor(key: "0", count: 4, shape: [4]).opcodes + [0x30]),
  ]

  @Test("what grows without end meets a limit", arguments: bombs.indices)
  func limits(index: Int) throws {
    let (start, growth) = Self.bombs[index]
    let bytes = [0x80, 2] + start + Array([[UInt8]](repeating: growth, count: 2000).joined()) + [0x2E]
    let error = try #require(failure { try read(bytes, limits: .init(size: .max, values: 1000, elements: 1500)) })
    #expect(error.code == .limit)
    #expect(error.message.contains("more than 1"))
  }
}
