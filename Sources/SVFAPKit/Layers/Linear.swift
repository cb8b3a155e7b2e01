import Base
import Kernels

/// y = x W^T + b: weight (outputs, inputs) as PyTorch stores it.
package struct Linear: Sendable {
  package let inputs: Int
  package let outputs: Int
  nonisolated(unsafe) let weight: UnsafePointer<Float>  // (outputs, inputs)
  /// The weight as a model for prediction keeps it; then `weight` is never read. Training has none.
  private let panels: PanelMatrix?
  nonisolated(unsafe) let bias: UnsafePointer<Float>?  // (outputs)

  /// The parameters stay where they are and must outlive the layer.
  package init(weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, inputs: Int, outputs: Int) {
    self.weight = weight
    self.bias = bias
    self.inputs = inputs
    self.outputs = outputs
    panels = nil
  }

  /// A layer of a packed weight.
  package init(_ panels: PanelMatrix, bias: UnsafePointer<Float>?) {
    weight = panels.panels
    self.bias = bias
    inputs = panels.inputs
    outputs = panels.outputs
    self.panels = panels
  }

  /// The layer that computes `count` of the outputs, from `first` on, with a bias of its own.
  package func part(_ first: Int, _ count: Int, bias: UnsafePointer<Float>?) -> Linear {
    Linear(weight: weight + first * inputs, bias: bias, inputs: inputs, outputs: count)
  }

  // MARK: Forward

  /// y (rows, outputs) = x (rows, inputs) W^T, without the bias: for callers that add it in what follows.
  package func multiply(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, rows: Int, _ precision: Precision
  ) {
    if let panels { return TileProduct.multiply(x, xStride, panels, y, yStride, rows: rows) }
    gemm(precision, .asIs, .transposed, m: rows, n: outputs, k: inputs, x, lda: xStride, weight, ldb: inputs, y, ldc: yStride)
  }

  /// y (rows, outputs) = x (rows, inputs) W^T + b.
  package func forward(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int, rows: Int, _ precision: Precision
  ) {
    multiply(x, xStride, y, yStride, rows: rows, precision)
    if let bias { KernelTable.best.addBias(y, yStride, rows, outputs, bias) }
  }

  // MARK: Backward

  /// dx (rows, inputs) = dy (rows, outputs) W. The gradients of weight and bias are `WeightGradient`'s.
  package func inputGradient(
    _ dy: UnsafePointer<Float>, _ dyStride: Int, _ dx: UnsafeMutablePointer<Float>, _ dxStride: Int, rows: Int, _ precision: Precision
  ) {
    gemm(precision, .asIs, .asIs, m: rows, n: inputs, k: outputs, dy, lda: dyStride, weight, ldb: inputs, dx, ldc: dxStride)
  }
}

/// The part of a linear layer's way back that sums over rows: dW += dy^T x and db += column sums of dy.
///
/// Cut into blocks of outputs, each summed over all rows in order, so that the sums do not depend on the number of
/// threads.
package struct WeightGradient {
  /// Outputs in a block.
  private static let block = 128

  let linear: Linear
  let dy: UnsafePointer<Float>  // (rows, outputs)
  let dyStride: Int
  let x: UnsafePointer<Float>  // (rows, inputs)
  let xStride: Int
  let rows: Int
  /// Layer scale of the outputs, if there is one: y = gamma * (x W^T + b), dy with respect to y.
  private let gamma: UnsafePointer<Float>?

  package init(
    linear: Linear, dy: UnsafePointer<Float>, dyStride: Int, x: UnsafePointer<Float>, xStride: Int, rows: Int,
    gamma: UnsafePointer<Float>? = nil
  ) {
    self.linear = linear
    self.dy = dy
    self.dyStride = dyStride
    self.x = x
    self.xStride = xStride
    self.rows = rows
    self.gamma = gamma
  }

  var tasks: Int { (linear.outputs + Self.block - 1) / Self.block }

  /// Numbers of scratch memory for one task.
  var scratchCount: Int { gamma == nil ? 0 : Self.block * (linear.inputs + 1) }

  func run(_ task: Int, _ gradients: GradientMap, scratch: UnsafeMutablePointer<Float>, _ precision: Precision) {
    let first = task * Self.block
    let count = min(Self.block, linear.outputs - first)
    let part = linear.part(first, count, bias: linear.bias.map { $0 + first })
    let weightGradient = gradients.of(part.weight)
    let biasGradient = part.bias.map { gradients.of($0) }
    guard let gamma else {
      sum(part, dy + first, into: weightGradient, adding: true, precision)
      if let biasGradient { KernelTable.best.addColumnSums(dy + first, dyStride, rows, count, biasGradient) }
      return
    }
    // dgamma = sum over rows of dy * (x W^T + b) = row by row the product of W and the unscaled dW, and of b and db.
    let unscaled = scratch  // (block, inputs)
    let sums = scratch + Self.block * part.inputs  // (block)
    sum(part, dy + first, into: unscaled, adding: false, precision)
    sums.update(repeating: 0, count: count)
    KernelTable.best.addColumnSums(dy + first, dyStride, rows, count, sums)
    let gammaGradient = gradients.of(gamma + first)
    for output in 0..<count {
      let row = unscaled + output * part.inputs
      let target = weightGradient + output * part.inputs
      let factor = gamma[first + output]
      var product = sums[output] * (part.bias?[output] ?? 0)
      for input in 0..<part.inputs {
        product += row[input] * part.weight[output * part.inputs + input]
        target[input] += factor * row[input]
      }
      gammaGradient[output] += product
      biasGradient?[output] += factor * sums[output]
    }
  }

  private func sum(
    _ part: Linear, _ dy: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, adding: Bool, _ precision: Precision
  ) {
    gemm(
      precision, .transposed, .asIs, m: part.outputs, n: part.inputs, k: rows, dy, lda: dyStride, x, ldb: xStride, adding: adding, target,
      ldc: part.inputs
    )
  }
}

extension Workspace {
  /// Adds up weight gradients, the blocks of all of them in parallel.
  ///
  /// - Parameter list: an array of fixed size, so that nothing is allocated for it.
  package func accumulate<let count: Int>(
    _ list: InlineArray<count, WeightGradient>, _ gradients: GradientMap
  ) throws(SVFAPError) {
    var scratchCount = 0
    var total = 0
    for index in list.indices {
      scratchCount = max(scratchCount, list[index].scratchCount)
      total += list[index].tasks
    }
    let scratch = try scratch("weightGradient", scratchCount)
    pool.parallel(total) { task, worker in
      var task = task
      for index in list.indices {
        if task < list[index].tasks { return list[index].run(task, gradients, scratch: scratch + worker * scratchCount, precision) }
        task -= list[index].tasks
      }
    }
  }
}
