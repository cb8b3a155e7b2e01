/// A value of a pickle. Containers are indices into the document's lists: values can be shared and can contain
/// themselves, and a million levels of nesting are released without recursion.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case text(String)
  /// Index into `PickleDocument.sequences`.
  case tuple(Int)
  /// A list or a set: index into `PickleDocument.sequences`.
  case list(Int)
  /// Index into `PickleDocument.dictionaries`.
  case dictionary(Int)
  /// An instance of a class that nobody here knows: index into `PickleDocument.objects`.
  case object(Int)
  case global(PickleGlobal)
  /// Index into `PickleDocument.storages`.
  case storage(Int)
  /// Index into `PickleDocument.tensors`.
  case tensor(Int)
  /// Something that is carried along and not understood: what it is, for messages.
  case opaque(String)
}

/// Everything that a pickle holds.
struct PickleDocument: Sendable {
  /// An instance: the name of its class, and the attributes it was given.
  struct Object: Sendable {
    let className: String
    var state = PickleValue.none
  }

  var root = PickleValue.none
  var sequences: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var objects: [Object] = []
  var storages: [TorchStorage] = []
  var tensors: [TorchTensor] = []
  /// Names of classes and functions that were carried along, each once, in the order of their appearance.
  var unknownNames: [String] = []

  /// Elements of a tuple or list.
  func elements(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let index), .list(let index): sequences[index]
    default: nil
    }
  }

  /// Members of a dictionary, or attributes of an object.
  func members(_ value: PickleValue) -> [(key: PickleValue, value: PickleValue)]? {
    switch value {
    case .dictionary(let index): dictionaries[index]
    case .object(let index): if case .dictionary(let state) = objects[index].state { dictionaries[state] } else { nil }
    default: nil
    }
  }

  /// The member of that name; where a name stands twice the last one counts, as in Python.
  func member(_ name: String, of value: PickleValue) -> PickleValue? {
    members(value)?.last { if case .text(name) = $0.key { true } else { false } }?.value
  }

  /// Integers of a tuple or list, or nil if something else is among them.
  func integers(_ value: PickleValue) -> [Int]? {
    guard let elements = elements(value) else { return nil }
    var integers: [Int] = []
    for element in elements {
      guard case .integer(let integer) = element else { return nil }
      integers.append(Int(integer))
    }
    return integers
  }

  /// What a value is, for messages.
  func kind(of value: PickleValue) -> String {
    switch value {
    case .none: "None"
    case .bool: "a truth value"
    case .integer, .number: "a number"
    case .text: "a text"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .object(let index): "an object of the class \(objects[index].className)"
    case .global: "a class or function"
    case .storage: "a storage"
    case .tensor: "a tensor"
    case .opaque(let what): what
    }
  }
}
