import Base
import Kernels

/// Two linear layers with GELU between: C -> hidden -> out.
package struct MLP: Sendable {
  package let first: Linear
  package let second: Linear

  package init(first: Linear, second: Linear) {
    self.first = first
    self.second = second
  }

  /// Numbers of scratch memory for `rows` rows.
  package func scratchCount(rows: Int) -> Int { rows * first.outputs }

  /// y (rows, out) = fc2(gelu(fc1(x))) without fc2's bias, which the end of the residual branch adds.
  package func multiply(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, rows: Int,
    scratch hidden: UnsafeMutablePointer<Float>  // (rows, hidden)
  ) {
    first.multiply(x, xStride, hidden, first.outputs, rows: rows)
    if let bias = first.bias { KernelTable.best.biasGELU(hidden, first.outputs, rows, first.outputs, bias) }
    second.multiply(hidden, first.outputs, y, yStride, rows: rows)
  }

  /// The same with fc2's bias.
  package func forward(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, rows: Int,
    scratch hidden: UnsafeMutablePointer<Float>
  ) {
    multiply(x, xStride, y, yStride, rows: rows, scratch: hidden)
    if let bias = second.bias { KernelTable.best.addBias(y, yStride, rows, second.outputs, bias) }
  }
}
