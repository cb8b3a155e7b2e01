import Base

/// A RandAugment policy as the published text states it: `rand-m7-n4-mstd0.5-inc1`.
///
/// Pieces after `rand`, in any order: `m` magnitude, 0 to 10; `n` operations a clip; `mstd` deviation of the magnitude;
/// `inc1` for operations that get stronger with the magnitude in every case. The released code takes `inc0` for `inc1`
/// (any text behind `inc` counts as true, published (e) 29); here 0 means no.
package struct RandAugmentPolicy: Sendable, Equatable {
  /// The strongest magnitude.
  package static let strongest = 10.0
  private static let operationLimit = 32

  package var magnitude = 10.0
  package var operations = 2
  /// Standard deviation of the magnitude, which is drawn anew for every operation and cut to 0...10.
  package var deviation = 0.0
  package var isIncreasing = false

  /// The published policy.
  package static let published = RandAugmentPolicy(magnitude: 7, operations: 4, deviation: 0.5, isIncreasing: true)

  package init(magnitude: Double, operations: Int, deviation: Double, isIncreasing: Bool) {
    self.magnitude = magnitude
    self.operations = operations
    self.deviation = deviation
    self.isIncreasing = isIncreasing
  }

  /// - Parameter pointer: where the text stands, for errors.
  /// - Throws: `config` that names the piece that is wrong and those that are possible.
  package init(parsing text: String, at pointer: String = "/auto_augment") throws(SVFAPError) {
    let pieces = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard pieces.first == "rand" else {
      throw ObjectReader.wrong(
        pointer, expected: "a policy such as \"\(Self.published.text)\", \"rand\" first, or \"none\"", found: "\"\(text)\"")
    }
    var seen: Set<String> = []
    for piece in pieces.dropFirst() {
      let key = String(piece.prefix { $0.isLetter })
      guard seen.insert(key).inserted else { throw Self.wrong(pointer, text, piece, "each piece once") }
      let value = String(piece.dropFirst(key.count))
      switch key {
      case "m": magnitude = Double(try Self.integer(value, in: 0...Int(Self.strongest), pointer, text, piece))
      case "n": operations = try Self.integer(value, in: 0...Self.operationLimit, pointer, text, piece)
      case "mstd":
        guard let number = Double(value), (0...Self.strongest).contains(number) else {
          throw Self.wrong(pointer, text, piece, "mstd and a number from 0 to 10")
        }
        deviation = number
      case "inc": isIncreasing = try Self.integer(value, in: 0...1, pointer, text, piece) == 1
      default:
        throw Self.wrong(
          pointer, text, piece,
          "pieces m0 to m10 (magnitude), n0 to n\(Self.operationLimit) (operations a clip), mstd0.5 (deviation), inc0 or inc1 (increasing)")
      }
    }
  }

  private static func integer(
    _ text: String, in range: ClosedRange<Int>, _ pointer: String, _ policy: String, _ piece: String
  ) throws(SVFAPError) -> Int {
    guard let value = Int(text), range.contains(value) else {
      throw wrong(pointer, policy, piece, "an integer from \(range.lowerBound) to \(range.upperBound) there")
    }
    return value
  }

  private static func wrong(_ pointer: String, _ policy: String, _ piece: String, _ expected: String) -> SVFAPError {
    ObjectReader.wrong(pointer, expected: expected, found: "\"\(piece)\" in \"\(policy)\"")
  }

  /// The policy as text.
  package var text: String {
    let spread = deviation > 0 ? "-mstd\(deviation)" : ""
    return "rand-m\(Int(magnitude))-n\(operations)\(spread)\(isIncreasing ? "-inc1" : "")"
  }
}
