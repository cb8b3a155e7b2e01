import Base

/// A training run at rest between two steps, in the memory of whoever trains: what `CheckpointStore.save` writes.
///
/// Nothing is copied: `tensors` point at the trainer's own buffers, which must live and not change during the save.
/// (A change is noticed: the file then does not read back as it was written, and the save fails.)
package struct TrainingSnapshot {
  /// Optimizer steps done.
  package let step: Int
  /// The run's resolved configuration, kept in the file so that it can be understood alone.
  package let configuration: RunConfiguration
  /// Everything that is no tensor: seed, epoch, data cursor, length of the log, best metric so far ... Numbers come
  /// back exactly; 64-bit seeds beyond Int64 belong in a text.
  package let counters: JSONObject
  /// Weights, optimizer state and averages (`StatePart`), in any order, each name once.
  package let tensors: [TensorSource]

  package init(step: Int, configuration: RunConfiguration, counters: JSONObject, tensors: [TensorSource]) {
    self.step = step
    self.configuration = configuration
    self.counters = counters
    self.tensors = tensors
  }

  /// - Throws: `invalidArgument` for what would not come back from the file as it is.
  func check() throws(SVFAPError) {
    guard step >= 0 else { throw SVFAPError(.invalidArgument, "a training state cannot be at step \(step)") }
    if let pointer = Self.nonFinite(.object(counters), at: "") {
      throw SVFAPError(
        .invalidArgument, "counter \(pointer) of a training state is no finite number: JSON cannot keep it", detail: ["where": pointer])
    }
    var names = Set<String>()
    for tensor in tensors where !names.insert(tensor.name).inserted || tensor.name == SafetensorsSeal.name {
      throw SVFAPError(.invalidArgument, "two tensors of a training state are called \"\(tensor.name)\"", detail: ["where": tensor.name])
    }
  }

  private static func nonFinite(_ value: JSONValue, at pointer: String) -> String? {
    switch value {
    case .number(let number): number.isFinite ? nil : pointer
    case .array(let elements):
      elements.enumerated().lazy.compactMap { nonFinite($1, at: "\(pointer)/\($0)") }.first
    case .object(let object): object.members.lazy.compactMap { nonFinite($0.value, at: "\(pointer)/\($0.key)") }.first
    default: nil
    }
  }
}
