import Base
import Checkpoints
import Networks

/// The weights of a checkpoint under their published names.
struct ImportedTensors {
  let checkpoint: TorchCheckpoint
  /// Member of the checkpoint that holds them; nil if they are the whole file.
  let key: String?
  let tensors: [String: TorchTensor]
  /// What else stands among them, by published name.
  let others: [String: String]

  /// - Throws: as `TorchCheckpoint.stateDictionary`; `format` if two names become one.
  init(_ checkpoint: TorchCheckpoint, key: String?) throws(SVFAPError) {
    let state = try checkpoint.stateDictionary(key: key)
    let names = try PublishedNames.find(state.names)
    self.checkpoint = checkpoint
    self.key = state.key
    tensors = Dictionary(state.tensors.map { (names[$0] ?? $0, $1) }, uniquingKeysWith: { first, _ in first })
    let otherNames = try PublishedNames.find(Array(state.others.keys))
    others = Dictionary(state.others.map { (otherNames[$0] ?? $0, $1) }, uniquingKeysWith: { first, _ in first })
  }

  var shapes: [String: [Int]] { tensors.mapValues(\.shape) }

  /// Compares names and shapes with what a model needs.
  ///
  /// - Returns: names that the model does not need, in order; they are dropped.
  /// - Throws: `shape` that lists what is missing, of another shape, and (unless allowed) not needed.
  func check(_ declarations: [ParameterDeclaration], allowUnexpected: Bool) throws(SVFAPError) -> [String] {
    var missing: [String] = []
    var wrong: [String] = []
    for declaration in declarations {
      if let tensor = tensors[declaration.name] {
        guard tensor.shape != declaration.shape else { continue }
        wrong.append("\(declaration.name) \(tensor.shape) instead of \(declaration.shape)")
      } else {
        missing.append(declaration.name + (others[declaration.name].map { " (it is \($0))" } ?? ""))
      }
    }
    let declared = Set(declarations.map(\.name))
    let unexpected = tensors.keys.filter { !declared.contains($0) }.sorted()
    var faults: [String] = []
    func list(_ names: [String], _ what: String) {
      guard !names.isEmpty else { return }
      faults.append("\(names.count) \(what): \(names.prefix(5).joined(separator: ", "))\(names.count > 5 ? " ..." : "")")
    }
    list(missing, "are missing")
    list(wrong, "have another shape")
    if !allowUnexpected { list(unexpected, "are not needed (allow_unexpected drops them)") }
    guard faults.isEmpty else {
      throw SVFAPError(
        .shape, "the tensors do not make up a model: of the tensors \(faults.joined(separator: "; "))",
        detail: ["where": (missing + wrong + unexpected).first ?? ""])
    }
    return unexpected
  }

  /// A tensor's values.
  func values(_ name: String) throws(SVFAPError) -> [Float]? {
    guard let tensor = tensors[name] else { return nil }
    let buffer = try FloatBuffer(count: tensor.count)
    try checkpoint.read(tensor, into: buffer.pointer)
    return (0..<buffer.count).map { buffer[$0] }
  }
}
