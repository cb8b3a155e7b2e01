import Base
import Kernels

extension Precision {
  /// The option that chooses it.
  package static let schema = JSONSchema.choice(
    "What the operands of matrix products are rounded to; bfloat16 is faster where the processor multiplies it (AVX512-BF16), and elsewhere nothing is rounded.",
    allCases.map(\.rawValue), default: float32.rawValue)

  /// The choice, checked before; without one float32.
  package init(option: JSONValue?) { self = option?.stringValue.flatMap(Precision.init) ?? .float32 }
}
