import Base

/// A number that a head reports for a clip.
package struct OutputDescription: Sendable, Equatable {
  package let name: String
  package let unit: String
  package let minimum: Double
  package let maximum: Double

  package init(name: String, unit: String, minimum: Double, maximum: Double) {
    self.name = name
    self.unit = unit
    self.minimum = minimum
    self.maximum = maximum
  }
}

/// A number that a head measures on labelled clips.
package struct MetricDescription: Sendable, Equatable {
  package let name: String
  package let unit: String
  package let largerIsBetter: Bool

  package init(name: String, unit: String, largerIsBetter: Bool) {
    self.name = name
    self.unit = unit
    self.largerIsBetter = largerIsBetter
  }
}

/// What turns an encoder's features into readings. Heads come from plugins; the networks know nothing of tasks.
///
/// A head holds no weights: `parameters` are passed to it in the order of `declarations`. Any number of threads may use
/// one head at once.
package protocol TaskHead: Sendable {
  /// What a head reads.
  var input: TaskHeadInput { get }
  /// Parameters, named "head.NAME".
  var declarations: [ParameterDeclaration] { get }
  /// Width of the raw outputs.
  var rawWidth: Int { get }
  var outputs: [OutputDescription] { get }
  var metrics: [MetricDescription] { get }
  /// Whether the readings are probabilities of classes that exclude each other.
  var isExclusive: Bool { get }
  /// Whether target rows may be mixed linearly.
  var targetsMix: Bool { get }
  var targetWidth: Int { get }

  /// raw (clips, rawWidth) from input (clips, C) or (clips, tokens, C).
  func forward(
    parameters: [UnsafePointer<Float>], input: UnsafePointer<Float>, shape: [Int], raw: UnsafeMutablePointer<Float>
  ) throws(SVFAPError)

  /// readings (clips, outputs) from raw (clips, rawWidth).
  func readings(raw: UnsafePointer<Float>, clips: Int, readings: UnsafeMutablePointer<Float>) throws(SVFAPError)

  /// The target row (targetWidth) of label fields, or what is wrong with them.
  func target(_ fields: [String]) throws(SVFAPError) -> [Float]

  /// Mean loss of the batch. Adds to the gradients of the parameters and overwrites that of the input.
  ///
  /// - Parameters:
  ///   - targets: (clips, targetWidth), possibly mixed.
  ///   - gradients: of the parameters, in the order of `declarations`.
  ///   - inputGradient: of the shape of the input.
  func loss(
    parameters: [UnsafePointer<Float>], input: UnsafePointer<Float>, shape: [Int], raw: UnsafePointer<Float>, targets: UnsafePointer<Float>,
    gradients: [UnsafeMutablePointer<Float>], inputGradient: UnsafeMutablePointer<Float>
  ) throws(SVFAPError) -> Double

  /// Doubles that hold a partial result of the metrics; partial results are merged by addition.
  var accumulatorWidth: Int { get }
  /// Adds readings (clips, outputs) and their targets (clips, targetWidth).
  func accumulate(
    readings: UnsafePointer<Float>, targets: UnsafePointer<Float>, clips: Int, into accumulator: inout [Double]
  ) throws(SVFAPError)
  /// The metrics of what was accumulated, in order; NaN where one is undefined.
  func measure(_ accumulator: [Double]) throws(SVFAPError) -> [Double]
  /// What else a report should show of it, such as a confusion matrix.
  func report(_ accumulator: [Double]) throws(SVFAPError) -> JSONValue
}

/// What a head reads: the normed mean token (clips, C), or the last stage's tokens (clips, tokens, C).
package enum TaskHeadInput: Sendable {
  case features
  case tokens
}
