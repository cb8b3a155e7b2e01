import CSVFAPPlugin
import PluginKit

/// Rows of float32 numbers: (clips, width).
public struct Rows {
  public let values: UnsafeMutablePointer<Float>
  public let count: Int
  public let width: Int

  public init(values: UnsafeMutablePointer<Float>, count: Int, width: Int) {
    self.values = values
    self.count = count
    self.width = width
  }

  /// First number of a row.
  @inline(__always)
  public subscript(row: Int) -> UnsafeMutablePointer<Float> { values + row * width }
}

/// A number that a head reports.
public struct Output {
  public let name: String
  public let unit: String
  public let range: ClosedRange<Double>

  public init(_ name: String, unit: String, range: ClosedRange<Double>) {
    self.name = name
    self.unit = unit
    self.range = range
  }
}

/// A number that a head measures.
public struct Metric {
  public let name: String
  public let unit: String
  public let largerIsBetter: Bool

  public init(_ name: String, unit: String = "1", largerIsBetter: Bool) {
    self.name = name
    self.unit = unit
    self.largerIsBetter = largerIsBetter
  }
}

/// A count that was summed up in double precision, as text. Whoever merged the sums may have handed in anything.
public func counted(_ sum: Double) -> String { Int(exactly: sum.rounded()).map(String.init) ?? "null" }

/// What makes one task different from another. All built-in heads read the encoder's features through one linear
/// layer; a task adds what its labels, loss, readings and metrics are.
///
/// Implementations are immutable: several threads use one at once.
public protocol Task: AnyObject {
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
  func loss(raw: Rows, targets: Rows, gradient: Rows) -> Double
  /// Readings of one clip from its raw outputs.
  func read(_ raw: UnsafePointer<Float>, into readings: UnsafeMutablePointer<Float>)
  /// Adds one clip.
  func accumulate(_ readings: UnsafePointer<Float>, _ target: UnsafePointer<Float>, _ accumulator: UnsafeMutablePointer<Double>)
  /// The metrics, in order; NaN where one is undefined.
  func measure(_ accumulator: UnsafePointer<Double>) -> [Double]
  /// JSON object with what else a report should show.
  func report(_ accumulator: UnsafePointer<Double>) -> String
}

/// A task with the linear layer in front of it, as the tables of the C interface see it.
public final class Head {
  let task: any Task
  let layer: LinearLayer
  private let texts: [String: StableText]

  public init(_ task: any Task, embedDim: Int64) throws(PluginError) {
    guard (1...65536).contains(embedDim) else {
      throw PluginError(Status.shape, "features of width \(embedDim) cannot be read; 1 to 65536 are possible")
    }
    self.task = task
    layer = LinearLayer(inputs: Int(embedDim), outputs: task.outputs.count)
    var texts: [String: StableText] = [:]
    let names = ["weight", "bias"] + task.outputs.flatMap { [$0.name, $0.unit] } + task.metrics.flatMap { [$0.name, $0.unit] }
    for name in names where texts[name] == nil { texts[name] = StableText(name) }
    self.texts = texts
  }

  /// Gives the head to the host. Balanced by `plugin_head_destroy`.
  public func hand(to place: UnsafeMutablePointer<OpaquePointer?>?) throws(PluginError) {
    guard let place else { throw PluginError(Status.invalidArgument, "no place for the head was given") }
    place.pointee = OpaquePointer(Unmanaged.passRetained(self).toOpaque())
  }

  static func from(_ handle: OpaquePointer?) throws(PluginError) -> Head {
    guard let handle else { throw PluginError(Status.invalidArgument, "no head was given") }
    return Unmanaged<Head>.fromOpaque(UnsafeRawPointer(handle)).takeUnretainedValue()
  }

  /// Text that lives as long as the head.
  func text(_ text: String) -> svfap_text { texts[text]?.text ?? svfap_text() }
}
