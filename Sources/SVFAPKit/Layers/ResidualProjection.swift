import Base
import Kernels

/// The end of a residual branch: x += scale * gamma * (h W^T + b).
///
/// gamma is layer scale, absent in the published sizes. `scale` is stochastic depth's: 1 in prediction, in training 0 for
/// a branch that a clip drops and 1 / (1 - rate) for one that it keeps (published a.5).
package struct ResidualProjection: Sendable {
  let projection: Linear
  nonisolated(unsafe) let gamma: UnsafePointer<Float>?  // (C)

  /// - Parameter projection: must have a bias.
  package init(_ projection: Linear, gamma: UnsafePointer<Float>?) {
    self.projection = projection
    self.gamma = gamma
  }

  /// Adds the branch to x (rows, C), given its last hidden values h (rows, inputs).
  func add(
    _ h: UnsafePointer<Float>, _ hStride: Int, to x: UnsafeMutablePointer<Float>, rows: Int, scale: Float, _ precision: Precision,
    scratch branch: UnsafeMutablePointer<Float>  // (rows, C)
  ) {
    let width = projection.outputs
    projection.multiply(h, hStride, branch, width, rows: rows, precision)
    if let bias = projection.bias { KernelTable.best.addResidual(x, width, branch, width, rows, width, bias, gamma, scale) }
  }

  /// From the gradient dx (rows, C) of x: `branchGradient` (rows, C) = scale * dx, which the weight gradient needs, and
  /// dh (rows, inputs). dx itself stays: the way past the branch.
  func backward(
    _ dx: UnsafePointer<Float>, branchGradient: UnsafeMutablePointer<Float>, dh: UnsafeMutablePointer<Float>, rows: Int, scale: Float,
    _ precision: Precision,
    scratch: UnsafeMutablePointer<Float>  // (rows, C)
  ) {
    let width = projection.outputs
    KernelTable.best.scale(dx, width, branchGradient, width, rows, width, nil, scale)
    guard let gamma else { return projection.inputGradient(branchGradient, width, dh, projection.inputs, rows: rows, precision) }
    KernelTable.best.scale(branchGradient, width, scratch, width, rows, width, gamma, 1)
    projection.inputGradient(scratch, width, dh, projection.inputs, rows: rows, precision)
  }

  /// `add` for all clips: x (clips, rows, C), h (clips, rows, inputs).
  func add(
    _ h: UnsafePointer<Float>, to x: UnsafeMutablePointer<Float>, clips: Int, rows: Int, scales: BranchScales?, _ workspace: Workspace
  ) throws(SVFAPError) {
    let width = projection.outputs
    let scratchCount = Workspace.rowBlock * width
    let scratch = try workspace.scratch("normed", scratchCount)  // (rowBlock, C)
    workspace.rows(clips: clips, rows: rows) { clip, start, count, worker in
      let row = clip * rows + start
      add(
        h + row * projection.inputs, projection.inputs, to: x + row * width, rows: count, scale: scales?[clip] ?? 1, workspace.precision,
        scratch: scratch + worker * scratchCount)
    }
  }

  /// `backward` for all clips: dx and `branchGradient` (clips, rows, C), dh (clips, rows, inputs).
  func backward(
    _ dx: UnsafePointer<Float>, branchGradient: UnsafeMutablePointer<Float>, dh: UnsafeMutablePointer<Float>, clips: Int, rows: Int,
    scales: BranchScales?, _ workspace: Workspace
  ) throws(SVFAPError) {
    let width = projection.outputs
    let scratchCount = Workspace.rowBlock * width
    let scratch = try workspace.scratch("normed", scratchCount)  // (rowBlock, C)
    workspace.rows(clips: clips, rows: rows) { clip, start, count, worker in
      let row = clip * rows + start
      backward(
        dx + row * width, branchGradient: branchGradient + row * width, dh: dh + row * projection.inputs, rows: count,
        scale: scales?[clip] ?? 1, workspace.precision, scratch: scratch + worker * scratchCount)
    }
  }

  func weightGradient(_ branchGradient: UnsafePointer<Float>, _ h: UnsafePointer<Float>, rows: Int) -> WeightGradient {
    WeightGradient(
      linear: projection, dy: branchGradient, dyStride: projection.outputs, x: h, xStride: projection.inputs, rows: rows, gamma: gamma)
  }
}

/// Scales of a branch for every clip of a batch, nil for 1 everywhere.
package typealias BranchScales = UnsafePointer<Float>
