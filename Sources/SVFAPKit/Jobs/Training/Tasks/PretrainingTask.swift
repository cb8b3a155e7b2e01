import Base
import Data
import Networks
import Reports
import Video

/// Masked autoencoding of unlabelled videos (paper, section 3; published (b)).
final class PretrainingTask: TrainingTask {
  let trainer: Trainer
  let manifest: Manifest
  let maker: any ClipMaker
  let patience: Int? = nil
  private let masks: MaskGenerator
  private let seed: UInt64
  private let pictureClip: FloatBuffer?

  init(
    _ trainer: Trainer, _ manifest: Manifest, maker: any ClipMaker, masks: MaskGenerator, seed: UInt64
  ) throws(SVFAPError) {
    self.trainer = trainer
    self.manifest = manifest
    self.maker = maker
    self.masks = masks
    self.seed = seed
    pictureClip = try Self.firstClip(manifest, maker, trainer.configuration, seed: seed)
  }

  func order(epoch: Int) -> [Int] { SampleOrder.shuffled(manifest.count, seed: seed, epoch: epoch) }

  func train(_ batch: BatchStream.Batch, cancel: CancelToken?) throws(SVFAPError) -> Double {
    // Clips of one video share their mask, as in the released code.
    let hidden = batch.keys.flatMap { key in
      let mask = masks.mask(key)
      return (0..<maker.clipsPerSample).flatMap { _ in mask }
    }
    return try trainer.forwardBackward(batch.video, try TubeMask(hidden, clips: batch.clips, trainer.configuration))
  }

  func validate(_ context: RunContext) throws(SVFAPError) -> Validation? { nil }

  func test(_ model: Model, _ context: RunContext) throws(SVFAPError) -> Measurement? { nil }

  /// What the model makes of the first video that can be read.
  func pictures(_ model: Model, _ context: RunContext) throws(SVFAPError) -> [PictureGroup] {
    guard let pictureClip, case .pretraining(let network) = model.network else { return [] }
    let configuration = trainer.configuration
    let mask = try TubeMask(masks.mask(SampleKey(seed: seed, epoch: 0, sample: 0)), clips: 1, configuration)
    let predicted = try FloatBuffer(count: (mask.masked.first?.count ?? 0) * configuration.patchWidth)
    try network.predict(pictureClip.pointer, mask, into: predicted.pointer, trainer.workspace)
    let target = PixelTarget(
      configuration, mean: trainer.recipe.mean.map(Float.init), deviation: trainer.recipe.deviation.map(Float.init),
      normalizes: trainer.options.normalizesTarget)
    let strip = try ReconstructionStrip(target).picture(clip: pictureClip.pointer, mask: mask, predicted: predicted.pointer)
    let png = try trainer.runtime.registry.png(of: strip)
    return [
      PictureGroup(
        "Reconstruction", note: "Above the clip, below it what the model sees, and what it makes of that.",
        pictures: [.init(png: png, caption: "after training")])
    ]
  }

  var card: JSONObject {
    ["training": "masked video autoencoding", "data": .string("\(manifest.name), \(manifest.count) videos")]
  }

  private static func firstClip(
    _ manifest: Manifest, _ maker: any ClipMaker, _ configuration: ModelConfiguration, seed: UInt64
  ) throws(SVFAPError) -> FloatBuffer? {
    let clips = try FloatBuffer(count: maker.clipsPerSample * configuration.clipCount)
    // A few tries: what cannot be read is accounted for by the run.
    for index in manifest.indices.prefix(8) {
      do throws(SVFAPError) {
        try maker.make(manifest.path(at: index), SampleKey(seed: seed, epoch: 0, sample: index), into: clips.pointer)
        return clips
      } catch {
        guard error.concernsInput else { throw error }
      }
    }
    return nil
  }
}
