import Base
import Checkpoints
import TestSupport

/// A made-up training run whose state at every step is known, so that what is loaded can be compared bit for bit.
package final class SampleRun {
  package static let configuration = RunConfiguration(["seed": 7, "threads": 2], free: ["/threads"])

  private let shape: [Int]
  private let buffers: [(name: String, values: FloatBuffer)]

  /// - Parameter rows: numbers in each of the four tensors, divided by 4.
  package init(rows: Int = 3) throws {
    shape = [rows, 4]
    buffers = try StatePart.allCases.map { ($0.name("a"), try FloatBuffer(count: rows * 4)) }
  }

  private static func values(_ name: String, step: Int, count: Int) -> [Float] {
    // A few values that only bits can tell apart.
    let special = [Float(bitPattern: 0x7FC0_0000 | UInt32(step & 0xFFFF)), -0.0, .infinity, .leastNonzeroMagnitude]
    return Array(special + stream(name, seed: UInt64(step), count: max(count - special.count, 0))).prefix(count).map { $0 }
  }

  private static func counters(step: Int) -> JSONObject {
    [
      "epoch": .integer(Int64(step / 10)), "cursor": .integer(Int64(step) * 3), "best": .number(1 / Double(step + 3)),
      "seed": "18446744073709551615",
    ]
  }

  /// Saves the state at a step.
  @discardableResult
  package func save(step: Int, in store: CheckpointStore) throws(SVFAPError) -> [SVFAPError] {
    // The snapshot points into the buffers.
    defer { withExtendedLifetime(buffers) {} }
    return try store.save(snapshot(step: step))
  }

  private func snapshot(step: Int) -> TrainingSnapshot {
    for (name, buffer) in buffers {
      for (index, value) in Self.values(name, step: step, count: buffer.count).enumerated() { buffer[index] = value }
    }
    return TrainingSnapshot(
      step: step, configuration: Self.configuration, counters: Self.counters(step: step),
      tensors: buffers.map { TensorSource($0.name, shape: shape, $0.values.pointer) })
  }

  /// Whether a loaded state is that of its step, to the bit.
  package func matches(_ state: TrainingState) throws -> Bool {
    guard state.counters == Self.counters(step: state.step), state.configuration == Self.configuration.value else { return false }
    guard state.tensorNames == buffers.map(\.name) else { return false }
    for (name, buffer) in buffers {
      try state.read(name, shape: shape, into: buffer.pointer)
      let expected = Self.values(name, step: state.step, count: buffer.count)
      guard expected.indices.allSatisfy({ buffer[$0].bitPattern == expected[$0].bitPattern }) else { return false }
    }
    return true
  }
}
