/// One line that tells how training goes: "epoch 3/40  step 120/1600  loss 0.6123  rate 3.0e-04  0.42 s (data 5 %)  12:40 left".
package struct TrainingLine: Sendable {
  /// Passes over the data that were begun, the first being 0, and how many there are to be.
  package var epoch: Int
  package var epochs: Int
  /// Optimizer steps done and to be done in all.
  package var step: Int
  package var steps: Int
  /// Mean loss of the last steps.
  package var loss: Double
  package var learningRate: Double
  /// Seconds a step that were spent waiting for data, and computing: means of the last steps.
  package var dataSeconds: Double
  package var computeSeconds: Double
  /// Estimated seconds to the end; nil when unknown.
  package var remaining: Double?
  /// The last value of the metric by which the best model is chosen.
  package var metric: (name: String, value: Double)?

  package init(
    epoch: Int, epochs: Int, step: Int, steps: Int, loss: Double, learningRate: Double, dataSeconds: Double, computeSeconds: Double,
    remaining: Double? = nil, metric: (name: String, value: Double)? = nil
  ) {
    self.epoch = epoch
    self.epochs = epochs
    self.step = step
    self.steps = steps
    self.loss = loss
    self.learningRate = learningRate
    self.dataSeconds = dataSeconds
    self.computeSeconds = computeSeconds
    self.remaining = remaining
    self.metric = metric
  }

  /// Share of the time that was spent waiting for data, from 0 to 1.
  package var dataShare: Double {
    let total = dataSeconds + computeSeconds
    return total > 0 ? dataSeconds / total : 0
  }

  /// The line in at most `width` characters. Where that is too few, what matters least is left out; loss and step stay.
  package func text(width: Int = .max) -> String {
    // In order of appearance; the rank says what goes first (the largest).
    var parts: [(rank: Int, text: String)] = [
      (4, "epoch \(min(epoch + 1, epochs))/\(epochs)"), (0, "step \(step)/\(steps)"), (0, "loss \(significantText(loss, 4))"),
    ]
    if let metric { parts.append((2, "\(metric.name) \(significantText(metric.value, 4))")) }
    parts.append((5, "rate \(scientificText(learningRate, 2))"))
    let share = "data \(decimalText(100 * dataShare, 0)) %"
    parts.append((3, "\(Self.secondsText(dataSeconds + computeSeconds)) (\(share))"))
    if let remaining { parts.append((1, "\(durationText(remaining)) left")) }
    while true {
      let line = parts.map(\.text).joined(separator: "  ")
      guard line.count > width, let least = parts.map(\.rank).max(), least > 0 else { return line }
      parts.removeAll { $0.rank == least }
    }
  }

  /// Time of a step: "12 ms", "0.42 s", "31 s".
  private static func secondsText(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "? s" }
    return seconds < 0.0995
      ? "\(decimalText(seconds * 1000, 0)) ms" : seconds < 9.95 ? "\(decimalText(seconds, 2)) s" : "\(decimalText(seconds, 0)) s"
  }
}
