import Base

/// RandAugment for clips (Cubuk et al. 2020; published c.5): some operations, drawn with replacement, each left out half of
/// the time, with one level and one sign for all frames of the clip.
package struct RandAugment: Sendable {
  package let policy: RandAugmentPolicy
  /// How often a drawn operation is applied.
  private static let probability = 0.5

  package init(_ policy: RandAugmentPolicy) { self.policy = policy }

  /// Draws the operations for a clip, in order.
  package func draw(_ random: inout RandomSequence) -> [PictureOperation] {
    let kinds = RandAugmentKind.allCases
    var operations: [PictureOperation] = []
    for _ in 0..<policy.operations {
      // Always as many numbers, so that what one operation draws does not shift what the next one draws.
      let kind = kinds[random.integer(below: kinds.count)]
      let isApplied = random.chance(Self.probability)
      let level = min(max(policy.magnitude + policy.deviation * random.normal(), 0), RandAugmentPolicy.strongest)
      let isNegative = random.chance(0.5)
      if isApplied { operations.append(kind.operation(level: level, isNegative: isNegative, isIncreasing: policy.isIncreasing)) }
    }
    return operations
  }
}
