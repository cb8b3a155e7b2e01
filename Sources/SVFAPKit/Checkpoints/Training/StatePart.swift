/// What the tensors of a training state are, by the first part of their names: "weights/encoder.norm.weight".
package enum StatePart: String, Sendable, CaseIterable {
  /// The model's parameters.
  case weights
  /// AdamW's running mean of the gradients, m.
  case firstMoment = "moment1"
  /// AdamW's running mean of the squared gradients, v.
  case secondMoment = "moment2"
  /// The exponential moving average of the parameters.
  case average = "ema"

  /// Name of the tensor that belongs to a parameter.
  package func name(_ parameter: String) -> String { "\(rawValue)/\(parameter)" }
}
