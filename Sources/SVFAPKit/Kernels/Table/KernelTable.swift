import CKernelShims
import Glibc
import KernelsV1
import KernelsV3
import KernelsV4

/// Instruction sets that the elementwise kernels are compiled for.
package enum InstructionSet: String, CaseIterable, Sendable {
  /// SSE2: every x86-64 processor.
  case v1
  /// AVX2 and FMA.
  case v3
  /// AVX-512.
  case v4

  /// Whether this processor has it.
  package var isSupported: Bool {
    switch self {
    case .v1: true
    case .v3: kernel_supports_v3() != 0
    case .v4: kernel_supports_v4() != 0
    }
  }
}

/// The elementwise kernels of one instruction set. Every entry has a plain counterpart in `ReferenceKernels`.
package struct KernelTable: Sendable {
  package typealias Pointer = UnsafePointer<Float>
  package typealias MutablePointer = UnsafeMutablePointer<Float>

  /// (x, xStride, y, yStride, rows, width, gamma, beta, epsilon)
  package let layerNorm: @Sendable (Pointer, Int, MutablePointer, Int, Int, Int, Pointer, Pointer, Float) -> Void
  /// (x, stride, rows, width, bias)
  package let biasGELU: @Sendable (MutablePointer, Int, Int, Int, Pointer) -> Void
  /// (x, stride, rows, width, scale)
  package let softmax: @Sendable (MutablePointer, Int, Int, Int, Float) -> Void
  /// (x, stride, rows, width, bias)
  package let addBias: @Sendable (MutablePointer, Int, Int, Int, Pointer) -> Void
  /// (x, xStride, branch, branchStride, rows, width, bias, gamma or nil)
  package let addResidual: @Sendable (MutablePointer, Int, Pointer, Int, Int, Int, Pointer, Pointer?) -> Void
  /// (x, stride, rows, width, y)
  package let meanOfRows: @Sendable (Pointer, Int, Int, Int, MutablePointer) -> Void

  /// The kernels of a set; the processor must have it.
  package static func table(_ set: InstructionSet) -> KernelTable {
    switch set {
    case .v1:
      KernelTable(
        layerNorm: KernelsV1.layerNorm, biasGELU: KernelsV1.biasGELU, softmax: KernelsV1.softmax, addBias: KernelsV1.addBias,
        addResidual: KernelsV1.addResidual, meanOfRows: KernelsV1.meanOfRows)
    case .v3:
      KernelTable(
        layerNorm: KernelsV3.layerNorm, biasGELU: KernelsV3.biasGELU, softmax: KernelsV3.softmax, addBias: KernelsV3.addBias,
        addResidual: KernelsV3.addResidual, meanOfRows: KernelsV3.meanOfRows)
    case .v4:
      KernelTable(
        layerNorm: KernelsV4.layerNorm, biasGELU: KernelsV4.biasGELU, softmax: KernelsV4.softmax, addBias: KernelsV4.addBias,
        addResidual: KernelsV4.addResidual, meanOfRows: KernelsV4.meanOfRows)
    }
  }

  /// The kernels of the best set that this processor has.
  package static let best: KernelTable = table(InstructionSet.allCases.last { $0.isSupported } ?? .v1)
}
