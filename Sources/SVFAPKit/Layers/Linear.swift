import Base
import Kernels

/// y = x W^T + b: weight (outputs, inputs) as PyTorch stores it.
package struct Linear: Sendable {
  package let inputs: Int
  package let outputs: Int
  nonisolated(unsafe) let weight: UnsafePointer<Float>  // (outputs, inputs)
  nonisolated(unsafe) let bias: UnsafePointer<Float>?  // (outputs)

  /// The parameters stay where they are and must outlive the layer.
  package init(weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, inputs: Int, outputs: Int) {
    self.weight = weight
    self.bias = bias
    self.inputs = inputs
    self.outputs = outputs
  }

  /// y (rows, outputs) = x (rows, inputs) W^T, without the bias: for callers that add it in what follows.
  package func multiply(_ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, rows: Int) {
    gemm(.asIs, .transposed, m: rows, n: outputs, k: inputs, x, lda: xStride, weight, ldb: inputs, y, ldc: yStride)
  }

  /// y (rows, outputs) = x (rows, inputs) W^T + b.
  package func forward(_ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, rows: Int) {
    multiply(x, xStride, y, yStride, rows: rows)
    if let bias { KernelTable.best.addBias(y, yStride, rows, outputs, bias) }
  }
}
