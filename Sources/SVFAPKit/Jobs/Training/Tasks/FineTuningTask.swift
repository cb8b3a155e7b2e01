import Base
import Data
import Networks
import Plugins
import Reports

/// A task head and the encoder on labelled videos (paper, section 3.4; published (c)).
final class FineTuningTask: TrainingTask {
  /// The lists of a fine-tuning with their targets.
  struct Lists {
    let train: (manifest: Manifest, targets: LabelTargets)
    let validation: (manifest: Manifest, targets: LabelTargets)?
    let test: (manifest: Manifest, targets: LabelTargets)?
  }

  /// How the task goes beyond what the trainer knows.
  struct Settings {
    var mixing = BatchMixing()
    var isBalanced = false
    var views = 2
    /// Metric that chooses the best model; nil for the head's first.
    var monitor: String?
    var patience: Int?
    var loaderThreads = 1
    var seed: UInt64 = 0
  }

  let trainer: Trainer
  let maker: any ClipMaker
  let patience: Int?
  /// The entries of the training list that have a target.
  let manifest: Manifest
  private let lists: Lists
  private let settings: Settings
  private let opener: VideoOpener
  private let head: PluginHead
  private let monitored: Int
  private let validator: Evaluator?

  /// - Throws: `config` for a metric that the head does not have, or balancing without classes.
  init(_ trainer: Trainer, _ lists: Lists, maker: any ClipMaker, _ opener: VideoOpener, _ settings: Settings) throws(SVFAPError) {
    guard let head = trainer.head else { throw SVFAPError(.internal, "a fine-tuning without a head") }
    self.trainer = trainer
    self.lists = lists
    self.maker = maker
    self.settings = settings
    self.opener = opener
    self.head = head
    patience = settings.patience
    let usable = Set(lists.train.targets.entries)
    manifest = usable.count == lists.train.manifest.count ? lists.train.manifest : lists.train.manifest.selecting(usable.contains)
    let names = head.metrics.map(\.name)
    monitored =
      try settings.monitor.map { (name) throws(SVFAPError) in
        guard let index = names.firstIndex(of: name) else {
          throw ObjectReader.wrong("/monitor", expected: "a metric of the head (\(names.joined(separator: ", ")))", found: "\"\(name)\"")
        }
        return index
      } ?? 0
    if settings.isBalanced, !head.isExclusive {
      throw SVFAPError(
        .config, "/balanced: only a head of classes that exclude each other can be shown every class alike", detail: ["where": "/balanced"])
    }
    var validator: Evaluator?
    if lists.validation != nil {
      validator = try Evaluator(try trainer.liveModel(), opener, views: settings.views, loaderThreads: settings.loaderThreads)
    }
    self.validator = validator
  }

  func order(epoch: Int) -> [Int] {
    guard settings.isBalanced else { return SampleOrder.shuffled(manifest.count, seed: settings.seed, epoch: epoch) }
    let classes = manifest.indices.map { index in
      let row = lists.train.targets.row(index)
      return row.indices.max { row[$0] < row[$1] } ?? 0
    }
    return SampleOrder.balanced(classes, seed: settings.seed, epoch: epoch)
  }

  func train(_ batch: BatchStream.Batch, cancel: CancelToken?) throws(SVFAPError) -> Double {
    let configuration = trainer.configuration
    var targets = batch.entries.flatMap { entry in
      let row = lists.train.targets.row(entry)
      return (0..<maker.clipsPerSample).flatMap { _ in row }
    }
    if head.targetsMix, settings.mixing.isOn, let key = batch.keys.last {
      var random = key.sequence("mixing")
      let draw = settings.mixing.draw(height: configuration.imageSize, width: configuration.imageSize, &random)
      BatchMixing.mix(
        draw, batch.video, clips: batch.clips, planes: configuration.inChannels * configuration.numFrames, height: configuration.imageSize,
        width: configuration.imageSize, pool: trainer.workspace.pool)
      targets.withUnsafeMutableBufferPointer { rows in
        if let base = rows.baseAddress { BatchMixing.mix(draw, targets: base, rows: batch.clips, width: head.targetWidth) }
      }
    }
    return try trainer.forwardBackward(batch.video, clips: batch.clips, targets: targets, cancel: cancel)
  }

  func validate(_ context: RunContext) throws(SVFAPError) -> Validation? {
    guard let validator, let (manifest, targets) = lists.validation else { return nil }
    let result = try validator.evaluate(manifest, targets, title: "validate", context)
    let metric = head.metrics[monitored]
    return Validation(
      metrics: result.named, monitored: (metric.name, result.metrics[monitored], metric.largerIsBetter),
      measurement: result.measurement(title: "Validation"))
  }

  func test(_ model: Model, _ context: RunContext) throws(SVFAPError) -> Measurement? {
    guard let (manifest, targets) = lists.test else { return nil }
    let evaluator = try Evaluator(model, opener, views: settings.views, loaderThreads: settings.loaderThreads)
    return try evaluator.evaluate(manifest, targets, title: "test", context).measurement(title: "Test")
  }

  func pictures(_ model: Model, _ context: RunContext) throws(SVFAPError) -> [PictureGroup] { [] }

  var card: JSONObject {
    [
      "training": .string("fine-tuning with the head \"\(head.plugin.id)\""),
      "data": .string("\(manifest.name), \(manifest.count) videos"),
    ]
  }
}
