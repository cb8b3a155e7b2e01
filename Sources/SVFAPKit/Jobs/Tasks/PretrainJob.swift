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
      "data": JobOptions.path, "model": JobOptions.path,
      "size": ["enum": .array(ModelConfiguration.presetNames.map { .string($0) }), "default": "base"],
      "config": ["type": "object", "additionalProperties": true, "default": [:]],
      "recipe": ["type": "object", "additionalProperties": true, "default": [:]],
      "mask": ["type": "object", "additionalProperties": true, "default": [:]],
      "augmentation": ["type": "object", "additionalProperties": true, "default": [:]],
      "clips_per_video": ["type": "integer", "minimum": 1, "maximum": 64, "default": 1],
    ], RunOptions.properties(epochs: 100, batch: 8), TrainerOptions.runProperties(.pretrain), JobOptions.source, required: ["data", "out"])

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
    let model = try startModel()
    let recipe = model.recipe
    let masks = try MaskGenerator(try MaskOptions(json: options["mask"] ?? .object([:]), at: "/mask"), model.configuration)
    let augmentation = try PretrainingAugmentationOptions(json: options["augmentation"] ?? .object([:]), at: "/augmentation")
    let clips = options["clips_per_video"]?.intValue ?? 1
    let trainer = try Trainer(model, TrainerOptions(.pretrain, run: run, samples: manifest.count, options))
    let maker = PretrainingClipMaker(
      VideoOpener(options, runtime), augmentation, recipe, model.configuration, clipsPerVideo: clips)
    let task = try PretrainingTask(trainer, manifest, maker: maker, masks: masks, seed: run.seed)
    return try TrainingRun.start(task, run, options, context)
  }

  /// The model that the training begins with: a file, or an untrained one.
  private func startModel() throws(SVFAPError) -> Model {
    if let path = options["model"]?.stringValue { return try Model.open(path, runtime) }
    var config = options["config"]?.objectValue ?? JSONObject()
    config["size"] = options["size"]
    config["pretraining"] = true
    return try Model.create(
      .object(config), seed: run.seed, recipe: try PreparationRecipe(json: options["recipe"] ?? .object([:])), runtime)
  }
}
