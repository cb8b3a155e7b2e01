import Base

/// Reads a pickle as data: a stack machine with a fixed list of opcodes that builds values and can do nothing else.
///
/// Every opcode takes at least one byte of the file and makes at most one value, and what may be kept is bounded, so
/// that memory grows with the file at most linearly and never beyond the limits.
struct PickleMachine {
  /// What a pickle may grow to. A base-size checkpoint with its optimizer has a pickle of about 300 kB.
  struct Limits {
    /// Bytes of the pickle.
    var size = 32 << 20
    /// Values on the stack, in the memo, and containers of each kind.
    var values = 1 << 20
    /// Elements in all containers together.
    var elements = 1 << 22
  }

  private let limits: Limits
  var cursor: ByteCursor
  var document = PickleDocument()
  private var stack: [PickleValue] = []
  /// Where each open mark stands: values below the last one cannot be taken.
  private var marks: [Int] = []
  private var memo: [UInt32: PickleValue] = [:]
  private var foreign: Set<String> = []
  private var elementCount = 0
  /// Where the current opcode stands.
  private(set) var start = 0

  /// - Throws: `format` with the offset of the byte that is wrong, `unsupported` for opcodes that are not read, `limit`.
  static func read(_ buffer: ByteBuffer, name: String, limits: Limits = Limits()) throws(SVFAPError) -> PickleDocument {
    var machine = PickleMachine(cursor: ByteCursor(buffer, name: name), limits: limits)
    try machine.run()
    return machine.document
  }

  private init(cursor: ByteCursor, limits: Limits) {
    self.cursor = cursor
    self.limits = limits
  }

  func fault(_ what: String, code: SVFAPError.Code = .format) -> SVFAPError { cursor.fault(what, at: start, code: code) }

  private mutating func run() throws(SVFAPError) {
    guard try cursor.byte() == PickleOpcode.proto.rawValue, (2...5).contains(try cursor.byte()) else {
      throw fault("no pickle of protocol 2 to 5")
    }
    while true {
      start = cursor.position
      let byte = try cursor.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw fault("the pickle opcode \(byte) is not one that data need; the file is damaged or not a checkpoint", code: .unsupported)
      }
      if opcode == .stop { break }
      try perform(opcode)
    }
    document.root = try pop()
    guard stack.isEmpty, marks.isEmpty else { throw fault("the pickle ends with \(stack.count) values left over") }
    guard cursor.remaining == 0 else { throw fault("\(cursor.remaining) bytes follow the end of the pickle") }
  }

  private mutating func perform(_ opcode: PickleOpcode) throws(SVFAPError) {
    switch opcode {
    case .proto: throw fault("a second start of a pickle")
    case .stop: break
    case .frame: _ = try frame()
    case .mark:
      try checkRoom(marks.count, "open marks")
      marks.append(stack.count)
    case .pop:
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup: try push(try top())
    case .none: try push(.none)
    case .newTrue: try push(.bool(true))
    case .newFalse: try push(.bool(false))
    case .binInt: try push(.integer(try cursor.signed(bytes: 4)))
    case .binInt1: try push(.integer(Int64(try cursor.little(bytes: 1))))
    case .binInt2: try push(.integer(Int64(try cursor.little(bytes: 2))))
    case .long1: try pushLong(bytes: try cursor.little(bytes: 1))
    case .long4: try pushLong(bytes: try cursor.little(bytes: 4))
    case .binFloat: try push(.number(Double(bitPattern: try cursor.little(bytes: 8).byteSwapped)))
    case .shortBinUnicode, .shortBinString: try pushText(bytes: try cursor.little(bytes: 1))
    case .binUnicode, .binString: try pushText(bytes: try cursor.little(bytes: 4))
    case .binUnicode8: try pushText(bytes: try cursor.little(bytes: 8))
    case .shortBinBytes: try skipBytes(try cursor.little(bytes: 1))
    case .binBytes: try skipBytes(try cursor.little(bytes: 4))
    case .binBytes8, .byteArray8: try skipBytes(try cursor.little(bytes: 8))
    case .emptyTuple: try push(try tuple([]))
    case .tuple1: try pushTuple(1)
    case .tuple2: try pushTuple(2)
    case .tuple3: try pushTuple(3)
    case .tuple: try push(try tuple(try popToMark()))
    case .emptyList, .emptySet: try push(try list([]))
    case .frozenSet: try push(try list(try popToMark()))
    case .emptyDict: try push(try dictionary())
    case .append:
      let value = try pop()
      try add([value], to: try top())
    case .appends, .addItems:
      let values = try popToMark()
      try add(values, to: try top())
    case .setItem:
      let value = try pop()
      let key = try pop()
      try set([key, value], in: try top())
    case .setItems:
      let values = try popToMark()
      try set(values, in: try top())
    case .binPut: try put(UInt32(try cursor.little(bytes: 1)))
    case .longBinPut: try put(UInt32(try cursor.little(bytes: 4)))
    case .memoize: try put(UInt32(memo.count))
    case .binGet: try get(UInt32(try cursor.little(bytes: 1)))
    case .longBinGet: try get(UInt32(try cursor.little(bytes: 4)))
    case .global:
      let module = try cursor.line(limit: 1024)
      try pushGlobal(module, try cursor.line(limit: 1024))
    case .stackGlobal:
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else { throw fault("a global without a name") }
      guard module.utf8.count <= 1024, name.utf8.count <= 1024 else { throw fault("the name of a global has more than 1024 bytes") }
      try pushGlobal(module, name)
    case .binPersID: try push(try storage(id: try pop()))
    case .reduce, .newObj:
      let arguments = try pop()
      try push(try make(try pop(), arguments, isInstance: opcode == .newObj))
    case .newObjEx:
      _ = try pop()
      let arguments = try pop()
      try push(try make(try pop(), arguments, isInstance: true))
    case .build:
      let state = try pop()
      try build(try top(), state)
    }
  }

  // MARK: Stack and memo

  /// Checks that one more of `count` values can be kept.
  func checkRoom(_ count: Int, _ what: String) throws(SVFAPError) {
    guard count < limits.values else { throw fault("more than \(limits.values) \(what)", code: .limit) }
  }

  /// Counts elements that a container takes in.
  mutating func keep(_ count: Int) throws(SVFAPError) {
    elementCount += count
    guard elementCount <= limits.elements else { throw fault("more than \(limits.elements) elements", code: .limit) }
  }

  private mutating func push(_ value: PickleValue) throws(SVFAPError) {
    try checkRoom(stack.count, "values on the stack")
    stack.append(value)
  }

  private func top() throws(SVFAPError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw fault("a value is missing on the stack") }
    return value
  }

  private mutating func pop() throws(SVFAPError) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func popToMark() throws(SVFAPError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw fault("a mark is missing on the stack") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func pushTuple(_ count: Int) throws(SVFAPError) {
    guard stack.count - (marks.last ?? 0) >= count else { throw fault("a value is missing on the stack") }
    let elements = Array(stack.suffix(count))
    stack.removeLast(count)
    try push(try tuple(elements))
  }

  private mutating func put(_ index: UInt32) throws(SVFAPError) {
    try checkRoom(memo.count, "remembered values")
    memo[index] = try top()
  }

  private mutating func get(_ index: UInt32) throws(SVFAPError) {
    guard let value = memo[index] else { throw fault("nothing was remembered under \(index)") }
    try push(value)
  }

  // MARK: Plain values

  private mutating func frame() throws(SVFAPError) {
    let count = try cursor.little(bytes: 8)
    guard count <= UInt64(cursor.remaining) else { throw fault("a frame of \(count) bytes is claimed, \(cursor.remaining) remain") }
  }

  private mutating func pushLong(bytes count: UInt64) throws(SVFAPError) {
    guard count <= 8 else {
      _ = try cursor.take(count)
      return try push(.opaque("an integer of \(count) bytes"))
    }
    try push(.integer(count == 0 ? 0 : try cursor.signed(bytes: Int(count))))
  }

  private mutating func pushText(bytes count: UInt64) throws(SVFAPError) {
    let range = try cursor.take(count)
    // Python lets lone surrogates and (in its old strings) any bytes pass: paths of some systems have them.
    try push(cursor.text(range).map { .text($0) } ?? .opaque("a text that is not UTF-8"))
  }

  private mutating func skipBytes(_ count: UInt64) throws(SVFAPError) {
    _ = try cursor.take(count)
    try push(.opaque("bytes"))
  }

  private mutating func pushGlobal(_ module: String, _ name: String) throws(SVFAPError) {
    let global = PickleGlobal(module: module, name: name)
    if case .other(let full) = global, foreign.insert(full).inserted { document.unknownNames.append(full) }
    try push(.global(global))
  }
}
