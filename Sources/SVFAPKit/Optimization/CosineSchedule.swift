import Glibc

/// A value for every step: a linear warm-up, then half a cosine from `base` to `final` (published b.4).
///
/// The last step of the warm-up and the first one after it both have `base`; `final` is approached and not reached.
package struct CosineSchedule: Sendable, Equatable {
  package let base: Double
  package let final: Double
  package let steps: Int
  package let warmupSteps: Int
  /// Value of the first step of the warm-up; the released code always begins at 0.
  package let start: Double

  package init(base: Double, final: Double, steps: Int, warmupSteps: Int = 0, start: Double = 0) {
    self.base = base
    self.final = final
    self.steps = steps
    self.warmupSteps = min(max(warmupSteps, 0), steps)
    self.start = start
  }

  /// The value of step `index`, from 0; behind the end, that of the end.
  package func value(at index: Int) -> Double {
    if index < warmupSteps {
      return warmupSteps == 1 ? start : start + (base - start) * Double(index) / Double(warmupSteps - 1)
    }
    let length = steps - warmupSteps
    guard length > 0 else { return final }
    let position = Double(min(index - warmupSteps, length)) / Double(length)
    return final + 0.5 * (base - final) * (1 + cos(.pi * position))
  }
}
