import Glibc

/// Rows of numbers in double precision, and the few operations that SVFAP is made of, each as plainly as it can be said.
package struct ReferenceMatrix: Equatable, Sendable {
  package let rows: Int
  package let width: Int
  package var values: [Double]

  package init(rows: Int, width: Int, values: [Double]? = nil) {
    self.rows = rows
    self.width = width
    self.values = values ?? [Double](repeating: 0, count: rows * width)
    precondition(self.values.count == rows * width, "\(self.values.count) numbers are no \(rows) x \(width)")
  }

  package subscript(row: Int, column: Int) -> Double {
    get { values[row * width + column] }
    set { values[row * width + column] = newValue }
  }

  package func row(_ index: Int) -> [Double] { Array(values[index * width..<(index + 1) * width]) }

  /// The given rows, in that order.
  package func rows(_ indices: [Int]) -> ReferenceMatrix {
    ReferenceMatrix(rows: indices.count, width: width, values: indices.flatMap { row($0) })
  }

  /// The columns of a range.
  package func columns(_ range: Range<Int>) -> ReferenceMatrix {
    ReferenceMatrix(rows: rows, width: range.count, values: (0..<rows).flatMap { r in range.map { self[r, $0] } })
  }

  package static func + (left: ReferenceMatrix, right: ReferenceMatrix) -> ReferenceMatrix {
    precondition(left.rows == right.rows && left.width == right.width)
    return ReferenceMatrix(rows: left.rows, width: left.width, values: zip(left.values, right.values).map { $0 + $1 })
  }

  /// Every column times a factor of its own.
  package func scaled(by factors: [Double]) -> ReferenceMatrix {
    var result = self
    for r in 0..<rows { for c in 0..<width { result[r, c] *= factors[c] } }
    return result
  }

  /// y = x W^T + b, W (outputs, inputs).
  package func linear(_ weight: [Double], _ bias: [Double]) -> ReferenceMatrix {
    precondition(weight.count == bias.count * width)
    var result = ReferenceMatrix(rows: rows, width: bias.count)
    for r in 0..<rows {
      for output in 0..<bias.count {
        var sum = bias[output]
        for input in 0..<width { sum += weight[output * width + input] * self[r, input] }
        result[r, output] = sum
      }
    }
    return result
  }

  /// Layer normalisation of each row, biased variance.
  package func layerNorm(_ weight: [Double], _ bias: [Double], epsilon: Double) -> ReferenceMatrix {
    var result = self
    for r in 0..<rows {
      let x = row(r)
      let mean = x.reduce(0, +) / Double(width)
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
      for c in 0..<width { result[r, c] = (x[c] - mean) / (variance + epsilon).squareRoot() * weight[c] + bias[c] }
    }
    return result
  }

  /// x * Phi(x), exactly.
  package func gelu() -> ReferenceMatrix {
    ReferenceMatrix(rows: rows, width: width, values: values.map { 0.5 * $0 * (1 + erf($0 / 2.0.squareRoot())) })
  }

  /// softmax over each row.
  package func softmax() -> ReferenceMatrix {
    var result = self
    for r in 0..<rows {
      let x = row(r)
      let peak = x.max() ?? 0
      let sum = x.reduce(0) { $0 + exp($1 - peak) }
      for c in 0..<width { result[r, c] = exp(x[c] - peak) / sum }
    }
    return result
  }

  package var transposed: ReferenceMatrix {
    var result = ReferenceMatrix(rows: width, width: rows)
    for r in 0..<rows { for c in 0..<width { result[c, r] = self[r, c] } }
    return result
  }

  package static func * (left: ReferenceMatrix, right: ReferenceMatrix) -> ReferenceMatrix {
    left.linear(right.transposed.values, [Double](repeating: 0, count: right.width))
  }

  /// Mean over the rows.
  package var meanRow: ReferenceMatrix {
    ReferenceMatrix(rows: 1, width: width, values: (0..<width).map { c in (0..<rows).reduce(0) { $0 + self[$1, c] } / Double(rows) })
  }

  /// Multi-head attention of queries (n, C) over keys and values (m, C): head i has channels i d ..< (i + 1) d.
  package static func attention(_ q: ReferenceMatrix, _ k: ReferenceMatrix, _ v: ReferenceMatrix, heads: Int) -> ReferenceMatrix {
    let d = q.width / heads
    var result = ReferenceMatrix(rows: q.rows, width: q.width)
    for head in 0..<heads {
      let range = head * d..<(head + 1) * d
      let scale = [Double](repeating: 1 / Double(d).squareRoot(), count: d)
      let mixed = (q.columns(range).scaled(by: scale) * k.columns(range).transposed).softmax() * v.columns(range)
      for r in 0..<q.rows { for c in 0..<d { result[r, head * d + c] = mixed[r, c] } }
    }
    return result
  }
}
