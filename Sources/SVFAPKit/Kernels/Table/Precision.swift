import CKernelShims

/// What the operands of products are rounded to. Sums and results are float32.
package enum Precision: String, CaseIterable, Sendable {
  case float32
  /// 8 bits of mantissa: twice the products an instruction.
  case bfloat16
  /// Weights in 255 steps an output, what they are multiplied with in 255 steps a row: four times the products. For packed
  /// weights only; other products of such a model are in bfloat16.
  case int8

  /// Whether this processor multiplies it by tiles; without, products are computed in float32 by OpenBLAS.
  package var isSupported: Bool {
    switch self {
    case .float32: InstructionSet.v4.isSupported
    case .bfloat16: InstructionSet.v4.isSupported && kernel_supports_bf16() != 0
    case .int8: Precision.bfloat16.isSupported && kernel_supports_vnni() != 0
    }
  }

  /// What products of other operands than packed weights are rounded to.
  package var ofOtherProducts: Precision { self == .int8 ? .bfloat16 : self }

  /// Numbers in a unit of 32 bits.
  var numbersInUnit: Int {
    switch self {
    case .float32: 1
    case .bfloat16: 2
    case .int8: 4
    }
  }
}
