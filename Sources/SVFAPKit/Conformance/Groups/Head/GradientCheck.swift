import Base
import Glibc

/// Compares gradients that a head computes with differences of its loss.
///
/// The loss is a double of float32 outputs, so differences are taken over steps of several sizes, by the rule of five points,
/// and the best one counts: large steps meet the bends of a loss (the corner of |x|, say), small ones drown in rounding. At a
/// bend no step helps, so a place that does not agree is looked at again with other numbers; a gradient that is wrong
/// disagrees everywhere.
struct GradientCheck {
  /// What the gradient is taken by.
  enum Variable {
    case parameters
    case input
  }

  let head: HeadSubject
  let labels: Labels
  let isMixed: Bool

  private static let steps = [0.02, 0.005, 0.00125]
  /// Largest difference that counts as rounding, relative to the larger of both numbers.
  private static let tolerance = 2e-3
  /// How often a place is looked at with other numbers.
  private static let attempts = 5

  /// A place where the weights, the input and the targets stand.
  private struct Point {
    let weights: [GuardedFloats]
    let batch: HeadBatch
    let loss: Double
    let gradients: [GuardedFloats]
    let inputGradient: GuardedFloats

    func buffers(_ variable: Variable) -> [(values: GuardedFloats, gradient: GuardedFloats)] {
      switch variable {
      case .parameters: Array(zip(weights, gradients)).map { ($0, $1) }
      case .input: [(batch.input, inputGradient)]
      }
    }
  }

  private func point(_ random: inout RandomSequence) throws(Verdict) -> Point {
    let weights = try head.weights(&random)
    let batch = try head.batch(5, &random, labels: labels, tokens: 4, mixed: isMixed)
    let (loss, gradients, input) = try head.loss(weights, batch)
    return Point(weights: weights, batch: batch, loss: loss, gradients: gradients, inputGradient: input)
  }

  private func loss(_ point: Point) throws(Verdict) -> Double { try head.loss(point.weights, point.batch).loss }

  /// A difference that was found, against what the gradient says.
  private struct Comparison {
    let said: Double
    let found: Double
    /// Of the other elements, so that one of nearly 0 is not asked for more digits than there are.
    let scale: Double
    let noise: Double
    var error: Double { abs(said - found) }
    var allowed: Double { GradientCheck.tolerance * max(abs(said), abs(found)) + 3e-4 * scale + noise }
  }

  /// The derivative along some elements of a buffer, moved together; the best of several steps.
  ///
  /// - Parameter direction: element and how far it moves with a step of 1.
  private func compare(
    _ point: Point, _ values: GuardedFloats, _ gradient: GuardedFloats, _ direction: [(index: Int, amount: Double)]
  ) throws(Verdict) -> Comparison {
    let before = direction.map { values[$0.index] }
    defer { for (element, value) in zip(direction, before) { values[element.index] = value } }
    let scale = (gradient.values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(gradient.count, 1))).squareRoot()
    /// The loss a step away, and what the gradient says that it is: weights are float32, so the step is what it became.
    func away(_ step: Double) throws(Verdict) -> (loss: Double, moved: Double) {
      var moved = 0.0
      for (element, value) in zip(direction, before) {
        values[element.index] = Float(Double(value) + step * element.amount)
        moved += Double(gradient[element.index]) * (Double(values[element.index]) - Double(value))
      }
      return (try loss(point), moved)
    }
    var best: Comparison?
    for step in Self.steps {
      let (near, far) = ((try away(step), try away(-step)), (try away(2 * step), try away(-2 * step)))
      func rule(_ inner: Double, _ outer: Double) -> Double { (8 * inner - outer) / (12 * step) }
      let found = rule(near.0.loss - near.1.loss, far.0.loss - far.1.loss)
      let said = rule(near.0.moved - near.1.moved, far.0.moved - far.1.moved)
      let comparison = Comparison(said: said, found: found, scale: scale, noise: 2e-7 * max(abs(point.loss), 1) / step)
      if comparison.error <= comparison.allowed { return comparison }
      if comparison.error / comparison.allowed < best.map({ $0.error / $0.allowed }) ?? .infinity { best = comparison }
    }
    return best ?? Comparison(said: .nan, found: .nan, scale: scale, noise: 0)
  }

  /// Fails the test where gradient and differences disagree: along random directions through all elements of every buffer, and
  /// along single elements.
  func run(_ variable: Variable, _ random: inout RandomSequence, singles: Int = 12) throws(Verdict) {
    let first = try point(&random)
    for number in first.buffers(variable).indices {
      let count = first.buffers(variable)[number].values.count
      var directions: [[(index: Int, amount: Double)]] = (0..<2).map { _ in
        (0..<count).map { ($0, random.normal() / Double(count).squareRoot()) }
      }
      let elements = count <= singles ? Array(0..<count) : (0..<singles).map { _ in random.integer(below: count) }
      directions += elements.map { [($0, 1)] }
      for direction in directions {
        var place = first
        var agrees = false
        var worst: Comparison?
        for _ in 0..<Self.attempts {
          let buffer = place.buffers(variable)[number]
          let comparison = try compare(place, buffer.values, buffer.gradient, direction)
          if comparison.error <= comparison.allowed {
            agrees = true
            break
          }
          worst = worst ?? comparison
          place = try point(&random)
        }
        guard agrees else { throw .failed(message(variable, number, direction, worst)) }
      }
    }
  }

  private func message(_ variable: Variable, _ number: Int, _ direction: [(index: Int, amount: Double)], _ comparison: Comparison?)
    -> String
  {
    let name = variable == .input ? "the input" : "parameter \"\(head.parameters[number].name)\""
    let place = direction.count == 1 ? ", element \(direction[0].index)" : ", along a random direction"
    let numbers = comparison.map { "loss says \(short($0.said)), differences of its loss say \(short($0.found))" } ?? ""
    let ratio = comparison.map { $0.found != 0 && $0.said.isFinite ? " (\(short($0.said / $0.found)) times as much)" : "" } ?? ""
    return "the gradient by \(name)\(place): \(numbers)\(ratio); expected the same but for rounding, at \(Self.attempts) places"
  }
}

/// A number with few digits.
func short(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return "\(value)" }
  let magnitude = pow(10, 4 - log10(abs(value)).rounded(.down))
  return magnitude.isFinite ? "\((value * magnitude).rounded() / magnitude)" : "\(value)"
}
