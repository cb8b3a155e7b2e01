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

  // MARK: Backward

  /// The gradients of gamma and beta that a block of rows gives.
  package struct Piece {
    fileprivate let gamma: UnsafeMutablePointer<Float>  // (width)
    fileprivate let beta: UnsafeMutablePointer<Float>  // (width)
  }

  /// dx (rows, width) += gradient with respect to x, given dy (rows, width), which is used up.
  package func backward(
    _ x: UnsafePointer<Float>, _ dy: UnsafeMutablePointer<Float>, addingTo dx: UnsafeMutablePointer<Float>, rows: Int, _ piece: Piece
  ) {
    KernelTable.best.layerNormBackward(x, width, dy, width, dx, width, rows, width, gamma, epsilon, piece.gamma, piece.beta)
  }

  /// Calls `body` for each block of rows as `Workspace.rows` does, with a place for the gradients of gamma and beta: they
  /// are collected block by block and then added up in order, so that the sums do not depend on the number of threads.
  package func collectGradients(
    clips: Int, rows: Int, _ gradients: GradientMap, _ workspace: Workspace,
    _ body: (_ clip: Int, _ start: Int, _ count: Int, _ worker: Int, _ piece: Piece) -> Void
  ) throws(SVFAPError) {
    let blocks = Workspace.blocks(rows)
    let pieces = try workspace.buffer("norm.pieces", clips * blocks * 2 * width)  // (clips, blocks, 2, width)
    pieces.update(repeating: 0, count: clips * blocks * 2 * width)
    workspace.rows(clips: clips, rows: rows) { clip, start, count, worker in
      let place = pieces + (clip * blocks + start / Workspace.rowBlock) * 2 * width
      body(clip, start, count, worker, Piece(gamma: place, beta: place + width))
    }
    KernelTable.best.addColumnSums(pieces, 2 * width, clips * blocks, width, gradients.of(gamma))
    KernelTable.best.addColumnSums(pieces + width, 2 * width, clips * blocks, width, gradients.of(beta))
  }

  /// The way back through a linear layer that reads what this norm makes of x (clips, rows, width): dx += gradient with
  /// respect to x, given dy (clips, rows, outputs). `normed` (clips, rows, width) becomes the norm's output once more, for
  /// the gradient of the layer's weight.
  func backward(
    through linear: Linear, _ dy: UnsafePointer<Float>, x: UnsafePointer<Float>, normed: UnsafeMutablePointer<Float>,
    addingTo dx: UnsafeMutablePointer<Float>, clips: Int, rows: Int, _ gradients: GradientMap, _ workspace: Workspace
  ) throws(SVFAPError) {
    let scratchCount = Workspace.rowBlock * width
    let scratch = try workspace.scratch("normed", scratchCount)  // (rowBlock, width)
    try collectGradients(clips: clips, rows: rows, gradients, workspace) { clip, start, count, worker, piece in
      let row = clip * rows + start
      let slope = scratch + worker * scratchCount
      forward(x + row * width, width, normed + row * width, width, rows: count)
      linear.inputGradient(dy + row * linear.outputs, linear.outputs, slope, width, rows: count, workspace.precision)
      backward(x + row * width, slope, addingTo: dx + row * width, rows: count, piece)
    }
  }
}
