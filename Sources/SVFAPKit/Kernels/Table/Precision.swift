import CKernelShims

/// What the operands of a product are rounded to. Sums and results are float32.
package enum Precision: String, CaseIterable, Sendable {
  case float32
  /// 8 bits of mantissa: twice the products an instruction.
  case bfloat16

  /// Whether this processor multiplies it by tiles; without, products are computed in float32 by OpenBLAS.
  package var isSupported: Bool {
    switch self {
    case .float32: InstructionSet.v4.isSupported
    case .bfloat16: InstructionSet.v4.isSupported && kernel_supports_bf16() != 0
    }
  }

  /// Numbers in a unit of 32 bits.
  var numbersInUnit: Int { self == .float32 ? 1 : 2 }
}
