import Base
import Video

/// Resizes a part of float pictures: bilinear between pixel centres, not antialiased (PyTorch's `interpolate` with
/// `align_corners=False`).
///
/// Positions and weights are computed in float32 as there, so that results agree to the last digits. One thread at a
/// time uses a resampler.
package final class BilinearResampler {
  /// Where the output pixels of one axis come from.
  private struct Axis {
    var first: [Int32]
    var second: [Int32]
    var weight: [Float]  // of `second`

    init(start: Int, input: Int, output: Int) {
      first = []
      second = []
      weight = []
      let scale = Float(input) / Float(output)
      for index in 0..<output {
        let position = max(scale * (Float(index) + 0.5) - 0.5, 0)
        let lower = min(Int(position), input - 1)
        first.append(Int32(start + lower))
        second.append(Int32(start + min(lower + 1, input - 1)))
        weight.append(min(max(position - Float(lower), 0), 1))
      }
    }
  }

  private let size: Int
  private let rows: FloatBuffer  // (2, size): two source rows, resized across

  /// - Parameter size: width and height of the output.
  package init(size: Int) throws(SVFAPError) {
    self.size = size
    rows = try FloatBuffer(count: 2 * size)
  }

  /// Fills target (planes, size, size) from the part `box` of source (planes, height, width).
  ///
  /// - Parameter box: at least a pixel, inside the source.
  package func resize(
    _ source: UnsafePointer<Float>, planes: Int, height: Int, width: Int, box: PixelBox, into target: UnsafeMutablePointer<Float>
  ) {
    let across = Axis(start: box.x, input: box.width, output: size)
    let down = Axis(start: box.y, input: box.height, output: size)
    for plane in 0..<planes {
      let from = source + plane * height * width
      let to = target + plane * size * size
      // Which source row each half of `rows` holds.
      var held: (Int32, Int32) = (-1, -1)
      for row in 0..<size {
        let top = down.first[row]
        let bottom = down.second[row]
        let upper = hold(top, keeping: bottom, from, width, across, &held)
        let lower = hold(bottom, keeping: top, from, width, across, &held)
        let weight = down.weight[row]
        let rest = 1 - weight
        let out = to + row * size
        for column in 0..<size { out[column] = upper[column] * rest + lower[column] * weight }
      }
    }
  }

  /// A source row resized across, from the rows that are held if it is there; it does not push out the row `other`.
  private func hold(
    _ row: Int32, keeping other: Int32, _ plane: UnsafePointer<Float>, _ width: Int, _ axis: Axis, _ held: inout (Int32, Int32)
  ) -> UnsafePointer<Float> {
    if held.0 == row { return UnsafePointer(rows.pointer) }
    if held.1 == row { return UnsafePointer(rows.pointer + size) }
    let isFirst = held.0 != other
    if isFirst { held.0 = row } else { held.1 = row }
    let target = isFirst ? rows.pointer : rows.pointer + size
    let line = plane + Int(row) * width
    axis.first.withUnsafeBufferPointer { first in
      axis.second.withUnsafeBufferPointer { second in
        axis.weight.withUnsafeBufferPointer { weights in
          for column in 0..<size {
            let weight = weights[column]
            target[column] = line[Int(first[column])] * (1 - weight) + line[Int(second[column])] * weight
          }
        }
      }
    }
    return UnsafePointer(target)
  }
}
