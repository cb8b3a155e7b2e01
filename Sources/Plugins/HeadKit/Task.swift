import SVFAPPlugin

/// What makes one task different from another: what its labels, loss, readings and metrics are. All built-in heads read the
/// encoder's features through one linear layer (`LinearHead`).
///
/// Tasks are immutable: several threads use one at once.
public protocol Task: Sendable {
  var outputs: [Output] { get }
  var metrics: [Metric] { get }
  /// Whether the readings are probabilities of classes that exclude each other.
  var isExclusive: Bool { get }
  /// Numbers that a label becomes.
  var targetWidth: Int { get }
  /// Numbers that hold a partial result of the metrics; partial results are merged by addition.
  var accumulatorWidth: Int { get }

  /// Turns the label fields of a manifest line into a target row, or says what is wrong with them.
  func target(_ fields: [String]) throws(PluginError) -> [Float]
  /// Mean loss over the clips; `gradient` (clips, outputs) receives its derivative by the raw outputs.
  func loss(raw: Clips, targets: Clips, gradient: MutableClips) -> Double
  /// Readings of one clip from its raw outputs.
  func readings(_ raw: UnsafeBufferPointer<Float>, into readings: UnsafeMutableBufferPointer<Float>)
  /// Adds one clip.
  func accumulate(
    _ readings: UnsafeBufferPointer<Float>, target: UnsafeBufferPointer<Float>, into accumulator: UnsafeMutableBufferPointer<Double>)
  /// The metrics, in order; NaN where one is undefined.
  func measure(_ accumulator: UnsafeBufferPointer<Double>) -> [Double]
  /// JSON object with what else a report should show.
  func report(_ accumulator: UnsafeBufferPointer<Double>) -> String
}

/// A count that was summed up in double precision, as text. Whoever merged the sums may have handed in anything.
public func counted(_ sum: Double) -> String { Int(exactly: sum.rounded()).map(String.init) ?? "null" }
