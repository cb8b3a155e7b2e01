import ArgumentParser

struct Pretrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Pre-train on unlabelled videos: the model learns to fill in what is hidden.",
    discussion: """
      DATA is a manifest or a folder of videos. The run's folder receives the configuration, checkpoints, metrics.jsonl,
      TensorBoard files, model.safetensors and report.html. Ctrl-C saves and stops; --resume goes on from there.

      Examples:
        svfap-host pretrain videos --size small --out runs/pretrained --epochs 50 --batch 16
        svfap-host pretrain voxceleb2.csv --out runs/a --set mask.ratio=0.85 --set loader_threads=2
        svfap-host pretrain videos --out runs/a --resume
      """ + OptionList.text(of: "pretrain"))

  @Argument(help: "Manifest, or folder of videos.")
  var data: String

  @OptionGroup var settings: RunSettings
  @OptionGroup var common: CommonOptions

  func run() throws {
    try Task(kind: "pretrain", options: settings.resolved(["data": .text(data)]), common: common, names: RunSettings.names).run()
  }
}
