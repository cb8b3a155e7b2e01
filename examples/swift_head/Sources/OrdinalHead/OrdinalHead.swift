// A task head in Swift: one number from -1 to 1, such as valence, in levels that have an order (CORAL, Cao et al. 2020).
//
//   swift build -c release
//   cp .build/release/libsvfap_head_ordinal.so svfap_head_ordinal.so
//
// Between K levels lie K - 1 thresholds. Whether a clip lies above threshold k is a question of its own, and all questions
// share one weight, so that the answers keep their order:
//
//   raw_k = weight . features + bias_k      P(level > k) = sigmoid(raw_k)      loss = cross entropy, mean over k
import Glibc
import SVFAPPlugin

@c public func svfap_swift_plugin() { Plugin.serve(OrdinalHead.self) }

struct OrdinalHead: TaskHead {
  static let summary = "one number from -1 to 1, in levels that have an order"
  static let labelFields = [LabelField("label", "number from -1 to 1")]
  static let schema = """
    {"type": "object", "properties": {
      "levels": {"type": "integer", "minimum": 2, "maximum": 100, "default": 5, "description": "how many levels from -1 to 1"}}}
    """

  let levels: Int
  let width: Int

  init(options: Options, width: Int) throws(PluginError) {
    levels = try options.integer("/levels") ?? 5
    guard (2...100).contains(levels) else { throw PluginError(.config, "option /levels: expected 2 to 100, found \(levels)") }
    self.width = width
  }

  var thresholds: Int { levels - 1 }

  var parameters: [Parameter] {
    [Parameter("weight", shape: [width], start: .normal(deviation: 0.02), decays: true), Parameter("bias", shape: [thresholds])]
  }
  var outputs: [Output] { [Output("value", range: -1...1)] }
  var metrics: [Metric] {
    [Metric("mae", unit: "level", largerIsBetter: false), Metric("accuracy", unit: "fraction", largerIsBetter: true)]
  }
  var rawWidth: Int { thresholds }
  var targetWidth: Int { thresholds }
  /// Clips, sum of absolute errors in levels, clips whose level was found.
  var accumulatorWidth: Int { 3 }

  /// For every threshold whether the label lies above it. Halves of two such rows add up to one, so labels may be mixed.
  func target(_ fields: [String]) throws(PluginError) -> [Float] {
    guard fields.count == 1, let value = PluginHost.number(fields[0]), abs(value) <= 1 else {
      throw PluginError(.format, "ordinal: expected one label field, a number from -1 to 1, found \(fields)")
    }
    return (1..<levels).map { value > -1 + 2 * Double($0) / Double(levels) ? 1 : 0 }
  }

  func forward(
    _ input: UnsafeBufferPointer<Float>, parameters: [UnsafeBufferPointer<Float>], raw: UnsafeMutableBufferPointer<Float>
  ) {
    let score = zip(parameters[0], input).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    for k in raw.indices { raw[k] = Float(score + Double(parameters[1][k])) }
  }

  func loss(_ batch: Batch) -> Double {
    let answers = Double(batch.count * thresholds)
    var total = 0.0
    for clip in 0..<batch.count {
      var slope = 0.0  // of the loss by the score, which all thresholds share
      for k in 0..<thresholds {
        let (raw, target) = (Double(batch.raw[clip][k]), Double(batch.targets[clip][k]))
        // log(1 + e^raw) - target raw, without its overflow
        total += max(raw, 0) + log1p(exp(-abs(raw))) - target * raw
        let error = (sigmoid(raw) - target) / answers
        batch.gradients[1][k] += Float(error)
        slope += error
      }
      for (i, feature) in batch.input[clip].enumerated() {
        batch.gradients[0][i] += Float(slope * Double(feature))
        batch.inputGradient[clip][i] = Float(slope * Double(batch.parameters[0][i]))
      }
    }
    return total / answers
  }

  /// The middle of the level that is expected.
  func readings(_ raw: UnsafeBufferPointer<Float>, into readings: UnsafeMutableBufferPointer<Float>) {
    readings[0] = Float(-1 + (2 * raw.reduce(0.0) { $0 + sigmoid(Double($1)) } + 1) / Double(levels))
  }

  func accumulate(
    _ readings: UnsafeBufferPointer<Float>, target: UnsafeBufferPointer<Float>, into sums: UnsafeMutableBufferPointer<Double>
  ) {
    let level = ((Double(readings[0]) + 1) * Double(levels) - 1) / 2
    let truth = target.reduce(0.0) { $0 + Double($1) }
    sums[0] += 1
    sums[1] += abs(level - truth)
    sums[2] += abs(level - truth) < 0.5 ? 1 : 0
  }

  func measure(_ sums: UnsafeBufferPointer<Double>) -> [Double] { [sums[1] / sums[0], sums[2] / sums[0]] }
}

private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
