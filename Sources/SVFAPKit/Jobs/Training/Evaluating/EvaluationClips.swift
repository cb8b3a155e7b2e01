import Base
import Data
import Networks
import Video

/// The clips that stand for a video in an evaluation: uniform views, each different one once (published c.3, c.12).
///
/// The published test also takes several crops of each view; its frames are squares of the crop's size already, so those
/// are the same pictures and their average is the picture's.
final class EvaluationClips: Sendable {
  let video: FloatBuffer  // (different views, 3, t, size, size)
  /// How many of the views each clip stands for.
  let weights: [Int]

  private init(video: FloatBuffer, weights: [Int]) {
    self.video = video
    self.weights = weights
  }

  /// - Parameters:
  ///   - intake: lent to this call.
  ///   - views: uniform views of the video.
  static func load(
    _ source: any VideoSource, _ intake: ClipIntake, _ recipe: PreparationRecipe, _ configuration: ModelConfiguration, views: Int
  ) throws(SVFAPError) -> EvaluationClips {
    var weights: [Int] = []
    let video = try FloatBuffer(count: views * configuration.clipCount)
    let normalizer = ClipNormalizer(recipe)
    try ClipReader(source, recipe).clips { count in
      let all = FrameSelection.views(count: count, length: configuration.numFrames, step: recipe.samplingRate, views: views)
      var different: [[Int]] = []
      weights = []
      for view in all {
        if let index = different.firstIndex(of: view) {
          weights[index] += 1
        } else {
          different.append(view)
          weights.append(1)
        }
      }
      return different
    } _: { (clip, frame) throws(SVFAPError) in
      try intake.load(nil, frame)
      intake.pictures.normalize(normalizer, into: video.pointer + clip * configuration.clipCount)
    }
    return EvaluationClips(video: video, weights: weights)
  }
}
