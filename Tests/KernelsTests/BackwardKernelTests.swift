import Kernels
import TestSupport
import Testing

@Suite("Kernels of the way back equal their plain statements, on every instruction set of this processor")
struct BackwardKernelTests {
  @Test("layer normalisation: the gradient is added, those of gamma and beta too, the slope is used up", arguments: supportedSets)
  func layerNorm(set: InstructionSet) {
    for width in widths where width > 1 && width < 600 {
      let gamma = numbers("gamma", width)
      let x = Grid(rows: 4, width: width, gap: 3) { row in numbers("x\(row)", width, scale: row == 3 ? 50 : 2) }
      let slope = Grid(rows: 4, width: width, gap: 1) { row in numbers("dy\(row)", width) }
      let before = Grid(rows: 4, width: width, gap: 2) { row in numbers("dx\(row)", width) }
      var dy = slope
      var dx = before
      var gammaGradient = [Float](repeating: 0.5, count: width)
      var betaGradient = [Float](repeating: -0.5, count: width)
      KernelTable.table(set).layerNormBackward(
        x.values, x.stride, &dy.values, dy.stride, &dx.values, dx.stride, 4, width, gamma, 1e-6, &gammaGradient, &betaGradient)
      var sums = ([Double](repeating: 0.5, count: width), [Double](repeating: -0.5, count: width))
      for row in 0..<4 {
        let expected = ReferenceKernels.layerNormBackward(x[row], gradient: slope[row], gamma: gamma, epsilon: 1e-6)
        #expect(difference(dx[row], zip(before[row], expected.x).map { Double($0) + $1 }, floor: 1) < 3e-6, "width \(width), row \(row)")
        sums.0 = zip(sums.0, expected.gamma).map { $0 + $1 }
        sums.1 = zip(sums.1, expected.beta).map { $0 + $1 }
      }
      #expect(difference(gammaGradient, sums.0, floor: 1) < 2e-6 && difference(betaGradient, sums.1, floor: 1) < 2e-6, "width \(width)")
      #expect(dx.gapsAreUntouched && dy.gapsAreUntouched)
    }
  }

  @Test("GELU: the gradient in place, and the result once more", arguments: supportedSets)
  func gelu(set: InstructionSet) {
    for width in widths {
      let bias = numbers("bias", width)
      let x = Grid(rows: 3, width: width, gap: 4) { row in numbers("x\(row)", width, scale: [0.5, 4, 12][row]) }
      let slope = Grid(rows: 3, width: width, gap: 2) { row in numbers("g\(row)", width) }
      var gradient = slope
      var y = Grid(rows: 3, width: width, gap: 2, .nan)
      KernelTable.table(set).biasGELUBackward(x.values, x.stride, &gradient.values, &y.values, slope.stride, 3, width, bias)
      for row in 0..<3 {
        let inputs = zip(x[row], bias).map { Double($0 + $1) }
        #expect(difference(gradient[row], zip(slope[row], inputs).map { Double($0) * ReferenceKernels.geluSlope($1) }, floor: 1) < 4e-7)
        #expect(difference(y[row], inputs.map { ReferenceKernels.gelu($0) }, floor: 1) < 3e-7)
      }
      #expect(gradient.gapsAreUntouched && y.gapsAreUntouched)
    }
  }

  @Test("GELU's slope far out is 0 on the left, 1 on the right, and NaN stays", arguments: supportedSets)
  func geluFarOut(set: InstructionSet) {
    let x: [Float] = [-1e30, -200, -13, 13, 200, 1e30, .nan, 0]
    var gradient = [Float](repeating: 1, count: 8)
    var y = gradient
    KernelTable.table(set).biasGELUBackward(x, 8, &gradient, &y, 8, 1, 8, [Float](repeating: 0, count: 8))
    #expect(gradient[..<3].allSatisfy { abs($0) < 1e-8 })
    #expect(Array(gradient[3...5]) == [1, 1, 1])
    #expect(gradient[6].isNaN && abs(gradient[7] - 0.5) < 1e-7)
  }

  @Test("softmax", arguments: supportedSets, [Float(1), 0.125])
  func softmax(set: InstructionSet, scale: Float) {
    for width in widths {
      let p = Grid(rows: 3, width: width, gap: 3) { row in
        ReferenceKernels.softmax(numbers("p\(row)", width, scale: 3), scale: 1).map { Float($0) }
      }
      let slope = Grid(rows: 3, width: width, gap: 3) { row in numbers("g\(row)", width) }
      var gradient = slope
      KernelTable.table(set).softmaxBackward(p.values, &gradient.values, p.stride, 3, width, scale)
      for row in 0..<3 {
        let expected = ReferenceKernels.softmaxBackward(p[row], gradient: slope[row], scale: scale)
        #expect(difference(gradient[row], expected, floor: 0.01 * Double(p[row].max() ?? 0)) < 2e-6, "width \(width)")
      }
      #expect(gradient.gapsAreUntouched)
    }
  }

  @Test("scaling rows, in place and apart", arguments: supportedSets, [false, true])
  func scale(set: InstructionSet, isWeighted: Bool) {
    for width in widths {
      let gamma = isWeighted ? numbers("gamma", width) : nil
      let x = Grid(rows: 3, width: width, gap: 1) { row in numbers("x\(row)", width) }
      for factor: Float in [1, 0, -2.5] {
        var y = Grid(rows: 3, width: width, gap: 6, .nan)
        var same = x
        let table = KernelTable.table(set)
        withPointer(gamma) { gamma in
          table.scale(x.values, x.stride, &y.values, y.stride, 3, width, gamma, factor)
          inPlace(&same.values) { table.scale($0, x.stride, $0, x.stride, 3, width, gamma, factor) }
        }
        for row in 0..<3 {
          #expect(difference(y[row], ReferenceKernels.scale(x[row], gamma: gamma, factor: factor)) < 2e-7)
          #expect(same[row] == y[row])
        }
        #expect(y.gapsAreUntouched && same.gapsAreUntouched)
      }
    }
  }

  @Test("sums of columns are added to what is there", arguments: supportedSets)
  func columnSums(set: InstructionSet) {
    for width in widths where width < 600 {
      let x = Grid(rows: 17, width: width, gap: 2) { row in numbers("c\(row)", width) }
      var y = [Float](repeating: 3, count: width)
      KernelTable.table(set).addColumnSums(x.values, x.stride, 17, width, &y)
      #expect(difference(y, ReferenceKernels.columnSums((0..<17).map { x[$0] }).map { $0 + 3 }, floor: 1) < 1e-6)
    }
  }

  private func withPointer(_ values: [Float]?, _ body: (UnsafePointer<Float>?) -> Void) {
    guard let values else { return body(nil) }
    values.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}

@Suite("Kernels of the optimizer equal their plain statements, on every instruction set of this processor")
struct OptimizerKernelTests {
  @Test("steps of AdamW", arguments: supportedSets, [1, 2, 1000])
  func adamW(set: InstructionSet, step: Int) {
    let (rate, decay, beta1, beta2, epsilon) = (1e-2, 0.05, 0.9, 0.999, 1e-8)
    for count in [1, 15, 16, 17, 100, 513] {
      let start = (p: numbers("p", count), g: numbers("g", count, scale: 0.1), m: numbers("m", count, scale: 0.05))
      let squares = numbers("v", count).map { abs($0) * 0.01 }
      var (p, m, v) = (start.p, start.m, squares)
      let stepSize = rate / (1 - power(beta1, step))
      KernelTable.table(set).adamW(
        &p, start.g, &m, &v, count, 0.5, Float(1 - rate * decay), Float(stepSize), Float(beta1), Float(beta2), Float(epsilon),
        Float(1 / (1 - power(beta2, step)).squareRoot()))
      let expected = (0..<count).map { index in
        ReferenceKernels.adamW(
          Double(start.p[index]), gradient: Double(start.g[index]) * 0.5, Double(start.m[index]), Double(squares[index]), rate: rate,
          decay: decay, beta1: beta1, beta2: beta2, epsilon: epsilon, step: step)
      }
      #expect(difference(p, expected.map(\.p)) < 1e-6, "\(count) numbers")
      #expect(difference(m, expected.map(\.m)) < 1e-6 && difference(v, expected.map(\.v)) < 1e-6)
    }
  }

  private func power(_ base: Double, _ exponent: Int) -> Double { (0..<exponent).reduce(1) { product, _ in product * base } }

  @Test("a gradient of zero on fresh moments leaves only weight decay", arguments: supportedSets)
  func noGradient(set: InstructionSet) {
    var p = numbers("p", 40)
    let before = p
    var m = [Float](repeating: 0, count: 40)
    var v = m
    KernelTable.table(set).adamW(&p, [Float](repeating: 0, count: 40), &m, &v, 40, 1, 0.75, 0.1, 0.9, 0.999, 1e-8, 1)
    #expect(p == before.map { $0 * 0.75 })
  }

  @Test("moving average and sum of squares", arguments: supportedSets)
  func others(set: InstructionSet) {
    for count in [1, 16, 31, 500] {
      let p = numbers("p", count)
      var average = numbers("a", count)
      let expected = zip(average, p).map { 0.99 * Double($0) + 0.01 * Double($1) }
      KernelTable.table(set).moveAverage(&average, p, count, 0.99)
      #expect(difference(average, expected) < 1e-6)
      let squares = p.reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect(abs(Double(KernelTable.table(set).sumOfSquares(p, count)) - squares) < 1e-6 * squares)
    }
    #expect(KernelTable.table(set).sumOfSquares([3], 0) == 0)
  }
}
