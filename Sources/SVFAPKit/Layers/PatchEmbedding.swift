import Base
import Kernels

/// Conv3d with kernel = stride = (tubelet, patch, patch): every tubelet becomes a token, in (t, h, w) order, to which the
/// table of positions is added (published a.2, a.3).
package struct PatchEmbedding: Sendable {
  package let channels: Int
  package let frames: Int
  package let size: Int
  package let tubelet: Int
  package let patch: Int
  let projection: Linear  // (channels * tubelet * patch * patch) -> C, weight order (c, kt, kh, kw)
  let position: SinusoidTable  // (tokens, C)

  package init(projection: Linear, position: SinusoidTable, channels: Int, frames: Int, size: Int, tubelet: Int, patch: Int) {
    self.projection = projection
    self.position = position
    self.channels = channels
    self.frames = frames
    self.size = size
    self.tubelet = tubelet
    self.patch = patch
  }

  /// Tokens a clip.
  package var tokens: Int { (frames / tubelet) * (size / patch) * (size / patch) }

  /// y (clips, count, C) from video (clips, channels, frames, size, size).
  ///
  /// - Parameter chosen: the tokens to embed, as many of every clip; nil for all.
  package func forward(
    _ video: UnsafePointer<Float>, clips: Int, chosen: [[Int]]? = nil, _ y: UnsafeMutablePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let width = projection.outputs
    let inputs = projection.inputs
    let count = chosen?.first?.count ?? tokens
    let patchScratch = Workspace.rowBlock * inputs
    let patches = try workspace.scratch("patches", patchScratch)  // (rowBlock, channels * tubelet * patch * patch)
    workspace.rows(clips: clips, rows: count) { clip, start, rows, worker in
      let mine = patches + worker * patchScratch
      let out = y + (clip * count + start) * width
      gather(video, clip: clip, chosen: chosen?[clip], first: start, count: rows, into: mine)
      projection.forward(mine, inputs, out, width, rows: rows, workspace.precision)
      for row in 0..<rows {
        let place = position.pointer + (chosen?[clip][start + row] ?? start + row) * width
        let line = out + row * width
        for channel in 0..<width { line[channel] += place[channel] }
      }
    }
  }

  /// Adds the gradients of weight and bias, given dy (clips, count, C). A video has no use for a gradient.
  package func backward(
    _ video: UnsafePointer<Float>, clips: Int, chosen: [[Int]]? = nil, _ dy: UnsafePointer<Float>, _ gradients: GradientMap,
    _ workspace: Workspace
  ) throws(SVFAPError) {
    let inputs = projection.inputs
    let count = chosen?.first?.count ?? tokens
    let patches = try workspace.buffer("back.wide", clips * count * inputs)  // (clips, count, channels * tubelet * patch * patch)
    workspace.rows(clips: clips, rows: count) { clip, start, rows, _ in
      gather(video, clip: clip, chosen: chosen?[clip], first: start, count: rows, into: patches + (clip * count + start) * inputs)
    }
    try workspace.accumulate(
      [WeightGradient(linear: projection, dy: dy, dyStride: projection.outputs, x: patches, xStride: inputs, rows: clips * count)],
      gradients)
  }

  /// The numbers of `count` tubelets, a row each, in the order of the weight: channel, time, row, column.
  private func gather(
    _ video: UnsafePointer<Float>, clip: Int, chosen: [Int]?, first: Int, count: Int, into patches: UnsafeMutablePointer<Float>
  ) {
    let side = size / self.patch
    let start = video + clip * channels * frames * size * size
    var out = patches
    for row in first..<first + count {
      let token = chosen?[row] ?? row
      let time = token / (side * side) * tubelet
      let top = token / side % side * self.patch
      let left = token % side * self.patch
      for channel in 0..<channels {
        for frame in time..<time + tubelet {
          for line in top..<top + self.patch {
            out.update(from: start + ((channel * frames + frame) * size + line) * size + left, count: self.patch)
            out += self.patch
          }
        }
      }
    }
  }
}
