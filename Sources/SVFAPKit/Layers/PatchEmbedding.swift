import Base
import Kernels

/// Conv3d with kernel = stride = (tubelet, patch, patch): every tubelet becomes a token, in (t, h, w) order.
package struct PatchEmbedding: Sendable {
  package let channels: Int
  package let frames: Int
  package let size: Int
  package let tubelet: Int
  package let patch: Int
  let projection: Linear  // (channels * tubelet * patch * patch) -> C, weight order (c, kt, kh, kw)

  package init(projection: Linear, channels: Int, frames: Int, size: Int, tubelet: Int, patch: Int) {
    self.projection = projection
    self.channels = channels
    self.frames = frames
    self.size = size
    self.tubelet = tubelet
    self.patch = patch
  }

  /// Tokens a clip.
  package var tokens: Int { (frames / tubelet) * (size / patch) * (size / patch) }

  /// y (clips, tokens, C) = embedding of video (clips, channels, frames, size, size) + position (tokens, C).
  package func forward(
    _ video: UnsafePointer<Float>, clips: Int, _ y: UnsafeMutablePointer<Float>, position: UnsafePointer<Float>, _ workspace: Workspace
  ) throws(SVFAPError) {
    let width = projection.outputs
    let inputs = projection.inputs
    let patchScratch = Workspace.rowBlock * inputs
    let patches = try workspace.scratch("patches", patchScratch)  // (rowBlock, channels * tubelet * patch * patch)
    let clipSize = channels * frames * size * size
    workspace.rows(clips: clips, rows: tokens) { clip, start, count, worker in
      let mine = patches + worker * patchScratch
      for row in 0..<count { gather(video + clip * clipSize, token: start + row, into: mine + row * inputs) }
      let out = y + (clip * tokens + start) * width
      projection.forward(mine, inputs, out, width, rows: count)
      for index in 0..<count * width { out[index] += position[start * width + index] }
    }
  }

  /// The numbers of one tubelet in the order of the weight: channel, time, row, column.
  private func gather(_ clip: UnsafePointer<Float>, token: Int, into patch: UnsafeMutablePointer<Float>) {
    let side = size / self.patch
    let time = token / (side * side) * tubelet
    let top = token / side % side * self.patch
    let left = token % side * self.patch
    var out = patch
    for channel in 0..<channels {
      for frame in time..<time + tubelet {
        for row in top..<top + self.patch {
          out.update(from: clip + ((channel * frames + frame) * size + row) * size + left, count: self.patch)
          out += self.patch
        }
      }
    }
  }
}
