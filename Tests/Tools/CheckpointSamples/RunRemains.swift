import Base
import Checkpoints
import TestSupport

/// Everything of a run's folder that must not depend on how the run went: the newest and the best checkpoint, the model,
/// and the records of `metrics.jsonl` without their times.
package struct RunRemains: Equatable {
  package let step: Int
  package let counters: JSONObject
  /// Bits of the newest checkpoint's tensors by name.
  package let state: [String: [UInt32]]
  package let best: [String: [UInt32]]?
  package let model: [String: [UInt32]]
  package let records: [JSONObject]

  /// - Throws: what is missing or damaged.
  package init(_ folder: String) throws {
    let store = try CheckpointStore("\(folder)/checkpoints")
    guard let newest = try store.newest().state else { throw SVFAPError(.notFound, "\(folder) holds no checkpoint") }
    step = newest.step
    counters = newest.counters
    state = try Self.bits(newest)
    best = try store.best().map(Self.bits)
    model = try Self.bits(ofModel: "\(folder)/model.safetensors")
    records = try Self.records("\(folder)/metrics.jsonl")
  }

  /// The first thing that two runs do not have in common, in words; nil if they are alike.
  package func difference(from other: RunRemains) -> String? {
    if step != other.step { return "steps \(step) and \(other.step)" }
    if counters != other.counters { return "counters \(JSONValue.object(counters).text()) and \(JSONValue.object(other.counters).text())" }
    if records.count != other.records.count { return "\(records.count) and \(other.records.count) records" }
    for (own, other) in zip(records, other.records) where own != other {
      return "the records \(JSONValue.object(own).text()) and \(JSONValue.object(other).text())"
    }
    func tensor(_ what: String, _ own: [String: [UInt32]], _ other: [String: [UInt32]]) -> String? {
      if own.keys.sorted() != other.keys.sorted() { return "the names in the \(what)" }
      return own.keys.sorted().first { own[$0] != other[$0] }.map { "\($0) in the \(what)" }
    }
    return tensor("newest checkpoint", state, other.state) ?? tensor("best checkpoint", best ?? [:], other.best ?? [:])
      ?? tensor("model", model, other.model)
  }

  /// The records of a `metrics.jsonl`, without their times.
  package static func records(_ path: String) throws -> [JSONObject] {
    try String(decoding: Fixtures.bytes(path), as: UTF8.self).split(separator: "\n").map { line in
      var record = try JSONValue(parsing: String(line)).objectValue ?? JSONObject()
      record["time"] = nil
      return record
    }
  }

  private static func bits(ofModel path: String) throws -> [String: [UInt32]] {
    let file = try SafetensorsFile(path)
    var bits: [String: [UInt32]] = [:]
    for entry in file.tensors {
      let buffer = try FloatBuffer(count: entry.count)
      _ = try file.readFloats(entry, into: buffer.pointer, count: entry.count)
      bits[entry.name] = (0..<entry.count).map { buffer[$0].bitPattern }
    }
    return bits
  }

  private static func bits(_ state: TrainingState) throws -> [String: [UInt32]] {
    var bits: [String: [UInt32]] = [:]
    for name in state.tensorNames {
      guard let shape = state.shape(of: name) else { continue }
      let buffer = try FloatBuffer(count: shape.reduce(1, *))
      try state.read(name, shape: shape, into: buffer.pointer)
      bits[name] = (0..<buffer.count).map { buffer[$0].bitPattern }
    }
    return bits
  }
}
