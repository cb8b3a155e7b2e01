import Base
import Kernels

/// Layer normalisation over the last axis, biased variance, affine.
package struct LayerNorm: Sendable {
  package let width: Int
  let epsilon: Float
  nonisolated(unsafe) let gamma: UnsafePointer<Float>  // (width)
  nonisolated(unsafe) let beta: UnsafePointer<Float>  // (width)

  package init(weight: UnsafePointer<Float>, bias: UnsafePointer<Float>, width: Int, epsilon: Float) {
    gamma = weight
    beta = bias
    self.width = width
    self.epsilon = epsilon
  }

  /// y (rows, width) from x (rows, width); y may be x.
  package func forward(_ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, rows: Int) {
    KernelTable.best.layerNorm(x, xStride, y, yStride, rows, width, gamma, beta, epsilon)
  }
}
