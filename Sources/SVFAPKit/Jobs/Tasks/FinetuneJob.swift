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
      "train": JSONSchema.text("Training list."),
      "validation": JSONSchema.text("Validation list; chooses the best model."),
      "test": JSONSchema.text("Test list; measured once, at the end."),
      "label_columns": JSONSchema.list(
        "Columns of the lists that hold the labels, by name; absent, all that have no other meaning.",
        of: ["type": "string", "minLength": 1], count: 1...4096),
      "on_bad_label": JSONSchema.choice(
        "What becomes of lines whose labels the head does not understand.", LabelTargets.BadLabelPolicy.allCases.map(\.rawValue),
        default: LabelTargets.BadLabelPolicy.error.rawValue),
      "balanced": JSONSchema.flag("Show every class as often as any other.", default: false),
      "augmentation": JSONSchema.section("How clips are varied.", FineTuningAugmentationOptions.properties),
      "mixing": JSONSchema.optionalSection("How clips of a batch are mixed, or none.", BatchMixing.properties),
      "views": JSONSchema.integer("Uniform views of each video in validation and test, averaged.", 1...1000, default: 2),
      "monitor": JSONSchema.text("Metric of the head that chooses the best model; absent, its first."),
      "patience": JSONSchema.integer("Validations without a better one that end the run; absent, no limit.", from: 1),
    ], TrainingStart.properties(.finetune), RunOptions.properties(epochs: 100, batch: 8), TrainerOptions.runProperties(.finetune),
    JobOptions.source, required: ["train", "out"])

  private let options: JSONValue
  private let runtime: Runtime
  private let run: RunOptions

  package init(_ options: JSONValue, _ runtime: Runtime) throws(SVFAPError) {
    self.options = options
    self.runtime = runtime
    run = RunOptions(options)
  }

  package func run(_ context: RunContext) throws(SVFAPError) -> JSONObject {
    let model = try TrainingStart(.finetune, options).model(seed: run.seed, runtime)
    let manifests = try TrainingLists(options, run)
    for key in ["monitor", "patience"] where options[key] != nil && options["validation"] == nil {
      throw ObjectReader.wrong("/validation", expected: "a manifest, because \"\(key)\" needs one", found: "nothing")
    }
    let head = try model.fineTuningHead(options["head_name"]?.stringValue, options["head"]?.objectValue ?? JSONObject())
    let lists = try manifests.withTargets(head, options, run)
    let trainer = try Trainer(model, TrainerOptions(.finetune, run: run, samples: lists.train.targets.entries.count, options))
    let augmentation = try FineTuningAugmentationOptions(json: options["augmentation"] ?? .object([:]), at: "/augmentation")
    let opener = try VideoOpener(options, runtime)
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
}
