import Base
import Checkpoints
import Data
import Networks
import Video

/// Pre-trains a model on unlabelled videos: masked video autoencoding.
package final class PretrainJob: Job {
  package static let kind = "pretrain"
  package static let schema = JobOptions.schema(
    [
      "data": JSONSchema.text("Manifest, or folder of videos."),
      "mask": JSONSchema.section("Which tokens are hidden.", MaskOptions.properties),
      "augmentation": JSONSchema.section("How clips are varied.", PretrainingAugmentationOptions.properties),
      "clips_per_video": JSONSchema.integer("Clips of a video in a batch; they share their mask.", 1...64, default: 1),
      "stops_early": JSONSchema.flag(
        "Never let a step land on a video's last frame, as the released code does: a video of 5 frames shows its first one 16 times.",
        default: false),
    ], TrainingStart.properties(.pretrain), RunOptions.properties(epochs: 100, batch: 8), TrainerOptions.runProperties(.pretrain),
    JobOptions.source, required: ["data", "out"])

  private let options: JSONValue
  private let runtime: Runtime
  private let run: RunOptions

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.options = options
    self.runtime = runtime
    run = RunOptions(options)
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    let manifest = try TrainingLists.videos(options["data"]?.stringValue ?? "", run)
    let model = try TrainingStart(.pretrain, options).model(seed: run.seed, runtime)
    let recipe = model.recipe
    let masks = try MaskGenerator(try MaskOptions(json: options["mask"] ?? .object([:]), at: "/mask"), model.configuration)
    let augmentation = try PretrainingAugmentationOptions(json: options["augmentation"] ?? .object([:]), at: "/augmentation")
    let clips = options["clips_per_video"]?.intValue ?? 1
    let trainer = try Trainer(model, TrainerOptions(.pretrain, run: run, samples: manifest.count, options))
    let maker = PretrainingClipMaker(
      try VideoOpener(options, runtime), augmentation, recipe, model.configuration, clipsPerVideo: clips,
      stopsEarly: options["stops_early"]?.boolValue ?? false)
    let task = try PretrainingTask(trainer, manifest, maker: maker, masks: masks, seed: run.seed)
    return try TrainingRun.start(task, run, options, context)
  }
}
