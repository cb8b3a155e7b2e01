import Base
import Kernels

extension Precision {
  /// The option that chooses it.
  ///
  /// - Parameter forTraining: gradients need more than the steps of int8.
  package static func schema(forTraining: Bool) -> JSONValue {
    JSONSchema.choice(
      "What the operands of matrix products are rounded to, for speed, where the processor can (AVX512-BF16, AVX512-VNNI); elsewhere nothing is.",
      allCases.filter { !forTraining || $0 != .int8 }.map(\.rawValue), default: float32.rawValue)
  }

  /// The choice, checked before; without one float32.
  package init(option: JSONValue?) { self = option?.stringValue.flatMap(Precision.init) ?? .float32 }
}
