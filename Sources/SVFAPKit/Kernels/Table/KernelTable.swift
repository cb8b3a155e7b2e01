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
  /// (x, xStride, dy, dyStride, dx, dxStride, rows, width, gamma, epsilon, gammaGradient, betaGradient)
  package let layerNormBackward:
    @Sendable (Pointer, Int, MutablePointer, Int, MutablePointer, Int, Int, Int, Pointer, Float, MutablePointer, MutablePointer) -> Void
  /// (x, xStride, y, yStride, rows, width, bias)
  package let biasGELU: @Sendable (Pointer, Int, MutablePointer, Int, Int, Int, Pointer) -> Void
  /// (x, xStride, gradient, y, stride, rows, width, bias)
  package let biasGELUBackward: @Sendable (Pointer, Int, MutablePointer, MutablePointer, Int, Int, Int, Pointer) -> Void
  /// (x, stride, rows, width, scale)
  package let softmax: @Sendable (MutablePointer, Int, Int, Int, Float) -> Void
  /// (p, gradient, stride, rows, width, scale)
  package let softmaxBackward: @Sendable (Pointer, MutablePointer, Int, Int, Int, Float) -> Void
  /// (x, stride, rows, width, bias)
  package let addBias: @Sendable (MutablePointer, Int, Int, Int, Pointer) -> Void
  /// (x, stride, rows, width, y)
  package let addColumnSums: @Sendable (Pointer, Int, Int, Int, MutablePointer) -> Void
  /// (x, xStride, branch, branchStride, rows, width, bias, gamma or nil, scale)
  package let addResidual: @Sendable (MutablePointer, Int, Pointer, Int, Int, Int, Pointer, Pointer?, Float) -> Void
  /// (x, xStride, y, yStride, rows, width, gamma or nil, factor)
  package let scale: @Sendable (Pointer, Int, MutablePointer, Int, Int, Int, Pointer?, Float) -> Void
  /// (x, stride, rows, width, y)
  package let meanOfRows: @Sendable (Pointer, Int, Int, Int, MutablePointer) -> Void
  /// (p, gradient, m, v, count, scale, keep, step, beta1, beta2, epsilon, inverseRootCorrection)
  package let adamW:
    @Sendable (MutablePointer, Pointer, MutablePointer, MutablePointer, Int, Float, Float, Float, Float, Float, Float, Float) -> Void
  /// (average, p, count, decay)
  package let moveAverage: @Sendable (MutablePointer, Pointer, Int, Float) -> Void
  /// (x, count)
  package let sumOfSquares: @Sendable (Pointer, Int) -> Float

  /// The kernels of a set; the processor must have it.
  package static func table(_ set: InstructionSet) -> KernelTable {
    switch set {
    case .v1:
      KernelTable(
        layerNorm: KernelsV1.layerNorm, layerNormBackward: KernelsV1.layerNormBackward, biasGELU: KernelsV1.biasGELU,
        biasGELUBackward: KernelsV1.biasGELUBackward, softmax: KernelsV1.softmax, softmaxBackward: KernelsV1.softmaxBackward,
        addBias: KernelsV1.addBias, addColumnSums: KernelsV1.addColumnSums, addResidual: KernelsV1.addResidual,
        scale: KernelsV1.scale,
        meanOfRows: KernelsV1.meanOfRows, adamW: KernelsV1.adamW, moveAverage: KernelsV1.moveAverage,
        sumOfSquares: KernelsV1.sumOfSquares)
    case .v3:
      KernelTable(
        layerNorm: KernelsV3.layerNorm, layerNormBackward: KernelsV3.layerNormBackward, biasGELU: KernelsV3.biasGELU,
        biasGELUBackward: KernelsV3.biasGELUBackward, softmax: KernelsV3.softmax, softmaxBackward: KernelsV3.softmaxBackward,
        addBias: KernelsV3.addBias, addColumnSums: KernelsV3.addColumnSums, addResidual: KernelsV3.addResidual,
        scale: KernelsV3.scale,
        meanOfRows: KernelsV3.meanOfRows, adamW: KernelsV3.adamW, moveAverage: KernelsV3.moveAverage,
        sumOfSquares: KernelsV3.sumOfSquares)
    case .v4:
      KernelTable(
        layerNorm: KernelsV4.layerNorm, layerNormBackward: KernelsV4.layerNormBackward, biasGELU: KernelsV4.biasGELU,
        biasGELUBackward: KernelsV4.biasGELUBackward, softmax: KernelsV4.softmax, softmaxBackward: KernelsV4.softmaxBackward,
        addBias: KernelsV4.addBias, addColumnSums: KernelsV4.addColumnSums, addResidual: KernelsV4.addResidual,
        scale: KernelsV4.scale,
        meanOfRows: KernelsV4.meanOfRows, adamW: KernelsV4.adamW, moveAverage: KernelsV4.moveAverage,
        sumOfSquares: KernelsV4.sumOfSquares)
    }
  }

  /// The kernels of the best set that this processor has.
  package static let best: KernelTable = table(InstructionSet.allCases.last { $0.isSupported } ?? .v1)
}
