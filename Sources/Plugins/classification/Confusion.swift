/// Counts of (truth, predicted) pairs and the figures of the field that follow from them.
struct Confusion {
  private let counts: [Double]
  private let classes: Int

  init(_ counts: UnsafeBufferPointer<Double>, classes: Int) {
    self.counts = Array(counts.prefix(classes * classes))
    self.classes = classes
  }

  subscript(truth: Int, predicted: Int) -> Double { counts[truth * classes + predicted] }

  var total: Double { counts.reduce(0, +) }
  private func support(_ truth: Int) -> Double { (0..<classes).reduce(0) { $0 + self[truth, $1] } }
  private func predictions(_ predicted: Int) -> Double { (0..<classes).reduce(0) { $0 + self[$1, predicted] } }

  /// Share of a class that was recognised; NaN for a class without clips.
  func recall(_ truth: Int) -> Double { self[truth, truth] / support(truth) }

  private func f1(_ index: Int) -> Double {
    let sum = support(index) + predictions(index)
    return sum > 0 ? 2 * self[index, index] / sum : 0
  }

  /// Mean recall over the classes that have clips: an absent class has no recall to average.
  var uar: Double {
    let present = (0..<classes).filter { support($0) > 0 }
    return present.reduce(0) { $0 + recall($1) } / Double(present.count)
  }

  /// Share of all clips that were recognised. Micro F1 is the same number.
  var war: Double { (0..<classes).reduce(0) { $0 + self[$1, $1] } / total }

  /// Mean F1 over the classes that occur, in truth or prediction.
  var macroF1: Double {
    let seen = (0..<classes).filter { support($0) + predictions($0) > 0 }
    return seen.reduce(0) { $0 + f1($1) } / Double(seen.count)
  }

  /// F1 weighted by the clips of each class.
  var weightedF1: Double { (0..<classes).reduce(0) { $0 + f1($1) * support($1) } / total }
}
