import Base
import Video

/// From decoded frames to the clips of fine-tuning: squeezed to the model's size, RandAugment, normalised, a random
/// resized crop, a flip, and erasing, in this order (published c.4).
///
/// What comes out depends on the frames and the key alone. One thread at a time uses an augmentation; its memory is made
/// once.
package final class FineTuningAugmentation {
  package let options: FineTuningAugmentationOptions
  private let intake: ClipIntake
  private let normalizer: ClipNormalizer
  private let randAugment: RandAugment?
  private let resampler: BilinearResampler
  // Operations go from one to the other; the loaded frames stay.
  private let scratch: (PictureClip, PictureClip)
  private let normalized: FloatBuffer  // (3, t, size, size)

  /// - Parameters:
  ///   - frames: frames of a clip.
  ///   - size: width and height of the model's input.
  package init(
    _ options: FineTuningAugmentationOptions, recipe: PreparationRecipe, frames: Int, size: Int
  ) throws(SVFAPError) {
    self.options = options
    intake = try ClipIntake(recipe, frames: frames, size: size)
    normalizer = ClipNormalizer(recipe)
    randAugment = options.randAugment.map { RandAugment($0) }
    resampler = try BilinearResampler(size: size)
    scratch = (
      try PictureClip(frames: frames, height: size, width: size), try PictureClip(frames: frames, height: size, width: size)
    )
    normalized = try FloatBuffer(count: 3 * frames * size * size)
  }

  /// Takes the frames of a clip in (see `ClipIntake.load`). They stay until the next ones are loaded, so that one clip can
  /// be augmented several times.
  package func load(_ frame: (Int) throws(SVFAPError) -> Frame) throws(SVFAPError) { try intake.load(nil, frame) }

  /// The loaded frames, varied: fills clip (3, t, size, size).
  package func augment(_ key: SampleKey, into clip: UnsafeMutablePointer<Float>) {
    let size = intake.pictures.width
    let planes = 3 * intake.pictures.frames
    let pictures = recolor(key)
    if let crop = options.crop {
      var random = key.sequence("random resized crop")
      let box = crop.draw(height: size, width: size, &random)
      pictures.normalize(normalizer, into: normalized.pointer)
      resampler.resize(normalized.pointer, planes: planes, height: size, width: size, box: box, into: clip)
    } else {
      pictures.normalize(normalizer, into: clip)
    }
    var flip = key.sequence("flip")
    if flip.chance(options.flip) { HorizontalFlip.apply(clip, planes: planes, height: size, width: size) }
    if let erasing = options.erasing {
      var random = key.sequence("erasing")
      let boxes = erasing.draw(height: size, width: size, &random)
      erasing.apply(boxes, clip, planes: planes, height: size, width: size, &random)
    }
  }

  /// The loaded frames as validation, test and prediction show them to the model: fills clip (3, t, size, size).
  package func plain(into clip: UnsafeMutablePointer<Float>) { intake.pictures.normalize(normalizer, into: clip) }

  /// RandAugment's operations, one after another.
  private func recolor(_ key: SampleKey) -> PictureClip {
    guard let randAugment else { return intake.pictures }
    var random = key.sequence("RandAugment")
    var source = intake.pictures
    for operation in randAugment.draw(&random) {
      let target = source === scratch.0 ? scratch.1 : scratch.0
      operation.apply(source, into: target)
      source = target
    }
    return source
  }
}
