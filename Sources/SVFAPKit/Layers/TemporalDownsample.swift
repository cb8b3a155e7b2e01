import Base
import Kernels

/// Conv1d over time with kernel = stride = k: joins k time slices into one (paper, temporal pyramid; published a.6).
///
/// The convolution is a linear layer on the k slices of a place, woven together channel by channel: the order of its
/// weight (C, C, k).
package struct TemporalDownsample: Sendable {
  package let kernel: Int
  private let width: Int
  private let projection: Linear  // (C, k) -> C

  /// - Parameter projection: weight (C, C, k), seen as (C, C * k).
  package init(projection: Linear, kernel: Int) {
    self.kernel = kernel
    self.projection = projection
    width = projection.outputs
  }

  /// y (clips, slices / k, places, C) from x (clips, slices, places, C); slices that do not fill a kernel are dropped.
  package func forward(
    _ x: UnsafePointer<Float>, clips: Int, slices: Int, places: Int, _ y: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let joined = slices / kernel
    let wovenScratch = Workspace.rowBlock * width * kernel
    let woven = try workspace.scratch("joined", wovenScratch)  // (rowBlock, C, k)
    workspace.rows(clips: clips, rows: joined * places) { clip, start, count, worker in
      let mine = woven + worker * wovenScratch
      weave(x + clip * slices * places * width, places: places, first: start, count: count, into: mine)
      projection.forward(mine, width * kernel, y + (clip * joined * places + start) * width, width, rows: count, workspace.precision)
    }
  }

  /// dx (clips, slices, places, C) += gradient with respect to x, given dy (clips, slices / k, places, C).
  package func backward(
    _ x: UnsafePointer<Float>, clips: Int, slices: Int, places: Int, _ dy: UnsafePointer<Float>, addingTo dx: UnsafeMutablePointer<Float>,
    _ gradients: GradientMap, _ workspace: Workspace
  ) throws(SVFAPError) {
    let joined = slices / kernel
    let rows = clips * joined * places
    let wide = width * kernel
    let woven = try workspace.buffer("back.wide", rows * wide)  // (rows, C, k)
    let slopeScratch = Workspace.rowBlock * wide
    let slopes = try workspace.scratch("joined", slopeScratch)  // (rowBlock, C, k)
    workspace.rows(clips: clips, rows: joined * places) { clip, start, count, worker in
      let row = clip * joined * places + start
      let slope = slopes + worker * slopeScratch
      weave(x + clip * slices * places * width, places: places, first: start, count: count, into: woven + row * wide)
      projection.inputGradient(dy + row * width, width, slope, wide, rows: count, workspace.precision)
      unweave(slope, places: places, first: start, count: count, addingTo: dx + clip * slices * places * width)
    }
    try workspace.accumulate([WeightGradient(linear: projection, dy: dy, dyStride: width, x: woven, xStride: wide, rows: rows)], gradients)
  }

  /// Rows `first`, ... of the joined slices of a clip: (count, C, k) from x (slices, places, C).
  private func weave(_ x: UnsafePointer<Float>, places: Int, first: Int, count: Int, into woven: UnsafeMutablePointer<Float>) {
    for row in 0..<count {
      let target = woven + row * width * kernel
      for tap in 0..<kernel {
        let source = x + source(first + row, tap, places) * width
        for channel in 0..<width { target[channel &* kernel &+ tap] = source[channel] }
      }
    }
  }

  private func unweave(_ woven: UnsafePointer<Float>, places: Int, first: Int, count: Int, addingTo x: UnsafeMutablePointer<Float>) {
    for row in 0..<count {
      let values = woven + row * width * kernel
      for tap in 0..<kernel {
        let target = x + source(first + row, tap, places) * width
        for channel in 0..<width { target[channel] += values[channel &* kernel &+ tap] }
      }
    }
  }

  /// The token that tap `tap` of a joined token reads.
  private func source(_ row: Int, _ tap: Int, _ places: Int) -> Int { (row / places * kernel + tap) * places + row % places }
}
