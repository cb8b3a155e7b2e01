import Base
import Checkpoints
import Data
import Networks
import Plugins
import Video

/// Fine-tunes a model with a task head on labelled videos.
package final class FinetuneJob: Job {
  package static let kind = "finetune"
  package static let schema = JobOptions.schema(
    [
      "train": JobOptions.path, "validation": JobOptions.path, "test": JobOptions.path, "model": JobOptions.path,
      "size": ["enum": .array(ModelConfiguration.presetNames.map { .string($0) }), "default": "base"],
      "config": ["type": "object", "additionalProperties": true, "default": [:]],
      "recipe": ["type": "object", "additionalProperties": true, "default": [:]],
      "augmentation": ["type": "object", "additionalProperties": true, "default": [:]],
      "mixing": ["type": "object", "additionalProperties": true, "default": [:]],
      "label_columns": ["type": "array", "items": ["type": "string", "minLength": 1], "minItems": 1],
      "on_bad_label": ["enum": ["error", "skip"], "default": "error"], "balanced": ["type": "boolean", "default": false],
      "views": ["type": "integer", "minimum": 1, "maximum": 1000, "default": 2], "monitor": ["type": "string", "minLength": 1],
      "patience": ["type": "integer", "minimum": 1],
    ], RunOptions.properties(epochs: 100, batch: 8), TrainerOptions.runProperties(.finetune), JobOptions.source, required: ["train", "out"])

  private let options: JSONValue
  private let runtime: Runtime
  private let run: RunOptions

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.options = options
    self.runtime = runtime
    run = RunOptions(options)
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    let model = try startModel()
    let manifests = try TrainingLists(options, run)
    for key in ["monitor", "patience"] where options[key] != nil && options["validation"] == nil {
      throw ObjectReader.wrong("/validation", expected: "a manifest, because \"\(key)\" needs one", found: "nothing")
    }
    let head = try model.fineTuningHead(options["head_name"]?.stringValue, options["head"]?.objectValue ?? JSONObject())
    let lists = try manifests.withTargets(head, options, run)
    let trainer = try Trainer(model, TrainerOptions(.finetune, run: run, samples: lists.train.targets.entries.count, options))
    let augmentation = try FineTuningAugmentationOptions(json: options["augmentation"] ?? .object([:]), at: "/augmentation")
    let opener = VideoOpener(options, runtime)
    let maker = FineTuningClipMaker(opener, augmentation, trainer.recipe, trainer.configuration)
    var settings = FineTuningTask.Settings()
    settings.mixing = try BatchMixing(json: options["mixing"] ?? .object([:]), at: "/mixing")
    settings.isBalanced = options["balanced"]?.boolValue ?? false
    settings.views = options["views"]?.intValue ?? 2
    settings.monitor = options["monitor"]?.stringValue
    settings.patience = options["patience"]?.intValue
    settings.loaderThreads = run.loaderThreads
    settings.seed = run.seed
    let task = try FineTuningTask(trainer, lists, maker: maker, opener, settings)
    return try TrainingRun.start(task, run, options, context, warnings: manifests.warnings(lists.train.targets))
  }

  /// The model that the training begins with: a pre-trained or fine-tuned file, or an untrained one.
  private func startModel() throws(SVFAPError) -> Model {
    if let path = options["model"]?.stringValue { return try Model.open(path, runtime) }
    var config = options["config"]?.objectValue ?? JSONObject()
    config["size"] = options["size"]
    config["head"] = ["name": options["head_name"] ?? "classification", "config": options["head"] ?? .object([:])]
    return try Model.create(
      .object(config), seed: run.seed, recipe: try PreparationRecipe(json: options["recipe"] ?? .object([:])), runtime)
  }
}
