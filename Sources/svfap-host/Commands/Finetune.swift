import ArgumentParser

struct Finetune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fine-tune a model with a task head on labelled videos.",
    discussion: """
      Lists are manifests: a path and its labels a line. Begins with --model (a pre-trained, imported or fine-tuned
      model) or with an untrained one of --size. Validation chooses the best model; the run's folder receives it as
      model.safetensors, with checkpoints, metrics.jsonl, TensorBoard files and report.html.

      Examples:
        svfap-host finetune train.csv --validation val.csv --model pretrained.safetensors --out runs/b \\
          --labels happy,sad,neutral
        svfap-host finetune train.csv --test test.csv --size small --head dimensional --out runs/c
        svfap-host finetune train.csv --model m.safetensors --out runs/d --set trained=head --set balanced=true
      """ + OptionList.text(of: "finetune"))

  @Argument(help: "Training list.")
  var train: String

  @Option(name: .long, help: ArgumentHelp("Validation list; chooses the best model.", valueName: "file"))
  var validation: String?

  @Option(name: .long, help: ArgumentHelp("Test list; measured once, at the end.", valueName: "file"))
  var test: String?

  @Option(name: .long, help: ArgumentHelp("Task head: the id of a head plugin.", valueName: "id"))
  var head: String?

  @Option(name: .long, help: ArgumentHelp("Class names of the classification head, separated by commas.", valueName: "a,b,c"))
  var labels: String?

  @OptionGroup var settings: RunSettings
  @OptionGroup var common: CommonOptions

  func run() throws {
    var tree = try settings.resolved([
      "train": .text(train), "validation": validation.map { .text($0) }, "test": test.map { .text($0) },
      "head_name": head.map { .text($0) },
    ])
    if let labels {
      tree.set(["head", "labels"], to: .array(labels.split(separator: ",").map { .text(String($0)) }))
    }
    try Task(kind: "finetune", options: tree, common: common, names: RunSettings.names).run()
  }
}
