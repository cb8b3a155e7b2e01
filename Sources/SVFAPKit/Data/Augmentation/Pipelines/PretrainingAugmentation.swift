import Base
import Video

/// From decoded frames to the clips of pre-training: a crop of a random scale and place, squeezed to the model's size,
/// normalised (published b.1).
///
/// What comes out depends on the frames and the key alone. One thread at a time uses an augmentation; its memory is made
/// once.
package final class PretrainingAugmentation {
  package let options: PretrainingAugmentationOptions
  private let intake: ClipIntake
  private let normalizer: ClipNormalizer

  /// - Parameters:
  ///   - frames: frames of a clip.
  ///   - size: width and height of the model's input.
  package init(
    _ options: PretrainingAugmentationOptions, recipe: PreparationRecipe, frames: Int, size: Int
  ) throws(SVFAPError) {
    self.options = options
    intake = try ClipIntake(recipe, frames: frames, size: size)
    normalizer = ClipNormalizer(recipe)
  }

  /// Takes the frames of a clip in (see `ClipIntake.load`) and fills clip (3, t, size, size).
  ///
  /// Several clips of one video share their crop, as in the released code: the key's view makes no difference.
  package func clip(
    _ key: SampleKey, into clip: UnsafeMutablePointer<Float>, _ frame: (Int) throws(SVFAPError) -> Frame
  ) throws(SVFAPError) {
    var random = key.shared.sequence("multi-scale crop")
    try intake.load(options.crop.map { ($0, $0.draw(&random)) }, frame)
    intake.pictures.normalize(normalizer, into: clip)
  }
}
