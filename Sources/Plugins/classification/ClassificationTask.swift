import Glibc
import HeadKit
import SVFAPPlugin

/// Classes that exclude each other: softmax, cross entropy with soft targets, UAR, WAR and F1.
struct ClassificationTask: Task {
  let outputs: [Output]
  let metrics: [Metric]
  var isExclusive: Bool { true }
  var targetWidth: Int { classes }
  /// Confusion matrix (truth, predicted), hits among the first k, sum of cross entropies.
  var accumulatorWidth: Int { classes * classes + 2 }

  private let classes: Int
  private let labels: [String]
  private let smoothing: Double
  private let weights: [Double]
  private let topK: Int

  /// Most classes that a head may have.
  static let limit = 4096

  init(labels: [String], smoothing: Double, weights: [Double], topK: Int) throws(PluginError) {
    guard labels.count <= Self.limit else {
      throw PluginError(.config, "option \"labels\": \(labels.count) classes; at most \(Self.limit) are possible")
    }
    guard labels.count >= 2, Set(labels).count == labels.count, labels.allSatisfy({ !$0.isEmpty }) else {
      throw PluginError(.config, "option \"labels\": at least two names that differ are needed")
    }
    for (index, label) in labels.enumerated() {
      guard label.utf8.count <= 256, label.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control && $0 != "\u{FFFD}" })
      else {
        throw PluginError(
          .config, "option \"labels\": the name of class \(index) has more than 256 bytes, or characters that cannot be printed")
      }
    }
    guard weights.isEmpty || weights.count == labels.count else {
      throw PluginError(.config, "option \"class_weights\": expected \(labels.count) numbers, found \(weights.count)")
    }
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      throw PluginError(.config, "option \"class_weights\": expected numbers from 0 on, found \(weights)")
    }
    guard (0..<1).contains(smoothing) else {
      throw PluginError(.config, "option \"label_smoothing\": expected a number from 0 to below 1, found \(smoothing)")
    }
    guard topK >= 1 else { throw PluginError(.config, "option \"top_k\": expected at least 1, found \(topK)") }
    self.labels = labels
    classes = labels.count
    self.smoothing = smoothing
    self.weights = weights.isEmpty ? [Double](repeating: 1, count: labels.count) : weights
    self.topK = min(topK, labels.count)
    outputs = labels.map { Output($0, unit: "probability", range: 0...1) }
    metrics = [
      Metric("uar", unit: "fraction", largerIsBetter: true), Metric("war", unit: "fraction", largerIsBetter: true),
      Metric("macro_f1", unit: "fraction", largerIsBetter: true), Metric("micro_f1", unit: "fraction", largerIsBetter: true),
      Metric("weighted_f1", unit: "fraction", largerIsBetter: true),
      Metric("top\(self.topK)", unit: "fraction", largerIsBetter: true), Metric("cross_entropy", unit: "nat", largerIsBetter: false),
    ]
  }

  /// One field: the index of a class or its name. Smoothing happens in the loss, so that rows stay exact labels.
  func target(_ fields: [String]) throws(PluginError) -> [Float] {
    guard fields.count == 1, let field = fields.first else {
      throw PluginError(.format, "expected one label field, a class, found \(fields.count)")
    }
    guard let index = labels.firstIndex(of: field) ?? Int(field) else {
      throw PluginError(.format, "unknown class \"\(field)\"; the classes are \(labels.joined(separator: ", "))")
    }
    guard labels.indices.contains(index) else {
      throw PluginError(
        .format, "there is no class \(index); the classes are 0 to \(classes - 1) (\(labels.joined(separator: ", ")))")
    }
    return labels.indices.map { $0 == index ? 1 : 0 }
  }

  /// Mean over the clips of -sum(target * log softmax(raw)), targets smoothed: (1 - s) target + s / K (published c.7).
  func loss(raw: Clips, targets: Clips, gradient: MutableClips) -> Double {
    var total = 0.0
    for clip in 0..<raw.count {
      let (row, target) = (raw[clip], targets[clip])
      let logSum = logSum(row)
      func goal(_ index: Int) -> Double { ((1 - smoothing) * Double(target[index]) + smoothing / Double(classes)) * weights[index] }
      var mass = 0.0
      for index in 0..<classes {
        mass += goal(index)
        total -= goal(index) * (Double(row[index]) - logSum)
      }
      for index in 0..<classes {
        gradient[clip][index] = Float((exp(Double(row[index]) - logSum) * mass - goal(index)) / Double(raw.count))
      }
    }
    return total / Double(raw.count)
  }

  func readings(_ raw: UnsafeBufferPointer<Float>, into readings: UnsafeMutableBufferPointer<Float>) {
    let logSum = logSum(raw)
    for index in 0..<classes { readings[index] = Float(exp(Double(raw[index]) - logSum)) }
  }

  /// log of the sum of exp(raw): softmax is exp(raw - logSum).
  private func logSum(_ raw: UnsafeBufferPointer<Float>) -> Double {
    var peak = Double(raw[0])
    for index in 1..<classes { peak = max(peak, Double(raw[index])) }
    return log((0..<classes).reduce(0.0) { $0 + exp(Double(raw[$1]) - peak) }) + peak
  }

  func accumulate(
    _ readings: UnsafeBufferPointer<Float>, target: UnsafeBufferPointer<Float>, into accumulator: UnsafeMutableBufferPointer<Double>
  ) {
    let truth = winner(target)
    let predicted = winner(readings)
    accumulator[truth * classes + predicted] += 1
    // Ties count as the class that comes first, as in `winner`.
    let better = (0..<classes).filter { readings[$0] > readings[truth] || readings[$0] == readings[truth] && $0 < truth }.count
    if better < topK { accumulator[classes * classes] += 1 }
    accumulator[classes * classes + 1] -= log(max(Double(readings[truth]), 1e-300))
  }

  private func winner(_ values: UnsafeBufferPointer<Float>) -> Int {
    var best = 0
    for index in 1..<classes where values[index] > values[best] { best = index }
    return best
  }

  func measure(_ accumulator: UnsafeBufferPointer<Double>) -> [Double] {
    let confusion = Confusion(accumulator, classes: classes)
    let total = confusion.total
    return [
      confusion.uar, confusion.war, confusion.macroF1, confusion.war, confusion.weightedF1, accumulator[classes * classes] / total,
      accumulator[classes * classes + 1] / total,
    ]
  }

  func report(_ accumulator: UnsafeBufferPointer<Double>) -> String {
    let confusion = Confusion(accumulator, classes: classes)
    let rows = (0..<classes).map { truth in "[" + (0..<classes).map { counted(confusion[truth, $0]) }.joined(separator: ", ") + "]" }
    let recalls = (0..<classes).map { confusion.recall($0).isNaN ? "null" : "\(confusion.recall($0))" }
    return "{\"labels\": [\(labels.map(quoted).joined(separator: ", "))], \"confusion\": [\(rows.joined(separator: ", "))], "
      + "\"recall\": [\(recalls.joined(separator: ", "))]}"
  }

  private func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" {
        out += "\\\(scalar)"
      } else if scalar.value < 0x20 {
        out += " "
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
