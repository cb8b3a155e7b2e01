import Kernels
import Testing

@Suite("Row kernels equal their plain statements, on every instruction set of this processor")
struct RowKernelTests {
  @Test("layer normalisation", arguments: supportedSets, [0, 3])
  func layerNorm(set: InstructionSet, gap: Int) {
    let kernel = KernelTable.table(set).layerNorm
    for width in widths {
      let gamma = numbers("gamma", width)
      let beta = numbers("beta", width)
      // Rows far from zero, of unlike size, and constant: the variance must not drown.
      let scales: [Float] = [1, 1000, 1e-3, 5]
      let x = Grid(rows: 5, width: width, gap: gap) { row in
        row == 4 ? [Float](repeating: 7, count: width) : numbers("x\(row)", width, scale: scales[row]).map { $0 + (row == 3 ? 300 : 0) }
      }
      var y = Grid(rows: 5, width: width, gap: 2 * gap, .nan)
      kernel(x.values, x.stride, &y.values, y.stride, 5, width, gamma, beta, 1e-6)
      for row in 0..<5 {
        let expected = ReferenceKernels.layerNorm(x[row], gamma: gamma, beta: beta, epsilon: 1e-6)
        #expect(difference(y[row], expected, floor: 0.1) < (row == 3 ? 2e-4 : 4e-6), "width \(width), row \(row)")
      }
      #expect(y.gapsAreUntouched)
    }
  }

  @Test("layer normalisation in place", arguments: supportedSets)
  func layerNormInPlace(set: InstructionSet) {
    for width in [1, 16, 37, 512] {
      let start = Grid(rows: 3, width: width, gap: 5) { row in numbers("p\(row)", width) }
      let gamma = numbers("gamma", width)
      let beta = numbers("beta", width)
      var apart = Grid(rows: 3, width: width, gap: 5, 0)
      KernelTable.table(set).layerNorm(start.values, start.stride, &apart.values, apart.stride, 3, width, gamma, beta, 1e-5)
      var x = start
      inPlace(&x.values) { KernelTable.table(set).layerNorm($0, start.stride, $0, start.stride, 3, width, gamma, beta, 1e-5) }
      for row in 0..<3 { #expect(x[row] == apart[row]) }
      #expect(x.gapsAreUntouched)
    }
  }

  @Test("adding a bias", arguments: supportedSets)
  func addBias(set: InstructionSet) {
    for width in widths {
      let bias = numbers("bias", width)
      let start = Grid(rows: 3, width: width, gap: 1) { row in numbers("b\(row)", width, scale: 10) }
      var x = start
      KernelTable.table(set).addBias(&x.values, x.stride, 3, width, bias)
      for row in 0..<3 { #expect(x[row] == ReferenceKernels.addBias(start[row], bias: bias).map { Float($0) }, "width \(width)") }
      #expect(x.gapsAreUntouched)
    }
  }

  @Test("adding a residual branch, with and without layer scale, dropped, kept and scaled up", arguments: supportedSets, [false, true])
  func addResidual(set: InstructionSet, isScaled: Bool) {
    for scale: Float in [1, 0, 1.25] { addResidual(set, isScaled: isScaled, scale: scale) }
  }

  private func addResidual(_ set: InstructionSet, isScaled: Bool, scale: Float) {
    for width in widths {
      let bias = numbers("bias", width)
      let gamma = isScaled ? numbers("gamma", width) : nil
      let branch = Grid(rows: 3, width: width, gap: 2) { row in numbers("r\(row)", width) }
      let start = Grid(rows: 3, width: width, gap: 4) { row in numbers("x\(row)", width) }
      var x = start
      if let gamma {
        KernelTable.table(set).addResidual(&x.values, x.stride, branch.values, branch.stride, 3, width, bias, gamma, scale)
      } else {
        KernelTable.table(set).addResidual(&x.values, x.stride, branch.values, branch.stride, 3, width, bias, nil, scale)
      }
      for row in 0..<3 {
        let expected = ReferenceKernels.addResidual(start[row], branch: branch[row], bias: bias, gamma: gamma, scale: scale)
        #expect(difference(x[row], expected) < 3e-7, "width \(width)")
      }
      #expect(x.gapsAreUntouched)
    }
  }

  @Test("the mean of rows", arguments: supportedSets, [1, 2, 200])
  func meanOfRows(set: InstructionSet, rows: Int) {
    for width in widths where width < 600 {
      let x = Grid(rows: rows, width: width, gap: 3) { row in (0..<width).map { Float((row * 31 + $0 * 17) % 101) / 50 - 1 } }
      // What stood in the place of the result must not matter.
      var y = [Float](repeating: .nan, count: width)
      KernelTable.table(set).meanOfRows(x.values, x.stride, rows, width, &y)
      #expect(difference(y, ReferenceKernels.meanOfRows((0..<rows).map { x[$0] }), floor: 0.1) < 1e-6, "width \(width)")
    }
  }

  @Test("NaN and infinity are passed on, not hidden", arguments: supportedSets, [Float.nan, .infinity])
  func notFinite(set: InstructionSet, value: Float) {
    let table = KernelTable.table(set)
    for width in [5, 16, 40] {
      for place in [0, width - 1] {
        let ones = [Float](repeating: 1, count: width)
        var x = ones
        x[place] = value
        var y = ones
        table.layerNorm(x, width, &y, width, 1, width, ones, ones, 1e-6)
        #expect(y.allSatisfy { $0.isNaN })
        var sum = x
        table.addBias(&sum, width, 1, width, ones)
        #expect(!sum[place].isFinite && sum[place == 0 ? 1 : 0] == 2)
        var residual = ones
        table.addResidual(&residual, width, x, width, 1, width, ones, ones, 1)
        #expect(!residual[place].isFinite && residual[place == 0 ? 1 : 0] == 3)
        var mean = ones
        table.meanOfRows(x, width, 1, width, &mean)
        #expect(!mean[place].isFinite && mean[place == 0 ? 1 : 0] == 1)
      }
    }
  }
}
