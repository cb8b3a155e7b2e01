import Glibc
import SVFAPPlugin

/// What bounds a regressed number.
public enum Activation: String, Sendable {
  case identity
  case tanh
  case sigmoid

  /// Value and derivative.
  func callAsFunction(_ x: Float) -> (value: Float, slope: Float) {
    switch self {
    case .identity: return (x, 1)
    case .tanh:
      let y = tanhf(x)
      return (y, 1 - y * y)
    case .sigmoid:
      let y = x >= 0 ? 1 / (1 + expf(-x)) : expf(x) / (1 + expf(x))
      return (y, y * (1 - y))
    }
  }

  var range: ClosedRange<Double> {
    switch self {
    case .identity: -Double.infinity...Double.infinity
    case .tanh: -1...1
    case .sigmoid: 0...1
    }
  }
}

/// Losses of regressed numbers y against t.
public enum RegressionLoss: String, Sendable {
  /// Mean squared difference.
  case mse
  /// Mean absolute difference.
  case l1
  /// 1 - Lin's concordance coefficient over the batch, mean over dimensions.
  case ccc
  /// The sum of `mse` and `ccc`.
  case both = "mse+ccc"

  /// Loss of activated values; adds its derivative to `gradient`. All are (clips, dimensions).
  func value(_ y: [Float], _ t: Clips, dimensions: Int, gradient: inout [Float]) -> Double {
    switch self {
    case .mse: return Self.differences(y, t, &gradient) { ($0 * $0, 2 * $0) }
    case .l1: return Self.differences(y, t, &gradient) { (abs($0), $0 > 0 ? 1 : $0 < 0 ? -1 : 0) }
    case .ccc: return Self.concordance(y, t, dimensions, &gradient)
    case .both: return Self.differences(y, t, &gradient) { ($0 * $0, 2 * $0) } + Self.concordance(y, t, dimensions, &gradient)
    }
  }

  private static func differences(
    _ y: [Float], _ t: Clips, _ gradient: inout [Float], _ term: (Double) -> (value: Double, slope: Double)
  ) -> Double {
    var sum = 0.0
    for index in y.indices {
      let (value, slope) = term(Double(y[index]) - Double(t[index / t.width][index % t.width]))
      sum += value
      gradient[index] += Float(slope / Double(y.count))
    }
    return sum / Double(y.count)
  }

  /// CCC = 2 cov / (var_y + var_t + (mean_y - mean_t)^2) with population moments; `floor` keeps a batch of one clip, or
  /// of equal ones, finite: its concordance is 0.
  private static func concordance(_ y: [Float], _ t: Clips, _ dimensions: Int, _ gradient: inout [Float]) -> Double {
    let floor = 1e-8
    let clips = t.count
    let n = Double(clips)
    var sum = 0.0
    for dimension in 0..<dimensions {
      let ys = (0..<clips).map { Double(y[$0 * dimensions + dimension]) }
      let ts = (0..<clips).map { Double(t[$0][dimension]) }
      let meanY = ys.reduce(0, +) / n
      let meanT = ts.reduce(0, +) / n
      var varianceY = 0.0
      var varianceT = 0.0
      var covariance = 0.0
      for clip in 0..<clips {
        varianceY += (ys[clip] - meanY) * (ys[clip] - meanY) / n
        varianceT += (ts[clip] - meanT) * (ts[clip] - meanT) / n
        covariance += (ys[clip] - meanY) * (ts[clip] - meanT) / n
      }
      let scatter = varianceY + varianceT + (meanY - meanT) * (meanY - meanT) + floor
      let ccc = 2 * covariance / scatter
      sum += 1 - ccc
      for clip in 0..<clips {
        let covarianceSlope = (ts[clip] - meanT) / n
        let scatterSlope = 2 * (ys[clip] - meanY) / n + 2 * (meanY - meanT) / n
        let slope = (2 * covarianceSlope - ccc * scatterSlope) / scatter
        gradient[clip * dimensions + dimension] += Float(-slope / Double(dimensions))
      }
    }
    return sum / Double(dimensions)
  }
}

/// Several numbers a clip: affective dimensions, personality traits.
public struct RegressionTask: Task {
  /// A figure that is reported for every dimension and as the mean over them.
  public enum Figure: String, Sendable {
    case pcc
    case ccc
    case rmse
    case mae
    case r2
    /// 1 - MAE, the accuracy of the personality challenges.
    case acc

    var largerIsBetter: Bool { self != .rmse && self != .mae }

    func value(_ figures: RegressionMetrics.Figures) -> Double {
      switch self {
      case .pcc: figures.pcc
      case .ccc: figures.ccc
      case .rmse: figures.rmse
      case .mae: figures.mae
      case .r2: figures.r2
      case .acc: 1 - figures.mae
      }
    }
  }

  public let outputs: [Output]
  public let metrics: [Metric]
  public var isExclusive: Bool { false }
  public var targetWidth: Int { outputs.count }
  public var accumulatorWidth: Int { outputs.count * RegressionMetrics.width }

  private let activation: Activation
  private let lossKind: RegressionLoss
  private let figures: [Figure]
  private let sums: RegressionMetrics

  /// Most dimensions that a head may have.
  static let limit = 64

  /// - Parameter names: one a dimension, in the order of the label fields.
  public init(names: [String], activation: Activation, loss: RegressionLoss, figures: [Figure]) throws(PluginError) {
    guard names.count <= Self.limit else {
      throw PluginError(.config, "option \"outputs\": \(names.count) names; at most \(Self.limit) are possible")
    }
    guard !names.isEmpty, Set(names).count == names.count, names.allSatisfy({ !$0.isEmpty }) else {
      throw PluginError(.config, "option \"outputs\": names must be present and differ")
    }
    self.activation = activation
    lossKind = loss
    self.figures = figures
    outputs = names.map { Output($0, unit: "1", range: activation.range) }
    let range = activation.range
    sums = RegressionMetrics(reference: range.lowerBound.isFinite ? (range.lowerBound + range.upperBound) / 2 : 0)
    var metrics = figures.map { Metric("mean_\($0.rawValue)", largerIsBetter: $0.largerIsBetter) }
    for name in names { metrics += figures.map { Metric("\($0.rawValue)_\(name)", largerIsBetter: $0.largerIsBetter) } }
    self.metrics = metrics
  }

  public func target(_ fields: [String]) throws(PluginError) -> [Float] {
    guard fields.count == outputs.count else {
      let names = outputs.map(\.name).joined(separator: ", ")
      throw PluginError(.format, "expected \(outputs.count) label fields (\(names)), found \(fields.count)")
    }
    var row: [Float] = []
    for (field, output) in zip(fields, outputs) {
      // Float would take hexadecimal numbers too, which are mistakes in a list of labels.
      let isPlain = field.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
      guard isPlain, let value = Float(field), value.isFinite else {
        throw PluginError(.format, "\(output.name): expected a number, found \"\(field)\"")
      }
      guard output.range.contains(Double(value)) else {
        throw PluginError(
          .format,
          "\(output.name): \(field) lies outside \(output.range.lowerBound) to \(output.range.upperBound), which the activation \"\(activation.rawValue)\" can reach; scale the labels"
        )
      }
      row.append(value)
    }
    return row
  }

  public func loss(raw: Clips, targets: Clips, gradient: MutableClips) -> Double {
    let (count, width) = (raw.count * raw.width, raw.width)
    var values = [Float](repeating: 0, count: count)
    var slopes = [Float](repeating: 0, count: count)
    for index in 0..<count { (values[index], slopes[index]) = activation(raw[index / width][index % width]) }
    var byValue = [Float](repeating: 0, count: count)
    let loss = lossKind.value(values, targets, dimensions: width, gradient: &byValue)
    for index in 0..<count { gradient[index / width][index % width] = byValue[index] * slopes[index] }
    return loss
  }

  public func readings(_ raw: UnsafeBufferPointer<Float>, into readings: UnsafeMutableBufferPointer<Float>) {
    for index in outputs.indices { readings[index] = activation(raw[index]).value }
  }

  public func accumulate(
    _ readings: UnsafeBufferPointer<Float>, target: UnsafeBufferPointer<Float>, into accumulator: UnsafeMutableBufferPointer<Double>
  ) {
    for index in outputs.indices {
      sums.add(predicted: readings[index], truth: target[index], .init(rebasing: accumulator[RegressionMetrics.place(of: index)]))
    }
  }

  public func measure(_ accumulator: UnsafeBufferPointer<Double>) -> [Double] {
    let found = outputs.indices.map { sums.figures(.init(rebasing: accumulator[RegressionMetrics.place(of: $0)])) }
    let means = figures.map { figure in found.map { figure.value($0) }.reduce(0, +) / Double(found.count) }
    return means + found.flatMap { dimension in figures.map { $0.value(dimension) } }
  }

  public func report(_ accumulator: UnsafeBufferPointer<Double>) -> String { "{\"clips\": \(counted(accumulator[0]))}" }
}
