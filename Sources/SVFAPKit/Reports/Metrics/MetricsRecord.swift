import Base

/// What a training run measured at one moment: a line of `metrics.jsonl`.
///
///     {"kind": "step", "step": 120, "epoch": 2, "values": {"loss": 0.61, "learning_rate": 0.0003}, "time": {"at": ...}}
///
/// Everything but `time` depends on nothing but the run: a run that was stopped and resumed writes the same.
package struct MetricsRecord: Sendable {
  /// What was measured: "step" for a training step, "epoch" for the mean of one, "validation", "test" ...
  package let kind: String
  /// Optimizer steps done.
  package let step: Int
  /// Passes over the data that were begun, the first being 0.
  package let epoch: Int
  /// Numbers by name, in the order in which they are written.
  package private(set) var values: [(name: String, value: Double)] = []
  /// Seconds by name: "data_s", "compute_s" ...
  package private(set) var times: [(name: String, value: Double)] = []

  package init(_ kind: String, step: Int, epoch: Int) {
    self.kind = kind
    self.step = step
    self.epoch = epoch
  }

  package mutating func add(_ name: String, _ value: Double) { values.append((name, value)) }

  /// Adds a float32 with the digits that it has, not those of the double that is nearest.
  package mutating func add(_ name: String, float value: Float) { add(name, Double("\(value)") ?? Double(value)) }

  package mutating func add(seconds: Double, as name: String) { times.append((name, seconds)) }

  /// The record as JSON. NaN and infinities, which JSON does not have, are null among the values, so that a column stays a
  /// column of numbers, and named in `non_finite`: {"loss": "nan"}.
  package func json(at time: Double) -> JSONValue {
    var object: JSONObject = ["kind": .string(kind), "step": .integer(Int64(step)), "epoch": .integer(Int64(epoch))]
    var numbers = JSONObject()
    var others = JSONObject()
    for (name, value) in values {
      numbers[name] = value.isFinite ? .number(value) : .null
      if !value.isFinite { others[name] = .string(value.isNaN ? "nan" : value < 0 ? "-inf" : "inf") }
    }
    object["values"] = .object(numbers)
    if !others.isEmpty { object["non_finite"] = .object(others) }
    var moments: JSONObject = ["at": .string(utcText(time))]
    for (name, seconds) in times { moments[name] = .number((seconds * 1e6).rounded() / 1e6) }
    object["time"] = .object(moments)
    return .object(object)
  }
}
