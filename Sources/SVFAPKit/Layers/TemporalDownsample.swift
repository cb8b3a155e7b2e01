import Base
import Kernels

/// Conv1d over time with kernel = stride = k: joins k time slices into one (paper, temporal pyramid; published a.6).
///
/// The convolution is a linear layer on the k slices of a place laid side by side; its weight (C, C, k) is brought
/// into that order (C, k, C) once, when the layer is made.
package struct TemporalDownsample: Sendable {
  package let kernel: Int
  private let width: Int
  private let reordered: FloatBuffer  // (C, k, C)
  private let projection: Linear

  package init(weight: UnsafePointer<Float>, bias: UnsafePointer<Float>, width: Int, kernel: Int) throws(SVFAPError) {
    self.kernel = kernel
    self.width = width
    reordered = try FloatBuffer(count: width * width * kernel)
    for out in 0..<width {
      for tap in 0..<kernel {
        for channel in 0..<width {
          reordered.pointer[(out * kernel + tap) * width + channel] = weight[(out * width + channel) * kernel + tap]
        }
      }
    }
    projection = Linear(weight: reordered.pointer, bias: bias, inputs: width * kernel, outputs: width)
  }

  /// y (clips, slices / k, places, C) from x (clips, slices, places, C); slices that do not fill a kernel are dropped.
  package func forward(
    _ x: UnsafePointer<Float>, clips: Int, slices: Int, places: Int, _ y: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let joined = slices / kernel
    let gatherScratch = Workspace.rowBlock * width * kernel
    let gathered = try workspace.scratch("joined", gatherScratch)  // (rowBlock, k, C)
    workspace.rows(clips: clips, rows: joined * places) { clip, start, count, worker in
      let mine = gathered + worker * gatherScratch
      for row in 0..<count {
        let slice = (start + row) / places * kernel
        let place = (start + row) % places
        for tap in 0..<kernel {
          (mine + (row * kernel + tap) * width).update(
            from: x + ((clip * slices + slice + tap) * places + place) * width, count: width)
        }
      }
      projection.forward(mine, width * kernel, y + (clip * joined * places + start) * width, width, rows: count)
    }
  }
}
