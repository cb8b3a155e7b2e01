/// A task head: turns an encoder's features into readings, and labels into a loss.
///
/// It holds what its options say and nothing else: the host owns the weights, and makes, stores, loads, trains and averages
/// what `parameters` declares. Several threads use a head at once.
public protocol TaskHead: Sendable {
  /// What the head is for, in one line.
  static var summary: String { get }
  /// The fields of a label, for people.
  static var labelFields: [LabelField] { get }
  /// JSON Schema of the options, an object with `properties` and their `default`s. No options if not given.
  static var schema: String { get }

  /// Makes a head.
  ///
  /// - Parameters:
  ///   - options: as `schema` says, defaults filled in.
  ///   - width: numbers of a feature vector, or of a token.
  init(options: Options, width: Int) throws(PluginError)

  /// What `forward` reads. Features if not given.
  var input: HeadInput { get }
  /// Whether readings are probabilities of classes that exclude each other: the host then reports the winner. No if not given.
  var isExclusive: Bool { get }
  /// Whether half of one target and half of another make a target. Yes if not given.
  var targetsMix: Bool { get }
  /// The trainable tensors.
  var parameters: [Parameter] { get }
  /// What is reported of a clip.
  var outputs: [Output] { get }
  /// What is measured on a set of labelled clips.
  var metrics: [Metric] { get }
  /// Numbers of a clip that `forward` computes. As many as there are outputs if not given.
  var rawWidth: Int { get }
  /// Numbers that a label becomes.
  var targetWidth: Int { get }
  /// Numbers that hold a partial result of the metrics. Partial results are merged by addition.
  var accumulatorWidth: Int { get }

  /// Turns the label fields of a line into `targetWidth` numbers, or says what is wrong with them.
  func target(_ fields: [String]) throws(PluginError) -> [Float]

  /// Raw outputs of one clip.
  ///
  /// - Parameters:
  ///   - input: its features (width), or its tokens (n, width), one after the other, by time, row, column.
  ///   - parameters: in declared order.
  ///   - raw: `rawWidth` numbers to write.
  func forward(
    _ input: UnsafeBufferPointer<Float>, parameters: [UnsafeBufferPointer<Float>], raw: UnsafeMutableBufferPointer<Float>
  ) throws(PluginError)

  /// Mean loss over a batch, with its gradients: ADDED to `batch.gradients`, written to all of `batch.inputGradient`.
  func loss(_ batch: Batch) throws(PluginError) -> Double

  /// What is reported of one clip, from its raw outputs: probabilities, activated values.
  func readings(_ raw: UnsafeBufferPointer<Float>, into readings: UnsafeMutableBufferPointer<Float>)

  /// Adds one clip to a partial result, which is 0 at the start.
  func accumulate(
    _ readings: UnsafeBufferPointer<Float>, target: UnsafeBufferPointer<Float>, into accumulator: UnsafeMutableBufferPointer<Double>)

  /// The metrics, in order; NaN where one is undefined.
  func measure(_ accumulator: UnsafeBufferPointer<Double>) -> [Double]

  /// JSON object with whatever else a report should show. Nothing more if not given.
  func report(_ accumulator: UnsafeBufferPointer<Double>) -> String
}

extension TaskHead {
  public static var schema: String { #"{"type": "object", "properties": {}}"# }
  public var input: HeadInput { .features }
  public var isExclusive: Bool { false }
  public var targetsMix: Bool { true }
  public var rawWidth: Int { outputs.count }
  public func report(_ accumulator: UnsafeBufferPointer<Double>) -> String { "{}" }
}

/// What a head reads.
public enum HeadInput: Sendable {
  /// fc_norm of the mean of the last stage's tokens.
  case features
  /// The last stage's tokens, neither pooled nor normed.
  case tokens
}

/// A field of a label.
public struct LabelField: Sendable {
  let name, type: String

  /// A field, with what stands in it for people: "number from -1 to 1".
  public init(_ name: String, _ type: String) {
    self.name = name
    self.type = type
  }
}

/// One of a head's trainable tensors, float32. Stored in the model file as `head.NAME`.
public struct Parameter: Sendable {
  /// How a parameter starts.
  public enum Start: Sendable {
    /// Every element the same.
    case constant(Double)
    /// Normal with mean 0.
    case normal(deviation: Double)
    /// Uniform in [-limit, limit).
    case uniform(limit: Double)
  }

  let name: String
  let shape: [Int]
  let start: Start
  let decays: Bool

  /// A tensor of 1 to 8 dimensions.
  ///
  /// - Parameters:
  ///   - name: letters, digits, "_" and ".".
  ///   - decays: whether weight decay applies to it.
  public init(_ name: String, shape: [Int], start: Start = .constant(0), decays: Bool = false) {
    self.name = name
    self.shape = shape
    self.start = start
    self.decays = decays
  }
}

/// One number that a head reports for a clip.
public struct Output: Sendable {
  /// "happiness", "valence" ...
  public let name: String
  /// "probability", "1" ...
  public let unit: String
  /// Least and largest value, possibly infinite.
  public let range: ClosedRange<Double>

  /// "valence" in -1...1 with the unit "1", say. The range may be infinite.
  public init(_ name: String, unit: String = "1", range: ClosedRange<Double>) {
    self.name = name
    self.unit = unit
    self.range = range
  }
}

/// One number that a head measures on a set of labelled clips.
public struct Metric: Sendable {
  /// "uar", "ccc_valence" ...
  public let name: String
  /// "fraction", "1" ...
  public let unit: String
  /// Which way is up.
  public let largerIsBetter: Bool

  /// "mae", say, of which less is better.
  public init(_ name: String, unit: String = "1", largerIsBetter: Bool) {
    self.name = name
    self.unit = unit
    self.largerIsBetter = largerIsBetter
  }
}
