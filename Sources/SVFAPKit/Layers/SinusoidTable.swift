import Base
import Glibc

/// Positions over the flattened index of tokens: sin(pos / 10000^(2 floor(j / 2) / C)) for even j, cos for odd j;
/// computed in double precision (published a.3).
package struct SinusoidTable: Sendable {
  private let storage: FloatBuffer  // (positions, width)

  package init(positions: Int, width: Int) throws(SVFAPError) {
    storage = try FloatBuffer(count: positions * width)
    for column in 0..<width {
      let rate = pow(10000, Double(2 * (column / 2)) / Double(width))
      for position in 0..<positions {
        let angle = Double(position) / rate
        storage.pointer[position * width + column] = Float(column % 2 == 0 ? sin(angle) : cos(angle))
      }
    }
  }

  package var pointer: UnsafePointer<Float> { UnsafePointer(storage.pointer) }
}
