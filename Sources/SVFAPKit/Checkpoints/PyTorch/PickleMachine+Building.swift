import Base

/// Containers, and what a checkpoint's few known names mean.
extension PickleMachine {
  mutating func tuple(_ elements: [PickleValue]) throws(SVFAPError) -> PickleValue { .tuple(try sequence(elements)) }

  mutating func list(_ elements: [PickleValue]) throws(SVFAPError) -> PickleValue { .list(try sequence(elements)) }

  private mutating func sequence(_ elements: [PickleValue]) throws(SVFAPError) -> Int {
    try checkRoom(document.sequences.count, "tuples and lists")
    try keep(elements.count)
    document.sequences.append(elements)
    return document.sequences.count - 1
  }

  /// An empty dictionary.
  mutating func dictionary() throws(SVFAPError) -> PickleValue {
    try checkRoom(document.dictionaries.count, "dictionaries")
    document.dictionaries.append([])
    return .dictionary(document.dictionaries.count - 1)
  }

  /// APPEND, APPENDS, ADDITEMS.
  mutating func add(_ values: [PickleValue], to target: PickleValue) throws(SVFAPError) {
    try keep(values.count)
    switch target {
    case .list(let index): document.sequences[index].append(contentsOf: values)
    case .object, .opaque: break  // subclasses of list: their elements are carried nowhere
    default: throw fault("elements are added to \(document.kind(of: target))")
    }
  }

  /// SETITEM, SETITEMS: keys and values in turn.
  mutating func set(_ pairs: [PickleValue], in target: PickleValue) throws(SVFAPError) {
    guard pairs.count % 2 == 0 else { throw fault("a key without a value") }
    try keep(pairs.count)
    switch target {
    case .dictionary(let index):
      for position in stride(from: 0, to: pairs.count, by: 2) {
        document.dictionaries[index].append((pairs[position], pairs[position + 1]))
      }
    case .object, .opaque: break  // subclasses of dict: their members are carried nowhere
    default: throw fault("members are added to \(document.kind(of: target))")
    }
  }

  /// BUILD: attributes for an object. Those of dictionaries and tensors (such as a state dict's `_metadata`) say nothing
  /// about the weights.
  mutating func build(_ target: PickleValue, _ state: PickleValue) throws(SVFAPError) {
    switch target {
    case .object(let index): document.objects[index].state = state
    case .dictionary, .tensor, .opaque, .list: break
    default: throw fault("attributes are given to \(document.kind(of: target))")
    }
  }

  /// REDUCE, NEWOBJ, NEWOBJ_EX: what the known names make of their arguments; all else is carried, not made.
  mutating func make(_ callable: PickleValue, _ arguments: PickleValue, isInstance: Bool) throws(SVFAPError) -> PickleValue {
    guard case .tuple(let index) = arguments else { throw fault("arguments that are no tuple but \(document.kind(of: arguments))") }
    let values = document.sequences[index]
    switch callable {
    case .global(.dictionary):
      guard values.isEmpty else { return .opaque("a dictionary made from arguments") }
      return try dictionary()
    case .global(.tensor): return try tensor(values)
    case .global(.parameter):
      guard let value = values.first, values.count >= 3 else { throw fault("a parameter without a tensor") }
      if case .tensor = value { return value }
      return .opaque("a parameter made from \(document.kind(of: value))")
    case .global(.size):
      guard let value = values.first, values.count == 1, document.integers(value) != nil else { throw fault("a torch.Size without sizes") }
      return value
    case .global(.storage(let type)): return .opaque("a storage of \(type.rawValue) made from arguments")
    case .global(.other(let name)):
      guard isInstance else { return .opaque("what \(name) would make, which is not run") }
      try checkRoom(document.objects.count, "objects")
      document.objects.append(.init(className: name))
      return .object(document.objects.count - 1)
    case .opaque: return .opaque("what an unknown function would make, which is not run")
    default: throw fault("a call of something that is no function but \(document.kind(of: callable))")
    }
  }

  /// BINPERSID: the only ids that torch.save writes are those of storages.
  mutating func storage(id: PickleValue) throws(SVFAPError) -> PickleValue {
    guard case .tuple(let index) = id, case .text("storage")? = document.sequences[index].first, document.sequences[index].count >= 2 else {
      throw fault("a persistent id that is not that of a storage")
    }
    let elements = document.sequences[index]
    // Complex and quantised numbers, and storages without a type: their tensors cannot be weights.
    guard case .global(.storage(let type)) = elements[1] else { return .opaque("a storage of a type that is not read") }
    guard let storage = TorchStorage(id: elements, type: type) else { throw fault("a malformed storage") }
    try checkRoom(document.storages.count, "storages")
    document.storages.append(storage)
    return .storage(document.storages.count - 1)
  }

  /// (storage, offset, shape, strides, ...).
  private mutating func tensor(_ values: [PickleValue]) throws(SVFAPError) -> PickleValue {
    guard values.count >= 4 else { throw fault("a tensor of \(values.count) arguments") }
    if case .opaque(let what) = values[0] { return .opaque("a tensor in \(what)") }
    guard case .storage(let index) = values[0], case .integer(let offset) = values[1], let shape = document.integers(values[2]),
      let strides = document.integers(values[3])
    else { throw fault("a malformed tensor") }
    guard let tensor = TorchTensor(storage: document.storages[index], offset: Int(offset), shape: shape, strides: strides) else {
      throw fault(
        "a tensor of shape \(shape.prefix(16)), strides \(strides.prefix(16)), offset \(offset) does not lie within its storage of "
          + "\(document.storages[index].count) elements")
    }
    try checkRoom(document.tensors.count, "tensors")
    document.tensors.append(tensor)
    return .tensor(document.tensors.count - 1)
  }
}
