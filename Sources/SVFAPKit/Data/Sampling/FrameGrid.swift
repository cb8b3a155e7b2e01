import Base
import Video

/// The frames of a video as if it had the recipe's frame rate: selections are made on the grid, so that a clip spans the
/// same time whatever the video's rate.
///
/// A video whose rate is near the recipe's, or unknown, is taken frame by frame, as published. `FrameSampler` does the
/// same in prediction, where a stream's length need not be known.
package struct FrameGrid: Sendable, Equatable {
  /// Frames of the grid: what selections take as `count`.
  package let count: Int
  private let frames: Int
  /// Frames of the video for each of the grid; 1 if they are the same.
  private let ratio: Double

  /// - Parameters:
  ///   - frames: frames of the video.
  ///   - rate: frames per second of the video, nil if unknown.
  package init(frames: Int, rate: Double?, _ recipe: PreparationRecipe) {
    self.frames = max(frames, 0)
    let ratio = rate.map { $0 / recipe.frameRate } ?? 1
    let isUsable = ratio.isFinite && ratio > 1e-6 && !FrameSampler.nearRates.contains(ratio)
    self.ratio = isUsable ? ratio : 1
    count = self.frames == 0 ? 0 : isUsable ? max(Int((Double(self.frames) / ratio).rounded()), 1) : self.frames
  }

  /// The frame of the video that is nearest in time to frame `index` of the grid.
  package func frame(_ index: Int) -> Int {
    guard ratio != 1 else { return min(max(index, 0), max(frames - 1, 0)) }
    let position = (Double(max(index, 0)) * ratio - 0.5).rounded(.up)
    return position >= Double(frames) ? max(frames - 1, 0) : max(Int(position), 0)
  }
}
