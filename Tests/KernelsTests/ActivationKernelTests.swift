import Glibc
import Kernels
import TestSupport
import Testing

@Suite("Softmax and GELU equal their plain statements, on every instruction set of this processor")
struct ActivationKernelTests {
  @Test("softmax of every width, with gaps between rows", arguments: supportedSets, [Float(1), 0.125, 4])
  func softmax(set: InstructionSet, scale: Float) {
    for width in widths {
      let start = Grid(rows: 4, width: width, gap: 3) { row in numbers("s\(row)", width, scale: [1, 8, 40, 0][row]) }
      var x = start
      KernelTable.table(set).softmax(&x.values, x.stride, 4, width, scale)
      for row in 0..<4 {
        #expect(difference(x[row], ReferenceKernels.softmax(start[row], scale: scale)) < 2e-6, "width \(width), row \(row)")
        #expect(abs(x[row].reduce(0.0) { $0 + Double($1) } - 1) < 1e-5)
      }
      #expect(x.gapsAreUntouched)
    }
  }

  @Test("softmax of scores far apart: the largest takes it all", arguments: supportedSets, [Float(100), 1000, 1e10, 3e38])
  func farApart(set: InstructionSet, gap: Float) {
    for width in [2, 16, 33] {
      for best in [0, width / 2, width - 1] {
        var x = [Float](repeating: -gap, count: width)
        x[best] = 0
        KernelTable.table(set).softmax(&x, width, 1, width, 1)
        #expect(x[best] == 1)
        #expect(x.indices.allSatisfy { $0 == best || x[$0] >= 0 && x[$0] < 1e-37 })
        var above = [Float](repeating: 0, count: width)
        above[best] = gap
        KernelTable.table(set).softmax(&above, width, 1, width, 1)
        #expect(above[best] == 1)
      }
    }
  }

  @Test("softmax of huge equal scores is even, and hidden scores get nothing", arguments: supportedSets)
  func equalScores(set: InstructionSet) {
    for value: Float in [0, 88, -88, 1e20, -1e20, 3e38] {
      var x = [Float](repeating: value, count: 20)
      KernelTable.table(set).softmax(&x, 20, 1, 20, 1)
      #expect(difference(x, [Double](repeating: 0.05, count: 20)) < 1e-6, "\(value)")
    }
    var hidden: [Float] = [1, -.infinity, 1, -.infinity] + [Float](repeating: -.infinity, count: 20)
    KernelTable.table(set).softmax(&hidden, 24, 1, 24, 1)
    #expect(hidden[0] == 0.5 && hidden[2] == 0.5)
    #expect(hidden.indices.allSatisfy { $0 == 0 || $0 == 2 || hidden[$0] < 1e-37 })
  }

  @Test("softmax passes NaN on to its whole row and to no other", arguments: supportedSets)
  func softmaxNaN(set: InstructionSet) {
    for width in [3, 16, 31, 64] {
      for place in 0..<width {
        for bad in [Float.nan, .infinity] {
          var x = numbers("n", 3 * width)
          x[width + place] = bad
          KernelTable.table(set).softmax(&x, width, 3, width, 1)
          #expect(x[width..<2 * width].allSatisfy { $0.isNaN }, "width \(width), place \(place), \(bad)")
          #expect((x[..<width] + x[(2 * width)...]).allSatisfy { $0.isFinite })
        }
      }
    }
  }

  @Test("GELU of every width, with gaps between rows", arguments: supportedSets)
  func gelu(set: InstructionSet) {
    for width in widths {
      let bias = numbers("bias", width)
      let start = Grid(rows: 3, width: width, gap: 2) { row in numbers("g\(row)", width, scale: 4) }
      var apart = Grid(rows: 3, width: width, gap: 5, .nan)
      KernelTable.table(set).biasGELU(start.values, start.stride, &apart.values, apart.stride, 3, width, bias)
      var x = start
      inPlace(&x.values) { KernelTable.table(set).biasGELU($0, start.stride, $0, start.stride, 3, width, bias) }
      for row in 0..<3 {
        let expected = zip(start[row], bias).map { ReferenceKernels.gelu(Double($0 + $1)) }
        #expect(difference(x[row], expected, floor: 1) < 3e-7, "width \(width)")
        #expect(apart[row] == x[row])
      }
      #expect(x.gapsAreUntouched && apart.gapsAreUntouched)
    }
  }

  @Test("GELU over [-12, 12]: absolute and relative error", arguments: supportedSets)
  func geluAccuracy(set: InstructionSet) {
    let count = 240_001
    let inputs = (0..<count).map { Float($0) / 10_000 - 12 }
    var found = inputs
    inPlace(&found) { KernelTable.table(set).biasGELU($0, count, $0, count, 1, count, [Float](repeating: 0, count: count)) }
    var absolute = 0.0
    var relative = 0.0
    for (x, y) in zip(inputs, found) {
      let expected = ReferenceKernels.gelu(Double(x))
      let error = abs(Double(y) - expected)
      absolute = max(absolute, error / Double(max(1, abs(x))))
      if x > -2 { relative = max(relative, error / max(abs(expected), 1e-30)) }
    }
    #expect(absolute < 2e-7)
    #expect(relative < 5e-6)
  }

  @Test("GELU far out: nothing on the left, everything on the right, NaN stays", arguments: supportedSets)
  func geluFarOut(set: InstructionSet) {
    var x: [Float] = [0, -0.0, 20, 1e10, 3e38, .infinity, -20, -1e10, -3e38, .nan, 1e-30, -1e-30]
    inPlace(&x) { KernelTable.table(set).biasGELU($0, 12, $0, 12, 1, 12, [Float](repeating: 0, count: 12)) }
    #expect(x[0] == 0 && x[1] == 0)
    #expect(Array(x[2...5]) == [20, 1e10, 3e38, .infinity])
    #expect(x[6...8].allSatisfy { abs($0) < 1e-30 })
    #expect(x[9].isNaN)
    #expect(x[10] == 5e-31 && x[11] == -5e-31)
  }
}
